/** Keys and locks of the desktop app: with a keychain, without one, locked, emptied, and both locks (security case 24). */
import { randomBytes } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openOsKeychain } from '../../node-core/adapters/keychain-os/keychain.ts'
import { decodeBundle } from '../../node-core/identity/bundle.ts'
import { launchApp } from '../electron/launch-app.ts'
import type { LaunchedApp } from '../electron/launched.ts'
import { axeFindings } from '../kit/axe.ts'
import { requires } from '../kit/requires.ts'
import { SessionBus } from '../kit/secret-service.ts'

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const library = (page: Page) => page.getByRole('navigation').first()
const type = async (page: Page, label: string, text: string, button: string) => {
  await page.getByLabel(label, { exact: true }).fill(text)
  await page.getByRole('button', { name: button }).click()
}
/** The page is loaded anew under the very call. */
const lock = (page: Page, name: string) =>
  page.evaluate((name) => void Reflect.get(globalThis, 'vivim').call(name), name).catch(() => undefined)
/** Every form in which bytes could have been written down. */
const forms = (secret: Uint8Array): Buffer[] => {
  const bytes = Buffer.from(secret)
  return [bytes, ...(['hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(bytes.toString(form)))]
}
/** Where secrets must not be: in what processes were started with, in what they said, in files. */
async function whereFound(app: LaunchedApp, secrets: readonly Uint8Array[]): Promise<string[]> {
  const places = new Map<string, Buffer>([['output', Buffer.from(app.output())]])
  for (const name of globSync('**/*', { cwd: app.folder })) {
    const path = join(app.folder, name)
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) places.set(name, readFileSync(path))
  }
  const pid = await app.nodePid()
  for (const one of pid && process.platform === 'linux' ? [pid, parentOf(pid)] : [])
    for (const what of ['cmdline', 'environ']) places.set(`${one} ${what}`, readFileSync(`/proc/${one}/${what}`))
  return [...places]
    .filter(([, text]) => secrets.some((one) => forms(one).some((form) => text.includes(form))))
    .map(([name]) => name)
}
const parentOf = (pid: number): number => Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])

describe('without a keychain', () => {
  const passphrase = 'planted-passphrase-of-the-person'
  let app: LaunchedApp
  let page: Page
  beforeAll(async () => {
    app = await launchApp({ passphrase: null, storage: 'basic_text' })
    page = await app.firstWindow()
  })
  afterAll(() => app?.[Symbol.asyncDispose]())

  it('explains the choice before any key is made, and begins with a passphrase', async (test) => {
    await requires(test, 'desktop')
    await heading(page, 'What protects your keys').waitFor()
    await page.getByText('no keychain that encrypts').waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(await readdir(app.data).catch(() => [])).not.toEqual(expect.arrayContaining(['store.db', 'keychain.json']))
    await page.getByLabel('New passphrase').fill('short')
    await page.getByText('at least 8 characters').waitFor()
    await page.getByLabel('New passphrase').fill(passphrase)
    await page.getByLabel('The same again').fill(`${passphrase}x`)
    expect(await page.getByRole('button', { name: 'Begin with this passphrase' }).isDisabled()).toBe(true)
    await type(page, 'The same again', passphrase, 'Begin with this passphrase')
    await library(page).waitFor()
    expect(await readdir(app.data)).toEqual(expect.arrayContaining(['store.db', 'keychain.json']))
  })

  it('locks the windows: no session, nothing on the page, and the node goes on', async (test) => {
    await requires(test, 'desktop')
    const node = await app.nodePid()
    await page.evaluate(() => Reflect.set(globalThis, 'planted', 'kept by the page'))
    await lock(page, 'locks.windows')
    await heading(page, 'VIVIM is locked').waitFor()
    expect(await page.evaluate(() => Reflect.get(globalThis, 'planted'))).toBeUndefined()
    expect(await library(page).count()).toBe(0)
    const asked = await page.evaluate(async () => (await fetch('/api/v1/status')).json())
    expect(asked).toMatchObject({ code: 'locked', status: 423 })
    expect(await app.nodePid()).toBe(node)

    await type(page, 'Passphrase', 'not the one', 'Open')
    await page.getByRole('alert').waitFor()
    expect(await page.evaluate(async () => (await fetch('/api/v1/status')).status)).toBe(423)
    await type(page, 'Passphrase', passphrase, 'Open')
    await library(page).waitFor()
    expect(await app.nodePid()).toBe(node)
    expect(await page.evaluate(async () => (await fetch('/api/v1/status')).status)).toBe(200)
  })

  it('locks everything: the node is gone, and its passphrase forgotten', async (test) => {
    await requires(test, 'desktop')
    await lock(page, 'locks.everything')
    await heading(page, 'Everything is locked').waitFor()
    await expect.poll(() => app.nodePid()).toBeUndefined()
    expect(await readdir(app.data)).not.toContain('running')
    await page.getByRole('button', { name: 'Start your node again' }).click()
    await heading(page, 'Your passphrase').waitFor()
    await type(page, 'Passphrase', 'not the one', 'Open your library')
    await page.getByRole('alert').waitFor()
    await type(page, 'Passphrase', passphrase, 'Open your library')
    await library(page).waitFor()
  })

  it('asks nothing when the node is started again, and writes the passphrase down nowhere', async (test) => {
    await requires(test, 'desktop')
    const before = await app.nodePid()
    await app.kill('node')
    await expect.poll(async () => [undefined, before].includes(await app.nodePid())).toBe(false)
    await expect.poll(() => page.evaluate(async () => (await fetch('/api/v1/status')).status)).toBe(200)
    expect(await whereFound(app, [Buffer.from(passphrase)])).toEqual([])
  })
})

