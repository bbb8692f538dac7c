/** Settings and help: how the page looks, who may come in, taking everything out, signing out; by keyboard too. */
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exportManifest, manifestName } from '../../node-core/contract/export.ts'
import { memoryAccess } from '../../node-core/imports/reading/access.ts'
import { openZip } from '../../node-core/imports/reading/zip.ts'
import { sectionIds } from '../../renderer/screens/settings/sections.ts'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { goInside } from '../kit/go-inside.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

let machine: Machine
let node: Serving
let browser: Browser
let context: BrowserContext
let page: Page
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  for (const format of ['openwebui', 'deepseek'] as const)
    await machine.done(['import', writeExport(machine.folder, format, { seed: 3, conversations: 4 }).path])
  node = await machine.serve()
  browser = await launchChromium()
  context = await browser.newContext({ locale: 'en' })
  page = await context.newPage()
  await page.goto(node.link)
  await page.locator('nav').waitFor()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

const heading = (name: string, where = page): Locator => where.getByRole('heading', { level: 1, name })
const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
const open = async (section: string): Promise<void> => {
  await page.goto(`${node.origin}/settings/${section}`)
  await page.locator('h1').first().waitFor()
}
const root = (attribute: string): Promise<string | null> => page.locator('html').getAttribute(attribute)

