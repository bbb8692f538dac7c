/** One note in two real browsers: written at once, with carets, with one of them away in between; undo takes back only one's own. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { zipOf } from '../kit/zip.ts'

let machine: Machine
let node: Serving
let browser: Browser
let conversation: string
let desk: Side
let phone: Side
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  const file = join(machine.folder, 'talk.zip')
  const message = { id: 'm', parent: null, role: 'user', time: 1000, parts: [{ type: 'text', text: 'How do I bake?' }] }
  const talk = { source: 'chatgpt', key: 'a', title: 'About bread', messages: [message] }
  const counts = { conversations: 1, documents: 0, messages: 1, notes: 0, blobs: 0 }
  const manifest = { format: 'vivim-export', version: 1, exported: 0, counts, incomplete: [] }
  await writeFile(file, await zipOf({ 'vivim-export.json': manifest, 'conversations/a.json': talk }))
  await machine.done(['import', file])
  conversation = (await machine.done(['list', '--json'])).json().items[0].id
  node = await machine.serve()
  browser = await launchChromium()
  desk = await side(await browser.newContext({ viewport: { width: 1440, height: 900 } }), node.link)
  const { link } = (await machine.done(['link', '--json'])).json()
  phone = await side(await browser.newContext({ viewport: { width: 412, height: 800 }, hasTouch: true, isMobile: true }), link)
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

interface Side {
  context: BrowserContext
  page: Page
  field: Locator
  /** What the field shows, without the names of others. */
  words(): Promise<string>
  open(): Promise<void>
  edit(): Promise<void>
}
async function side(context: BrowserContext, link: string): Promise<Side> {
  const page = await context.newPage()
  await page.goto(link)
  await page.locator('nav').first().waitFor()
  const field = page.getByRole('textbox', { name: 'Your note' })
  return {
    context,
    page,
    field,
    words: async () =>
      (
        await field.locator('.cm-line').evaluateAll((lines) =>
          lines.map((line) => {
            const copy = line.cloneNode(true) as Element
            for (const other of copy.querySelectorAll('.cm-other')) other.remove()
            return copy.textContent
          }),
        )
      ).join('\n'),
    async open() {
      await page.goto(`${node.origin}/c/${conversation}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
    },
    async edit() {
      await page.getByRole('button', { name: 'Change this note' }).click()
      await field.waitFor()
    },
  }
}
const eventually = <T>(look: () => Promise<T>, wanted: T): Promise<void> => expect.poll(look).toEqual(wanted)
const both = async (wanted: string): Promise<void> => {
  await eventually(() => desk.words(), wanted)
  await eventually(() => phone.words(), wanted)
}
const stored = async (): Promise<string[]> =>
  (await machine.done(['note', 'list', '--json'])).json().items.map(({ text }: { text: string }) => text)

/** Types without a pause: half a second between two letters begins another step of what is undone. */
const atOnce = async (page: Page, words: string): Promise<void> =>
  void (await Promise.all([...words].map((letter) => page.keyboard.press(letter === ' ' ? 'Space' : letter))))

describe('a note that two browsers write', () => {
  it('is one text, with the other’s caret in it, whoever was away, and each undoes its own', async () => {
    await machine.done(['note', conversation, 'bread'])
    for (const one of [desk, phone]) {
      await one.open()
      await one.edit()
      await eventually(() => one.words(), 'bread')
    }
    await desk.page.getByText('Also open on:').waitFor()

    await desk.field.press('Home')
    await atOnce(desk.page, 'rye ')
    await phone.page.keyboard.type(' and butter')
    await both('rye bread and butter')
    await eventually(() => phone.field.locator('.cm-other').count(), 1)
    await eventually(() => desk.field.locator('.cm-other').count(), 1)
    // the other's caret goes along with the text before it
    const before = () =>
      phone.field.locator('.cm-other').evaluate((caret) => {
        const range = new Range()
        range.setStart(caret.closest('.cm-line') as Element, 0)
        range.setEndBefore(caret)
        return range.toString()
      })
    await eventually(before, 'rye ')

    await phone.context.setOffline(true)
    await phone.page.getByText('What you write stays here').waitFor()
    await phone.page.keyboard.type(', salted')
    await atOnce(desk.page, 'dark ')
    await eventually(() => desk.words(), 'rye dark bread and butter')
    await eventually(() => phone.words(), 'rye bread and butter, salted')
    await phone.context.setOffline(false)
    await both('rye dark bread and butter, salted')

    // what was typed in one go is undone in one
    for (let n = 0; n < 2; n++) await desk.page.keyboard.press('Control+z')
    await both('bread and butter, salted')
    for (let n = 0; n < 2; n++) await desk.page.keyboard.press('Control+y')
    await both('rye dark bread and butter, salted')

    expect(await axeFindings(desk.page)).toEqual([])
    await desk.page.keyboard.press('Control+Enter')
    await desk.field.waitFor({ state: 'detached' })
    await desk.page.getByText('rye dark bread and butter, salted').waitFor()
    await eventually(() => phone.field.locator('.cm-other').count(), 0)
    await eventually(stored, ['rye dark bread and butter, salted'])

    // what is cancelled goes on the other side too
    await phone.page.keyboard.press('Escape')
    await phone.field.waitFor({ state: 'detached' })
    await eventually(stored, ['rye dark bread'])
    await desk.page.getByText('rye dark bread', { exact: true }).waitFor()
  })

  it('is over for both when one deletes it', async () => {
    await phone.edit()
    await desk.page.getByRole('button', { name: 'Delete this note' }).click()
    await desk.page.getByRole('alertdialog').getByRole('button', { name: 'Delete this note' }).click()
    await phone.field.waitFor({ state: 'detached' })
    await eventually(stored, [])
  })

  it('runs as its words say, keeps keys to itself, and takes what an input method composes', async () => {
    await desk.open()
    const unit = desk.page.getByRole('article').first()
    await unit.focus()
    await desk.page.keyboard.press('n')
    await desk.field.waitFor()
    await desk.page.keyboard.type('/jk')
    await desk.page.keyboard.press('Enter')
    await desk.page.keyboard.insertText('مرحبا')
    await eventually(() => desk.words(), '/jk\nمرحبا')
    const directions = desk.field
      .locator('.cm-line')
      .evaluateAll((lines) => lines.map((line) => getComputedStyle(line).direction))
    expect(await directions).toEqual(['ltr', 'rtl'])
    const session = await desk.context.newCDPSession(desk.page)
    await desk.page.keyboard.press('Enter')
    await session.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 })
    await session.send('Input.insertText', { text: '日本' })
    await eventually(() => desk.words(), '/jk\nمرحبا\n日本')
    await desk.page.keyboard.press('Control+Enter')
    await desk.field.waitFor({ state: 'detached' })
    await eventually(stored, ['/jk\nمرحبا\n日本'])
  })
})

describe('a browser that is no device', () => {
  it('keeps what could not be sent when its field is left, says so, and sends it once the node answers', async () => {
    await machine.done(['note', conversation, 'milk'])
    await desk.open()
    await desk.page.getByText('milk', { exact: true }).waitFor()
    await desk.page.getByRole('button', { name: 'Change this note' }).first().click()
    await desk.field.waitFor()
    await eventually(() => desk.words(), 'milk')
    try {
      await desk.context.setOffline(true)
      await desk.page.getByText('What you write stays here').waitFor()
      await desk.field.press('End')
      await desk.page.keyboard.type(' and honey')
      await desk.page.getByRole('link', { name: 'Library' }).first().click()
      await desk.page.getByText('What you wrote has not been sent').waitFor()
      expect(await stored()).toContain('milk')
    } finally {
      await desk.context.setOffline(false)
    }
    await eventually(async () => (await stored()).filter((words) => words.startsWith('milk')), ['milk and honey'])
  })
})

describe('a person’s version of a unit', () => {
  it('is shown in its place, with the original one click away, until it is given up', async () => {
    const { page } = desk
    await desk.open()
    const unit = page.getByRole('article').first()
    await unit.focus()
    await page.keyboard.press('e')
    const field = page.getByRole('textbox', { name: 'Your version' })
    await field.fill('How do I bake **rye**?')
    await page.keyboard.press('Control+Enter')
    await unit.getByText('rye', { exact: true }).waitFor()
    expect(await axeFindings(page)).toEqual([])

    await page.reload()
    await unit.getByText('rye', { exact: true }).waitFor()
    await unit.getByRole('button', { name: 'Show the original' }).click()
    await unit.getByText('How do I bake?', { exact: true }).waitFor()
    await unit.getByRole('button', { name: 'Show your version' }).click()
    await unit.getByRole('button', { name: 'Change your version' }).click()
    await field.press('End')
    await page.keyboard.type(' Slowly?')
    await unit.getByRole('button', { name: 'Save' }).click()
    await unit.getByText('Slowly?').waitFor()

    const shown = await machine.done(['show', conversation])
    expect(shown.stdout).toContain('How do I bake **rye**? Slowly?\n(Your version; --original shows what it was.)')
    expect(shown.stdout).not.toContain('How do I bake?')
    expect((await machine.done(['show', conversation, '--original'])).stdout).toContain('How do I bake?')

    // What is read is what is printed, by the browser's own command and by ours.
    const paper = page.locator('[data-print="ready"]')
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await eventually(async () => (await paper.textContent())?.includes('How do I bake rye? Slowly?Edited by you'), true)
    expect(await paper.textContent()).not.toContain('How do I bake?')
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await paper.waitFor({ state: 'detached' })
    await page.evaluate(() => {
      window.print = () => {
        document.body.dataset['printed'] = document.querySelector('[data-print]')?.textContent ?? ''
      }
    })
    await page.keyboard.press('Control+p')
    await page.locator('body[data-printed*="How do I bake rye? Slowly?"]').waitFor()
    await page.evaluate(() => dispatchEvent(new Event('afterprint')))
    await paper.waitFor({ state: 'detached' })

    await unit.getByRole('button', { name: 'Go back to the original' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Go back to the original' }).click()
    await unit.getByText('How do I bake?', { exact: true }).waitFor()
    await eventually(() => unit.getByText('Edited by you').count(), 0)
  })

  it('is begun from what is chosen, and what is cancelled leaves nothing to see', async () => {
    const { page } = phone
    await phone.open()
    const unit = page.getByRole('article').first()
    await unit.getByRole('button', { name: /^More for this message/ }).click()
    await page.getByRole('menuitem', { name: 'Select this message' }).click()
    await page.getByRole('toolbar').getByRole('button', { name: 'Edit' }).click()
    const field = page.getByRole('textbox', { name: 'Your version' })
    await field.fill('Nothing of this stays.')
    await unit.getByRole('button', { name: 'Cancel' }).click()
    await unit.getByText('How do I bake?', { exact: true }).waitFor()
    await eventually(() => unit.getByText('Edited by you').count(), 0)
  })
})
