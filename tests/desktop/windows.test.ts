/** Windows, menus, links and files of the desktop app, from where a person reaches them. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandTable } from '../../node-core/contract/commands.ts'
import type { ShownItem } from '../electron/drives.ts'
import { desktopMissing, launchApp } from '../electron/launch-app.ts'
import type { LaunchedApp, Place } from '../electron/launched.ts'
import { requires } from '../kit/requires.ts'
import { type Written, writeExport } from '../kit/written-exports.ts'

let app: LaunchedApp
let page: Page
let written: Written
/** As after the first run. */
const prepare = async ({ userData }: Place) => {
  await mkdir(userData, { recursive: true })
  await writeFile(join(userData, 'preferences.json'), '{"welcomed":true}')
}
const shown = (of: Page) => of.locator('h1').first().waitFor()
const all = (items: readonly ShownItem[]): ShownItem[] => items.flatMap((item) => [item, ...all(item.items ?? [])])
const items = async () => all((await app.drive.menu()) ?? [])
const enabled = async () => (await items()).flatMap((item) => (item.enabled && item.id ? [item.id] : []))
const address = () => page.evaluate(() => location.pathname + location.search)

beforeAll(async () => {
  if (await desktopMissing()) return
  app = await launchApp({ languages: ['en-GB'], prepare })
  page = await app.firstWindow()
  await shown(page)
  written = writeExport(app.home, 'chatgpt', { seed: 5, conversations: 3 })
})
afterAll(() => app?.[Symbol.asyncDispose]())

it('has every command in its menu, and does what is chosen', async (test) => {
  await requires(test, 'desktop')
  await expect.poll(enabled).toContain('import')
  const found = await items()
  for (const { id } of commandTable)
    expect(
      found.map((item) => item.id),
      id,
    ).toContain(id)
  await app.drive.clickMenu(['menu-go', 'settings-sections', 'settings-backup'])
  await expect.poll(address).toBe('/settings/backup')
  await expect.poll(enabled).toContain('back')
  await app.drive.clickMenu(['menu-go', 'back'])
  await expect.poll(address).toBe('/')
  // What is about a conversation cannot be done where none is open.
  expect((await items()).find(({ id }) => id === 'rename')?.enabled).toBe(false)
  await app.drive.clickMenu(['menu-edit', 'palette'])
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await app.drive.clickMenu(['menu-view', 'zoom-in'])
  expect((await app.drive.windows()).map(({ zoom }) => zoom)).toEqual([0.5])
  await app.drive.clickMenu(['menu-view', 'zoom-reset'])
})

it('speaks the page’s language', async (test) => {
  await requires(test, 'desktop')
  const label = async () => (await app.drive.menu())?.[0]?.label
  expect(await label()).toBe('File')
  await page.goto(new URL('/settings/language', page.url()).href)
  await page.locator('bdi', { hasText: 'Deutsch' }).click()
  await expect.poll(label).toBe('Datei')
  await page.locator('bdi', { hasText: 'English' }).click()
  await expect.poll(label).toBe('File')
})

it('imports what is opened with it where it is, and does not follow links before the person agrees', async (test) => {
  await requires(test, 'desktop')
  expect(await app.secondInstance([written.path])).toBe(0)
  await expect.poll(address).toBe('/import')
  await page
    .getByText(/chatgpt-5/)
    .first()
    .waitFor()
  await page
    .getByRole('link', { name: /chatgpt-5/ })
    .first()
    .waitFor()

  await app.secondInstance(['vivim://delete/everything'])
  await expect.poll(() => app.drive.dialogs()).toHaveLength(1)
  expect(JSON.stringify(await app.drive.dialogs())).toContain('does not know this kind of link')
  await app.drive.answerDialog({ response: 0 })

  await app.secondInstance(['vivim://search?q=night%20train'])
  await expect.poll(() => app.drive.dialogs()).toHaveLength(1)
  expect(JSON.stringify(await app.drive.dialogs())).toContain('night train')
  expect(await address()).toBe('/import')
  await app.drive.answerDialog({ response: 0 })
  await app.secondInstance(['vivim://settings/privacy'])
  await expect.poll(() => app.drive.dialogs()).toHaveLength(1)
  expect(await address()).toBe('/import')
  await app.drive.answerDialog({ response: 1 })
  await expect.poll(address).toBe('/settings/privacy')
})

it('has files chosen by the app’s own dialogue', async (test) => {
  await requires(test, 'desktop')
  await app.drive.clickMenu(['menu-file', 'import'])
  const other = writeExport(app.home, 'claude', { seed: 6, conversations: 2 })
  await app.drive.answerNextDialog({ canceled: false, filePaths: [other.path] })
  await page.getByRole('button', { name: 'Choose files' }).click()
  await page
    .getByRole('link', { name: /claude-6/ })
    .first()
    .waitFor()
})

