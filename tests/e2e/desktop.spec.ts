/** The real desktop app: launched as people launch it, it shows the page with a session that the page never holds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { electronBinary } from '../../resources/scripts/electron-binary.mjs'

const root = join(import.meta.dirname, '../..')
let folder: string
let app: ElectronApplication
let page: Page
beforeAll(async () => {
  const executablePath = electronBinary()
  if (!executablePath) throw new Error('Electron’s binary is not here: npx install-electron')
  folder = await mkdtemp(join(tmpdir(), 'vivim-desktop-'))
  const passphrase = join(folder, 'passphrase')
  await writeFile(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
  const own = ['--port', '0', '--data', join(folder, 'data'), '--passphrase-file', passphrase]
  app = await _electron.launch({ executablePath, args: [root, `--user-data-dir=${join(folder, 'app')}`, ...own] })
  page = await app.firstWindow()
  await page.locator('h1').waitFor()
})
afterAll(async () => {
  await app?.close()
  await rm(folder, { recursive: true, force: true })
})

it('shows the app over the app’s own scheme', async () => {
  expect(page.url()).toBe('app://vivim/')
  await page.getByRole('navigation').waitFor()
})

it('gives the page neither Node nor a token', async () => {
  const seen = await page.evaluate(() => ({
    vivim: Object.keys(Reflect.get(globalThis, 'vivim')),
    node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
    stored: localStorage.length + sessionStorage.length + document.cookie.length,
  }))
  expect(seen).toEqual({ vivim: ['platform', 'version', 'call', 'on'], node: [], stored: 0 })
})

it('goes nowhere else and opens no window', async () => {
  await page.evaluate(() => {
    location.href = 'https://example.org/'
    window.open('app://vivim/')
  })
  expect(await page.evaluate(() => location.href)).toBe('app://vivim/')
  expect(app.windows()).toHaveLength(1)
})
