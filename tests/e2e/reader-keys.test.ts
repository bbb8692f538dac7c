/** What becomes of the keys, of words and of paper when something in the reader goes: tags, notes, versions, branches, numbers. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Message } from '../../node-core/contract/content.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { zipOf } from '../kit/zip.ts'

const message = (
  id: string,
  parent: string | null,
  role: Message['role'],
  time: number,
  text: string,
  cited?: string,
): Message => {
  const end = text.indexOf(cited ?? '') + (cited ?? '').length
  const source = {
    title: 'The book of soil',
    url: 'https://example.org/soil',
    start_index: end - (cited ?? '').length,
    end_index: end,
  }
  return { id, parent, role, time, parts: [{ type: 'text', text, ...(cited ? { citations: [source] } : {}) }] }
}
const messages: Message[] = [
  message('q', null, 'user', 1000, 'Which soil?'),
  message('a1', 'q', 'assistant', 2000, 'Sand.'),
  message('a2', 'q', 'assistant', 3000, 'Loam holds water.[^w] It is best.\n\n[^w]: For a week.', 'It is best.'),
  message('q2', 'a2', 'user', 4000, 'What grows?'),
  message('b1', 'q2', 'assistant', 5000, 'Beans.'),
  message('b2', 'q2', 'assistant', 6000, 'Peas.'),
]

let machine: Machine
let node: Serving
let browser: Browser
let page: Page
let conversation: string
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  const file = join(machine.folder, 'talk.zip')
  const talk = { source: 'chatgpt', key: 'a', title: 'About soil', current: 'b1', messages }
  const counts = { conversations: 1, documents: 0, messages: messages.length, notes: 0, blobs: 0 }
  const manifest = { format: 'vivim-export', version: 1, exported: 0, counts, incomplete: [] }
  await writeFile(file, await zipOf({ 'vivim-export.json': manifest, 'conversations/a.json': talk }))
  await machine.done(['import', file])
  conversation = (await machine.done(['list', '--json'])).json().items[0].id
  node = await machine.serve()
  browser = await launchChromium()
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.goto(node.link)
  await page.locator('nav').first().waitFor()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach(async (test) => {
  requires(test, 'chromium')
  await page.goto(`${node.origin}/c/${conversation}`)
  await said('Which soil?').waitFor()
})

const button = (name: string | RegExp): Locator => page.getByRole('button', { name })
const said = (words: string): Locator => page.getByRole('article').filter({ hasText: words })
const field = (): Locator => page.getByRole('combobox', { name: 'Your tag' })
const spoken = (words: string): Locator => page.getByRole('status').filter({ hasText: words })
/** Waits until an element has the keys. */
const hasKeys = (element: Locator): Promise<void> =>
  expect.poll(() => element.evaluate((one) => one === document.activeElement), { timeout: 20_000 }).toBe(true)
const title = (): Locator => page.getByRole('heading', { level: 1, name: 'About soil' })
/** Takes an entry of the conversation's menu by keys. */
const take = async (entry: string): Promise<void> => {
  await button('More for this conversation').press('Enter')
  await page.getByRole('menuitem', { name: entry }).press('Enter')
}
/** Presses a question's button. */
const confirm = (name: string): Promise<void> => page.getByRole('alertdialog').getByRole('button', { name }).press('Enter')