it('lets no page name a path', async (test) => {
  await requires(test, 'desktop')
  const refused = await page.evaluate(async (path) => {
    const vivim = Reflect.get(globalThis, 'vivim') as {
      call(name: string, input: unknown): Promise<unknown>
      openFiles(files: File[]): Promise<unknown>
    }
    const named = await vivim.call('files.open', { paths: [path] }).catch(() => 'refused')
    return [named, await vivim.openFiles([new File(['made up'], path)])]
  }, written.path)
  expect(refused).toEqual(['refused', null])
})

it('offers by a right click what is under it', async (test) => {
  await requires(test, 'desktop')
  await page.goto(new URL('/search', page.url()).href)
  const field = page.locator('main input').first()
  await field.waitFor()
  await field.click({ button: 'right' })
  const names = async () => (await app.drive.contextMenu())?.map(({ role, id }) => role ?? id)
  await expect.poll(names).toEqual(expect.arrayContaining(['paste', 'selectAll']))
  await app.drive.closeContextMenu()
})

it('saves a conversation as a PDF where the person wants it', async (test) => {
  await requires(test, 'desktop')
  await app.drive.clickMenu(['menu-go', 'library'])
  await page.locator('a[href^="/c/"]').first().click()
  await expect.poll(enabled).toEqual(expect.arrayContaining(['pdf', 'rename', 'find']))
  const file = join(app.home, 'conversation.pdf')
  await app.drive.answerNextDialog({ canceled: false, filePath: file })
  await app.drive.clickMenu(['menu-file', 'pdf'])
  await expect.poll(() => readFile(file, 'latin1').catch(() => '')).toMatch(/^%PDF-/)
  expect((await readdir(app.home)).filter((name) => name.endsWith('.part'))).toEqual([])
})

it('tells of what happens while nobody looks, without names, and goes there', async (test) => {
  await requires(test, 'desktop')
  const other = writeExport(app.home, 'grok', { seed: 8, conversations: 2 })
  const bytes = [...(await readFile(other.path))]
  const [window] = await app.drive.windows()
  await app.drive.minimizeWindow(window?.id ?? 0)
  await page.evaluate(
    (body) =>
      fetch('/api/v1/imports?name=grok-8.zip', {
        method: 'POST',
        body: new Uint8Array(body),
        headers: { 'content-type': 'application/zip' },
      }).then(({ status }) => status),
    bytes,
  )
  await expect.poll(async () => (await app.drive.notifications()).length).toBe(1)
  const said = JSON.stringify(await app.drive.notifications())
  expect(said).toContain('Imports that are done')
  expect(said).not.toContain('grok-8')
  await app.drive.clickNotification(0)
  await expect.poll(address).toMatch(/^\/import\//)
})

it('opens several windows, and restores them where they were', async (test) => {
  await requires(test, 'desktop')
  await page.goto(new URL('/notes', page.url()).href)
  await app.drive.clickMenu(['menu-file', 'new-window'])
  await expect.poll(async () => (await app.windows()).length).toBe(2)
  const second = (await app.windows())[1]
  if (!second) throw new Error('a window is missing')
  await shown(second)
  const [one, two] = await app.drive.windows()
  expect(two?.bounds.x).not.toBe(one?.bounds.x)
  await second.goto(new URL('/settings/backup', second.url()).href)
  await app.drive.placeWindow(two?.id ?? 0, { x: 60, y: 50, width: 700, height: 500 })
  expect(await app.quit()).toBe(0)
  const kept = JSON.parse(await readFile(join(app.userData, 'windows.json'), 'utf8'))
  expect(kept.windows).toMatchObject([{ path: '/notes' }, { path: '/settings/backup', x: 60, y: 50, width: 700, height: 500 }])

  await using again = await launchApp({ folder: app.folder })
  await expect.poll(async () => (await again.windows()).length).toBe(2)
  expect((await again.drive.windows()).map(({ url }) => new URL(url).pathname).sort()).toEqual(['/notes', '/settings/backup'])
  expect((await again.drive.windows()).find(({ url }) => url.endsWith('/backup'))?.bounds).toMatchObject({
    x: 60,
    y: 50,
    width: 700,
    height: 500,
  })
})

it('restores all windows where a person left what was unfinished in one as the app quit', async (test) => {
  await requires(test, 'desktop')
  await using quitting = await launchApp({ languages: ['en-GB'], prepare })
  const first = await quitting.firstWindow()
  await shown(first)
  await first.goto(new URL('/capture', first.url()).href)
  await first.getByRole('textbox', { name: 'Write or paste something' }).fill('half a thought')
  await quitting.drive.clickMenu(['menu-file', 'new-window'])
  await expect.poll(async () => (await quitting.windows()).length).toBe(2)
  for (const one of await quitting.windows()) await shown(one)
  // leave
  await quitting.drive.answerNextDialog(1)
  expect(await quitting.quit()).toBe(0)
  const { windows } = JSON.parse(await readFile(join(quitting.userData, 'windows.json'), 'utf8'))
  expect(windows).toMatchObject([{ path: '/capture' }, { path: '/' }])
})
