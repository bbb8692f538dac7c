/** Bringing chats in by the page: dropped, chosen, several, a folder; what came of it; the first run; the sample. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { type Browsed, browseNode } from '../kit/browsed.ts'
import { chromiumMissing } from '../kit/chromium.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'
import { zipOf } from '../kit/zip.ts'

let here: Browsed
let page: Page
beforeAll(async () => {
  if (await chromiumMissing()) return
  here = await browseNode()
  page = here.page
})
afterAll(() => here?.[Symbol.asyncDispose]())
beforeEach((test) => requires(test, 'chromium'))

const heading = (name: string | RegExp): Locator => page.getByRole('heading', { level: 1, name })
const link = (name: string | RegExp): Locator => page.getByRole('link', { name })
const button = (name: string | RegExp): Locator => page.getByRole('button', { name })
const go = async (path: string): Promise<void> => {
  await page.goto(here.node.origin + path)
  await page.getByRole('navigation', { name: 'Places' }).waitFor()
}
/** Chooses files with the button's own chooser. */
async function choose(name: 'Choose files' | 'Choose a folder', paths: string | string[]): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(name).click()])
  await chooser.setFiles(paths)
}
/** The entry of an import that has ended. */
const past = (path: string): Locator => page.getByRole('listitem').filter({ has: link(new RegExp(basename(path))) })
const stored = async (): Promise<{ conversations: number; messages: number }> => {
  const { conversations, messages } = (await here.machine.done(['status', '--json'])).json().status.account
  return { conversations, messages }
}
const broken = (count: number): Promise<Buffer> =>
  zipOf({
    'vivim-export.json': {
      format: 'vivim-export',
      version: 1,
      exported: 0,
      counts: { conversations: count, documents: 0, messages: 0, notes: 0, blobs: 0 },
      incomplete: [],
    },
    'conversations/whole.json': {
      source: 'chatgpt',
      key: 'whole',
      title: 'Whole',
      messages: [{ id: 'm', parent: null, role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
    },
    ...Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`conversations/broken-${index}.json`, { source: 'nowhere' }]),
    ),
  })

describe('the first run', () => {
  it('can be skipped, and is not asked for again', async () => {
    await go('/welcome')
    await heading('Welcome to your node').waitFor()
    await button('Skip the introduction').click()
    await page.waitForURL(`${here.node.origin}/`)
    await expect.poll(() => page.evaluate(() => JSON.parse(localStorage.getItem('preferences') ?? '{}').welcomed)).toBe(true)
  })

  it('goes from the identity by the chats to a backup, by keyboard alone', async () => {
    await page.evaluate(() => localStorage.clear())
    await go('/welcome')
    await page.getByText('vivim account phrase', { exact: true }).waitFor()
    await page.getByText(/^did:key:z6Mk/).waitFor()
    expect(await axeFindings(page)).toEqual([])
    await button('Continue').focus()
    await page.keyboard.press('Enter')
    await heading('Bring your chats in').waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Bring your chats in')
    await button('ChatGPT').focus()
    await page.keyboard.press('Enter')
    await link('Open this page of ChatGPT').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await button('Skip for now').focus()
    await page.keyboard.press('Enter')
    await heading('Keep it safe').waitFor()
    await page.getByRole('radio', { name: 'Dark' }).focus()
    await page.keyboard.press('Space')
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
    expect(await axeFindings(page)).toEqual([])
    await button('Open your library').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`${here.node.origin}/`)
    await expect.poll(() => page.evaluate(() => localStorage.getItem('preferences'))).toContain('"welcomed":true')
  })

  it('offers a sample that comes in whole and goes without a trace', async () => {
    await go('/welcome')
    await button(/Your chats/).click()
    await button('Try it with a sample').click()
    await page.getByText('The sample is in your library.').waitFor()
    await expect.poll(stored).toMatchObject({ conversations: 6, messages: 22 })
    await link(/VIVIM sample/).click()
    await page.getByText('6 conversations are new. 22 messages came in. Everything could be read.').waitFor()
    await go('/import')
    await button('Remove the sample').click()
    await past('VIVIM sample').getByText('Undone').waitFor()
    await expect.poll(stored).toMatchObject({ conversations: 0, messages: 0 })
    expect((await here.machine.done(['note', 'list', '--json'])).json().items).toEqual([])
  })
})