describe('a tag', () => {
  it('is said to be put on and taken off, and leaves the keys with what it was on', async () => {
    await said('Which soil?').focus()
    await page.keyboard.press('t')
    await field().fill('earth')
    await page.keyboard.press('Enter')
    await spoken('Tagged').waitFor()
    await hasKeys(said('Which soil?'))
    await button('Take off the tag “earth”').press('Enter')
    await spoken('Tag taken off').waitFor()
    await hasKeys(said('Which soil?'))

    await take('Add a tag')
    await field().fill('garden')
    await page.keyboard.press('Enter')
    await button('Take off the tag “garden”').waitFor()
    await hasKeys(title())
    await button('Take off the tag “garden”').press('Enter')
    await button('Take off the tag “garden”').waitFor({ state: 'detached' })
    await hasKeys(title())
  })

  it('that has no room in the list is seen to go on', async () => {
    for (const name of ['for the whole summer', 'for the winter after it', 'for all that comes then']) {
      await take('Add a tag')
      await field().fill(name)
      await page.keyboard.press('Enter')
      await button(`Take off the tag “${name}”`).waitFor()
    }
    const last = page.getByRole('region', { name: 'Conversations' }).getByText('for the winter after it')
    const cut = () =>
      last.evaluate((one) => {
        const tags = one.parentElement?.parentElement
        return tags ? tags.scrollWidth > tags.clientWidth && getComputedStyle(tags).textOverflow : undefined
      })
    await expect.poll(cut).toBe('ellipsis')
  })

  it('that the node refuses is said to be refused', async () => {
    await page.route(/\/tags/, async (route) => {
      if (route.request().method() === 'GET') return await route.continue()
      await route.fulfill({ status: 507, json: { code: 'storage-full' } })
    })
    await said('Which soil?').focus()
    await page.keyboard.press('t')
    await field().fill('refused')
    await page.keyboard.press('Enter')
    await spoken('The disk is full. Nothing was lost').waitFor()
    await button('Take off the tag “refused”').waitFor({ state: 'detached' })
    await page.unroute(/\/tags/)
  })

  it('on what is chosen leaves the keys in the bar, and the bar leaves them to the talk', async () => {
    await said('Which soil?').focus()
    await page.keyboard.press('x')
    const bar = page.getByRole('toolbar', { name: 'What is selected' })
    await bar.getByRole('button', { name: 'Tag', exact: true }).press('Enter')
    await field().press('Escape')
    await hasKeys(bar.getByRole('button', { name: 'Tag', exact: true }))
    await bar.getByRole('button', { name: 'Select nothing' }).press('Enter')
    await bar.waitFor({ state: 'detached' })
    await hasKeys(said('Which soil?'))
  })
})

describe('a note', () => {
  it('leaves the keys with what it was about, when it is saved and when it is deleted', async () => {
    await take('Add a note')
    const note = page.getByRole('textbox', { name: 'Your note' })
    await note.fill('On all of it')
    await page.keyboard.press('Control+Enter')
    await note.waitFor({ state: 'detached' })
    await hasKeys(title())
    await button('Delete this note').press('Enter')
    await confirm('Delete this note')
    await page.getByText('On all of it').waitFor({ state: 'detached' })
    await hasKeys(title())
  })
})

describe('a person’s version of a unit', () => {
  it('is given up only after a question', async () => {
    await said('Which soil?').focus()
    await page.keyboard.press('e')
    await page.getByRole('textbox', { name: 'Your version' }).fill('Which soil for peas?')
    await page.keyboard.press('Control+Enter')
    await said('Which soil for peas?').waitFor()
    await button('Go back to the original').press('Enter')
    await confirm('Cancel')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await said('Which soil for peas?').waitFor()
    await button('Go back to the original').press('Enter')
    await confirm('Go back to the original')
    await page.getByText('Edited by you').waitFor({ state: 'detached' })
    await hasKeys(said('Which soil?'))
  })
})

describe('a dialogue that was opened from the menu', () => {
  it.each(['Details', 'Delete …'])('leaves the keys with the menu’s button: %s', async (entry) => {
    await take(entry)
    const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'))
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await hasKeys(button('More for this conversation'))
  })
})

describe('a branch', () => {
  it('is come back to where it was read, not at its newest end', async () => {
    await said('Beans.').waitFor()
    await said('Loam holds water.').focus()
    await page.keyboard.press('Alt+ArrowLeft')
    await said('Sand.').waitFor()
    await hasKeys(said('Sand.'))
    await page.keyboard.press('Alt+ArrowRight')
    await said('Beans.').waitFor()
    expect(await said('Peas.').count()).toBe(0)
  })
})

describe('on paper', () => {
  it('numbers of notes and sources are in the text, and where a source is can be read', async () => {
    await said('Loam holds water.').waitFor()
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await page.emulateMedia({ media: 'print' })
    const paper = page.locator('[data-print="ready"]')
    await paper.waitFor()
    // Seen, and not only there.
    await paper.locator('sup').getByText('w', { exact: true }).waitFor()
    await paper.locator('sup').getByText('1', { exact: true }).waitFor()
    const address = await paper.getByText('The book of soil').evaluate((link) => getComputedStyle(link, '::after').content)
    expect(address).toContain('https://example.org/soil')
    await page.emulateMedia({ media: null })
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await paper.waitFor({ state: 'detached' })
  })
})