describe('settings', () => {
  it('say truthfully how the node stands, and what to do about it', async () => {
    await open('status')
    await page.getByText('One thing needs your attention.').waitFor()
    await page.getByText('vivim account phrase', { exact: true }).waitFor()
    await page.getByText(`Your node listens at ${node.origin}, where only programs on this machine can reach it.`).waitFor()
    await page.getByRole('link', { name: '8 conversations', exact: false }).waitFor()
  })

  it('keep a theme, and show it before anything of the page has run', async () => {
    await open('appearance')
    await page.getByRole('radio', { name: 'Dark' }).check()
    await page.getByRole('radio', { name: 'With serifs' }).check()
    await expect.poll(() => root('data-theme')).toBe('dark')
    await page.reload()
    await page.getByRole('radio', { name: 'Dark', checked: true }).waitFor()
    await expect.poll(() => root('data-reading-font')).toBe('serif')

    await page.route('**/assets/**', (route) => route.abort())
    await page.goto(`${node.origin}/settings/appearance`, { waitUntil: 'commit' })
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark')
    await page.unroute('**/assets/**')
    await open('appearance')
    await page.getByRole('radio', { name: 'Like the system' }).check()
  })

  it('speak another language at once, from right to left where it is read so', async () => {
    await open('language')
    await page.getByRole('radio', { name: 'العربية' }).check()
    await expect.poll(() => root('dir')).toBe('rtl')
    await expect.poll(() => root('lang')).toBe('ar')
    await page.getByRole('radio', { name: 'English', exact: true }).check()
    await expect.poll(() => root('dir')).toBe('ltr')
  })

  it('are reached and changed by keyboard alone', async () => {
    await open('status')
    const entry = page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link', { name: 'Appearance' })
    await entry.focus()
    await page.keyboard.press('Enter')
    await heading('Appearance').waitFor()
    await page.getByRole('radio', { name: 'Usual' }).focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => root('data-text-size')).toBe('large')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => root('data-text-size')).toBe('usual')

    await open('sessions')
    await button('Make a sign-in link').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => button('Make a sign-in link').evaluate((one) => one === document.activeElement)).toBe(true)
  })

  it('let another browser in, as far as was chosen, and throw it out again', async () => {
    await open('sessions')
    await button('Make a sign-in link').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'Read', exact: false }).first().check()
    await dialog.getByRole('button', { name: 'Make a sign-in link' }).click()
    const made = dialog.getByRole('textbox')
    await dialog.getByText('Works for another', { exact: false }).waitFor()
    const link = await made.inputValue()
    expect(link.startsWith(`${node.origin}/#link=`)).toBe(true)
    await dialog.getByRole('button', { name: 'Done' }).click()

    const other = await (await browser.newContext({ locale: 'en' })).newPage()
    await other.goto(link)
    await other.getByRole('navigation', { name: 'Places' }).waitFor()
    await other.goto(`${node.origin}/settings/sessions`)
    await other.getByText('This browser may look, but not see or end the sessions of others.').waitFor()

    await page.reload()
    const entry = page.getByRole('listitem').filter({ hasText: 'May read, search and export' })
    await entry.getByRole('button').click()
    await page.getByRole('alertdialog', { name: 'End this session?' }).getByRole('button', { name: 'End it' }).click()
    await heading('Your session has ended', other).waitFor()
    await entry.waitFor({ state: 'detached' })
    await other.context().close()
  })

  it('export what was chosen, as a ZIP that holds that and no more', async () => {
    // Where a browser cannot ask for a place the file is offered as a download.
    const own = await context.newPage()
    await own.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'))
    await own.goto(`${node.origin}/settings/storage`)
    await own.getByRole('button', { name: 'Choose what …' }).click()
    await own.getByRole('combobox', { name: 'Service' }).click()
    await own.getByRole('option', { name: 'DeepSeek' }).click()
    await own.keyboard.press('Escape')
    const [download] = await Promise.all([
      own.waitForEvent('download'),
      own.getByRole('button', { name: 'Export what is chosen' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^vivim-export-\d{4}-\d\d-\d\d\.zip$/)
    const files = await openZip(memoryAccess(await readFile(await download.path())), 'export')
    const manifest = files.find(({ path }) => path === manifestName)
    const { counts } = exportManifest.parse(JSON.parse(new TextDecoder().decode(await manifest?.bytes(1 << 20))))
    expect(counts.conversations).toBe(4)
    await own.getByText('The file is saved:', { exact: false }).waitFor()
    await own.close()
  })

  it('write a backup to the chosen place as it comes', async () => {
    const own = await context.newPage()
    // The browser's own question cannot be answered by a test; the file that it would open is a real one.
    await own.addInitScript(() =>
      Object.assign(window, {
        showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) =>
          (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true }),
      }),
    )
    await own.goto(`${node.origin}/settings/backup`)
    await own.getByRole('button', { name: 'Make a backup' }).click()
    await own.getByText('The file is saved:', { exact: false }).waitFor()
    const [name, beginning] = await own.evaluate(async () => {
      const found: [string, string][] = []
      for await (const [name, handle] of (await navigator.storage.getDirectory()).entries())
        if (handle instanceof FileSystemFileHandle) found.push([name, await (await handle.getFile()).slice(0, 4).text()])
      return found[0] ?? ['', '']
    })
    expect(name).toMatch(/^vivim-\d{4}-\d\d-\d\d\.backup$/)
    expect(beginning).toBe('VIVB')
    await own.close()
  })

  it('show the list first on a phone, then a section with the way back', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${node.origin}/settings`)
    await heading('Settings').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('link', { name: 'Privacy' }).click()
    await heading('Privacy').waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Settings' }).click()
    await heading('Settings').waitFor()
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it.each([...sectionIds.map((id) => `/settings/${id}`), '/help'])('stand up to axe: %s', async (path) => {
    await goInside(page, path)
    await page.locator('h1').first().waitFor()
    await expect.poll(() => page.getByText('Loading …').count()).toBe(0)
    expect(await axeFindings(page)).toEqual([])
  })

  it('sign this browser out, which then has nothing left to sign in with', async () => {
    await open('sessions')
    // Where a conversation was left.
    await page.evaluate(() => sessionStorage.setItem('numbers reader', '{"version":1,"entries":[["one",[1,2,3]]]}'))
    await button('Sign out of this browser').click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
    await heading('You are signed out').waitFor()
    await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0)
    await page.reload()
    await heading('Sign in to your node').waitFor()
  })
})