describe('an import', () => {
  it('takes several files that are dropped anywhere, and says when they are in', async () => {
    const exports = [
      writeExport(here.machine.folder, 'openwebui', { seed: 1, conversations: 6 }),
      writeExport(here.machine.folder, 'grok', { seed: 2, conversations: 7 }),
    ]
    const files = await Promise.all(
      exports.map(async ({ path }) => ({ name: basename(path), content: (await readFile(path)).toString('base64') })),
    )
    await go('/search')
    const held = await page.evaluateHandle((all) => {
      const data = new DataTransfer()
      for (const { name, content } of all)
        data.items.add(new File([Uint8Array.from(atob(content), (character) => character.charCodeAt(0))], name))
      return data
    }, files)
    await page.dispatchEvent('main', 'dragenter', { dataTransfer: held })
    await page.getByText('Drop to import').waitFor()
    await page.dispatchEvent('main', 'dragleave', { dataTransfer: held })
    await page.getByText('Drop to import').waitFor({ state: 'detached' })
    await page.dispatchEvent('main', 'dragenter', { dataTransfer: held })
    await page.dispatchEvent('main', 'drop', { dataTransfer: held })
    await page.waitForURL(`${here.node.origin}/import`)
    for (const { path, truth } of exports)
      await past(path).getByText(`${truth.conversations} conversations new or updated`).waitFor()
    await page
      .getByRole('status')
      .filter({ hasText: / is in: \d conversations new or updated/ })
      .waitFor()
    expect(await axeFindings(page)).toEqual([])
  })

  it('goes on while the person is elsewhere, who is told when it is in', async () => {
    const { path, truth } = writeExport(here.machine.folder, 'claude', { seed: 3, conversations: 300 })
    await go('/import')
    await choose('Choose files', path)
    await link('Help').click()
    await page.getByText(`“${basename(path)}” is in: ${truth.conversations} conversations new or updated.`).waitFor()
    await link('See the report').click()
    await heading(basename(path)).waitFor()
    await page.getByText(`${truth.conversations} conversations are new.`).waitFor()
    const figure = (name: string) => page.getByRole('row', { name }).getByRole('cell')
    await expect.poll(() => figure('On other branches').textContent()).toBe(`${truth.branchMessages}`)
    await expect.poll(() => figure('Attachments not in the export').textContent()).toBe(`${truth.images}`)
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('heading', { name: 'What came in' }).waitFor()
    await expect.poll(() => page.locator('a[href^="/c/"]').count()).toBe(25)
    await link('See them in the library').click()
    await page.waitForURL(`${here.node.origin}/`)
    await page.getByText('From one import').waitFor()
  })

  it('makes one import of a folder', async () => {
    const { path, truth } = writeExport(here.machine.folder, 'claude-parts', { seed: 4, conversations: 12 })
    await go('/import')
    await choose('Choose a folder', path)
    await past(path).click()
    await heading(basename(path)).waitFor()
    await page.getByText(`${truth.conversations} conversations are new.`).waitFor()
  })

  it('shows every unreadable thing with its reason, and finds one among them', async () => {
    const path = join(here.machine.folder, 'broken.zip')
    await writeFile(path, await broken(12))
    await go('/import')
    await choose('Choose files', path)
    await past(path).click()
    await page.getByText('1 conversation is new. 1 message came in. 12 could not be read.').waitFor()
    const place = page.getByText(/conversations\/broken-\d+\.json/)
    await expect.poll(() => place.count()).toBe(12)
    await expect.poll(() => page.getByText('It is not what an export holds, at').count()).toBe(12)
    await page.getByRole('searchbox', { name: 'Search these' }).fill('BROKEN-11')
    await page.getByText('1 of them').waitFor()
    await expect.poll(() => place.allTextContents()).toEqual(['conversations/broken-11.json'])
    // what was searched is nowhere but on the page
    expect(page.url()).not.toContain('BROKEN')
    expect(await axeFindings(page)).toEqual([])
    const [download] = await Promise.all([page.waitForEvent('download'), button('Save the report').click()])
    const report = JSON.parse(await readFile(await download.path(), 'utf8'))
    expect(report.conversations).toMatchObject({ imported: 1, unreadableTotal: 12 })
  })

  it('is told in the person’s language, with every reason and the place where it failed', async () => {
    const message = (id: string, parent: string | null) => ({
      id,
      parent,
      message: { id, author: { role: 'user' }, content: { content_type: 'text', parts: ['Hello'] }, create_time: 1 },
    })
    const talk = (id: string, mapping: unknown) => JSON.stringify({ id, title: id, create_time: 1, mapping })
    const entries = [
      talk('fine', { a: message('a', null) }),
      '5',
      talk('empty', null),
      talk('round', { a: message('a', 'b'), b: message('b', 'a') }),
      '{"id": !!}',
      `{"id":"deep","mapping":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      talk('orphan', { a: message('a', 'gone') }),
    ]
    const odd = join(here.machine.folder, 'odd.json')
    const whole = Buffer.from(`[${entries.join()},{"id":"latin@"}]`)
    whole[whole.indexOf('@')] = 0xe9
    await writeFile(odd, whole)
    const torn = join(here.machine.folder, 'torn.json')
    await writeFile(torn, `[${entries[0]},{"id":`)
    await go('/import')
    await choose('Choose files', [odd])
    await past(odd).getByText('1 conversation').or(past(odd).getByText('2 conversations')).waitFor()
    await go('/import')
    await choose('Choose files', [torn])
    await past(torn).getByText('Failed').waitFor()

    await past(odd).click()
    await heading('odd.json').waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), button('Save the report').click()])
    const report = JSON.parse(await readFile(await download.path(), 'utf8'))
    const told: { code: string; reason: string }[] = [...report.conversations.unreadable, ...report.warnings]
    expect(new Set(told.map(({ code }) => code))).toEqual(
      new Set(['no-object', 'no-messages', 'cycle', 'not-json', 'entry-deep', 'orphan', 'not-utf8', 'not-utf8-throughout']),
    )
    const speak = async (language: string) => {
      await page.evaluate((to) => {
        const kept = JSON.parse(localStorage.getItem('preferences') ?? '{}')
        localStorage.setItem('preferences', JSON.stringify({ ...kept, language: to }))
      }, language)
      await page.reload()
      await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language)
    }
    const main = page.getByRole('main')
    await speak('de')
    for (const words of ['Es ist kein Objekt.', 'Seine Nachrichten bilden einen Kreis', 'beginnt einen eigenen Faden'])
      await main.getByText(words).waitFor()
    const said = ((await main.textContent()) ?? '').toLowerCase()
    for (const { reason } of told) expect(said).not.toContain(reason.toLowerCase())
    expect(await main.locator('[lang="en"]').count()).toBe(0)
    expect(await axeFindings(page)).toEqual([])
    await page.goto(`${here.node.origin}/import`)
    await past(torn).click()
    await main.getByText('torn.json #2').waitFor()
    await main.getByText('Es bricht ab, beim Byte').waitFor()
    expect(await main.locator('[lang="en"]').count()).toBe(0)
    await speak('en')
  })

  it('says why a file is no export, that nothing has changed, and what to do', async () => {
    const path = join(here.machine.folder, 'shopping-list.txt')
    await writeFile(path, 'milk, bread')
    const before = await stored()
    await go('/import')
    await choose('Choose files', path)
    await past(path).getByText('Failed').waitFor()
    await past(path).click()
    await page.getByText('Nothing was imported, and nothing that you had has changed.').waitFor()
    await page.getByText(/VIVIM reads exports of VIVIM, ChatGPT/).waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(await stored()).toMatchObject(before)
  })

  it('can be cancelled while it runs, gone on with, and undone', async () => {
    const before = await stored()
    const { path, truth } = writeExport(here.machine.folder, 'chatgpt', { seed: 5, conversations: 900 })
    await go('/import')
    // As soon as it can be: a busy machine might look for the button when the import is over.
    const cancelled = page.evaluate(
      (name) =>
        new Promise<void>((resolve) => {
          const look = new MutationObserver(() => {
            const button = document.querySelector<HTMLElement>(`button[aria-label="Cancel ${name}"]`)
            if (!button || !document.querySelector(`progress[aria-label="Importing ${name}"]`)) return
            look.disconnect()
            button.click()
            resolve()
          })
          look.observe(document, { subtree: true, childList: true, attributes: true })
        }),
      basename(path),
    )
    await choose('Choose files', path)
    await cancelled
    await past(path).getByText('Cancelled').waitFor()
    await past(path).click()
    await page.getByText(/You stopped this import/).waitFor()
    await page.getByText('The import was stopped: what was stored until then is counted here.').waitFor()
    expect(await page.getByText('Everything could be read').count()).toBe(0)
    await button('Go on with it').click()
    await page
      .getByText(`${(truth.conversations ?? 0).toLocaleString('en')} conversations`)
      .first()
      .waitFor()
    await page.getByText(`${truth.unreadableConversations} could not be read.`).waitFor()
    await expect.poll(async () => (await stored()).conversations).toBe(before.conversations + (truth.conversations ?? 0))

    await button('Undo this import').click()
    const asked = page.getByRole('alertdialog')
    await asked.getByText('What other imports brought too stays as it is.').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await asked.waitFor({ state: 'detached' })
    await button('Undo this import').click()
    await asked.getByRole('button', { name: 'Undo this import' }).click()
    await page.getByText(/erased for good 30 days after you undid it/).waitFor()
    await expect.poll(stored).toMatchObject(before)
  })
})

describe('an upload', () => {
  it('can be tried again after it failed, and taken away while it is on its way', async () => {
    const { path, truth } = writeExport(here.machine.folder, 'lechat', { seed: 6, conversations: 5 })
    const uploads = /\/api\/v1\/imports\?/
    await go('/import')
    await page.route(uploads, (route) => route.abort())
    await choose('Choose files', path)
    await page.getByRole('alert').getByText('The node').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.unroute(uploads)
    await button('Try again').click()
    await past(path).getByText(`${truth.conversations} conversations new or updated`).waitFor()

    // never answered
    await page.route(uploads, () => {})
    await mkdir(join(here.machine.folder, 'other'))
    const other = join(here.machine.folder, 'other', 'other.zip')
    await writeFile(other, await readFile(path))
    await choose('Choose files', other)
    // Before the browser has given it up, no longer holding it back would let it go on.
    const givenUp = page.waitForEvent('requestfailed', (request) => uploads.test(request.url()))
    await button('Cancel other.zip').click()
    await page.getByText('other.zip').waitFor({ state: 'detached' })
    await givenUp
    await page.unroute(uploads)
    await page.reload()
    await page.getByRole('heading', { name: 'Past imports' }).waitFor()
    await expect.poll(() => page.getByText('other.zip').count()).toBe(0)
  })

  it('is not cut off by closing the page without a question', async () => {
    await page.route(/\/api\/v1\/imports\?/, () => {})
    await choose('Choose files', join(here.machine.folder, 'other', 'other.zip'))
    await button('Cancel other.zip').waitFor()
    const [question] = await Promise.all([page.waitForEvent('dialog'), page.close({ runBeforeUnload: true })])
    expect(question.type()).toBe('beforeunload')
    await question.dismiss()
    await button('Cancel other.zip').click()
  })
})