describe('with a keychain', () => {
  let bus: SessionBus
  let app: LaunchedApp
  const launch = async (on: SessionBus, folder?: string): Promise<Page> => {
    app = await launchApp({
      passphrase: null,
      storage: 'gnome_libsecret',
      environment: { DBUS_SESSION_BUS_ADDRESS: on.address },
      ...(folder && { folder }),
    })
    return await app.firstWindow()
  }
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]()
    await bus?.stop()
  })

  it('hands the node its keys, writes them nowhere else, and follows the keyring when it is locked, empty and back', async (test) => {
    await requires(test, 'desktop')
    await requires(test, 'secret-service')
    bus = await SessionBus.start()
    await bus.startKeyring()
    let page = await launch(bus)
    await library(page).waitFor()
    const first = app
    const folder = app.folder
    await using _ = { [Symbol.asyncDispose]: async () => await first[Symbol.asyncDispose]() }
    const names: string[] =
      Object.values<string[]>(JSON.parse(readFileSync(join(app.userData, 'keychain-names.json'), 'utf8')))[0] ?? []
    const device = names.find((name) => name.startsWith('device:')) ?? ''
    process.env['DBUS_SESSION_BUS_ADDRESS'] = bus.address
    const keyring = await openOsKeychain({ random: randomBytes })
    const stored = await keyring.get(device)
    if (!stored) throw new Error('the keyring has no keys')
    const { phrase = '', kek, root = kek, device: seed, encryption } = decodeBundle(stored)
    expect(await whereFound(app, [kek, root, seed, encryption, Buffer.from(phrase)])).toEqual([])
    expect(readFileSync(join(app.data, 'keychain.txt'), 'utf8')).toBe('os\n')

    // The system locks its screen: the windows' session goes, and comes again by itself.
    await app.drive.power('lock-screen')
    await heading(page, 'VIVIM is locked').waitFor()
    await app.drive.power('unlock-screen')
    await library(page).waitFor()

    // Both ways between the keyring and a passphrase.
    const settings = async () => {
      await page.goto(new URL('/settings/keys', page.url()).href)
      await heading(page, 'Keys').waitFor()
    }
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    await settings()
    await button('Protect them with a passphrase').click()
    await page.getByLabel('New passphrase').fill('long enough for it')
    await type(page, 'The same again', 'long enough for it', 'Protect them with a passphrase')
    await page.getByText('sealed with the passphrase that you give').waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(await keyring.get(device)).toBeUndefined()
    await app.quit()
    page = await launch(bus, folder)
    await heading(page, 'Your passphrase').waitFor()
    await type(page, 'Passphrase', 'long enough for it', 'Open your library')
    await library(page).waitFor()
    await settings()
    await button('Put them into the keychain').click()
    await type(page, 'Passphrase now', 'not the one', 'Put them into the keychain')
    await page.getByRole('alert').waitFor()
    await type(page, 'Passphrase now', 'long enough for it', 'Put them into the keychain')
    await page.getByText('Secret Service, which opens').waitFor()
    expect(Buffer.from((await keyring.get(device)) ?? []).equals(Buffer.from(stored))).toBe(true)
    expect(await readdir(app.data)).not.toContain('keychain.json')

    // Locked: explained, and opened once it is unlocked.
    await app.quit()
    bus.lockKeyring()
    page = await launch(bus, folder)
    await heading(page, 'Your keys are out of reach').waitFor()
    await page.getByText('The keychain is locked').waitFor()
    await page.getByRole('button', { name: 'It is gone for good' }).click()
    expect(await axeFindings(page)).toEqual([])
    await bus.stopKeyring()
    await bus.startKeyring()
    await page.getByRole('button', { name: 'Try again' }).click()
    await library(page).waitFor()
    await app.quit()

    // Another keyring that has none of them: no new key is made, and the words bring everything back.
    const other = await SessionBus.start()
    try {
      await other.startKeyring()
      page = await launch(other, folder)
      await heading(page, 'Your keys are not in this keychain').waitFor()
      await page.getByRole('button', { name: 'with your 24 words' }).click()
      await type(page, 'Your 24 words', Array.from({ length: 24 }, () => 'abandon').join(' '), 'Bring the keys back')
      await heading(page, 'Those words did not open it').waitFor()
      await type(page, 'Your 24 words', phrase, 'Bring the keys back')
      await library(page).waitFor()
      await app.quit()
    } finally {
      await other.stop()
    }
  })
})
