/**
 * The main job by the page alone, on the built product in a real browser, from the sign-in link to the same library in a
 * second node: by mouse, by keyboard alone, and by touch on a phone.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { openPath, type Truth } from '../kit/exports.ts'
import { choose, type Hand, keyboard, mouse, touch } from '../kit/hands.ts'
import { signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'
import { zipOf } from '../kit/zip.ts'

/** What is brought in, and what is looked for in it. */
interface Brought {
  readonly chatgpt: { readonly path: string; readonly truth: Truth }
  readonly claude: { readonly path: string; readonly truth: Truth }
  readonly sessions: { readonly path: string; readonly truth: Truth }
  readonly answers: Answers
}
/** Seven words of an answer that was asked for again, and of the answer that took its place. */
interface Answers {
  readonly older: string
  readonly newer: string
}

let exports: Machine
let browser: Browser
let brought: Brought
beforeAll(async () => {
  if (await chromiumMissing()) return
  exports = await newMachine()
  brought = await writeExports(exports.folder)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await exports?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name, exact: true })
const link = (page: Page, name: string | RegExp): Locator => page.getByRole('link', { name })
const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name })
const place = (page: Page, name: string): Locator =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name, exact: true })
const said = (page: Page, words: string): Locator => page.getByRole('article').filter({ hasText: words })
/** Watches for the bar and the figures of an import: on a busy machine both may be gone before they are asked for. */
const watchProgress = (page: Page, name: string) =>
  page.evaluateHandle((label) => {
    const seen = { bar: false, figures: false }
    const look = () => {
      const bar = document.querySelector(`progress[aria-label="${label}"]`)
      seen.bar ||= bar !== null
      seen.figures ||= /[\d,]+ conversations?, [\d,]+ messages?/.test(bar?.closest('article')?.textContent ?? '')
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
    return seen
  }, `Importing ${name}`)
/** The entry of an import that has ended, which leads to its report. */
const past = (page: Page, path: string): Locator => link(page, new RegExp(`^${basename(path)}.*new or updated$`))

/** What the hands do each in its own way. */
interface Ways {
  /** Looks for a phrase and opens the one hit. */
  find(page: Page, phrase: string): Promise<void>
  /** To the other version of the message that holds `words`. */
  switchBranch(page: Page, words: string): Promise<void>
  /** A note and a tag on what holds `words`, in which the focus is. */
  remark(page: Page, words: string, note: string, tag: string): Promise<void>
  /** To where everything is taken out. */
  toExport(page: Page): Promise<void>
}

/** By what there is to see and press: mouse and touch. */
const pointed = (hand: Hand, find: Ways['find']): Ways => ({
  find,
  async switchBranch(page, words) {
    const other = said(page, words).getByRole('group', { name: 'Versions of this message' }).locator('[aria-disabled="false"]')
    await hand.press(other)
  },
  async remark(page, words, note, tag) {
    const menu = async (entry: string) => {
      await hand.press(said(page, words).getByRole('button', { name: /^More for this message/ }))
      await hand.press(page.getByRole('menuitem', { name: entry }))
    }
    await menu('Add a note')
    await hand.write(page.getByRole('textbox', { name: 'Your note' }), note)
    await hand.press(button(page, 'Save'))
    await menu('Add a tag')
    await hand.write(page.getByRole('combobox', { name: 'Your tag' }), tag)
    await page.keyboard.press('Enter')
  },
  async toExport(page) {
    await hand.press(place(page, 'Settings'))
    await hand.press(page.getByRole('main').getByRole('link', { name: 'Storage' }))
  },
})

const byMouse = pointed(mouse, async (page, phrase) => {
  await place(page, 'Search').click()
  await page.getByRole('searchbox', { name: 'Search messages, titles and notes' }).fill(`"${phrase}"`)
  await page.getByRole('main').getByRole('article').first().getByRole('link').first().click()
})
const byTouch = pointed(touch, async (page, phrase) => {
  await button(page, /Search your conversations/).tap()
  await page.getByRole('combobox', { name: 'Search, or say what to do' }).fill(`"${phrase}"`)
  await page.getByRole('group', { name: 'Conversations' }).getByRole('option').first().tap()
})
const byKeys: Ways = {
  async find(page, phrase) {
    await page.keyboard.press('/')
    await page.getByRole('combobox', { name: 'Search, or say what to do' }).waitFor()
    await page.keyboard.type(`"${phrase}"`)
    // Until then others stand there, which the first of the words found.
    await page.getByRole('option').and(page.locator('[data-active-item]')).filter({ hasText: phrase }).waitFor()
    await page.keyboard.press('Enter')
  },
  async switchBranch(page, words) {
    const second = await said(page, words).getByText('Version 2 of 2').count()
    await page.keyboard.press(second ? 'Alt+ArrowLeft' : 'Alt+ArrowRight')
  },
  async remark(page, _, note, tag) {
    await page.keyboard.press('n')
    await page.getByRole('textbox', { name: 'Your note' }).waitFor()
    await page.keyboard.type(note)
    await page.keyboard.press('Control+Enter')
    await page.locator('article:focus').waitFor()
    await page.keyboard.press('t')
    await page.getByRole('combobox', { name: 'Your tag' }).waitFor()
    await page.keyboard.type(tag)
    await page.keyboard.press('Enter')
  },
  async toExport(page) {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search, or say what to do' }).waitFor()
    await page.keyboard.type('export everything')
    await page
      .getByRole('option', { name: /Export everything/ })
      .and(page.locator('[data-active-item]'))
      .waitFor()
    await page.keyboard.press('Enter')
  },
}

describe('from the link to the same library elsewhere', () => {
  it.each([
    [mouse, byMouse],
    [keyboard, byKeys],
    [touch, byTouch],
  ])('by $name', async (hand, ways) => {
    const { chatgpt, claude, sessions, answers } = brought
    await using first = await newMachine()
    await using second = await newMachine()
    const [here, there] = await Promise.all([first.serve(), second.serve()])
    const context = await browser.newContext(hand.context)
    // Where a browser cannot ask for a place the file is offered as a download.
    await context.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'))
    const page = await context.newPage()

    // in, and through the first run
    await page.goto(here.link)
    await heading(page, 'Welcome to your node').waitFor()
    await hand.press(button(page, 'Continue'))
    const progress = await watchProgress(page, basename(chatgpt.path))
    await choose(page, hand, 'Choose files', [chatgpt.path, claude.path])
    await past(page, chatgpt.path).waitFor()
    await past(page, claude.path).waitFor()
    expect(await progress.jsonValue()).toEqual({ bar: true, figures: true })
    await hand.press(button(page, 'Continue'))
    await hand.press(button(page, 'Open your library'))

    // a folder, and the reports
    await hand.press(place(page, 'Import'))
    await heading(page, 'Import').waitFor()
    await choose(page, hand, 'Choose a folder', sessions.path)
    await past(page, sessions.path).waitFor()
    for (const { path, truth } of [sessions, chatgpt, claude]) {
      await hand.press(past(page, path))
      await heading(page, basename(path)).waitFor()
      await reads(page, truth)
      await hand.press(link(page, 'All imports'))
    }

    // a phrase, in its place
    await ways.find(page, answers.older)
    await page.waitForURL(/\/c\/[a-z2-7]{26}\?unit=[a-z2-7-]+-\d+(&leaf=[a-z2-7-]+)?$/)
    await said(page, answers.older).and(page.locator(':focus')).waitFor()
    expect(await inSight(said(page, answers.older))).toBe(true)
    await ways.switchBranch(page, answers.older)
    await said(page, answers.newer).and(page.locator(':focus')).waitFor()
    await expect.poll(() => said(page, answers.older).count()).toBe(0)
    await ways.remark(page, answers.newer, 'Worth a second look', 'to keep')
    await said(page, answers.newer).getByText('Worth a second look').waitFor()
    await said(page, answers.newer).getByRole('list', { name: 'Tags' }).getByText('to keep').waitFor()

    // all of it out
    await ways.toExport(page)
    await heading(page, 'Storage').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      hand.press(page.getByRole('button', { name: 'Export everything' })),
    ])
    const whole = join(first.folder, download.suggestedFilename())
    await download.saveAs(whole)
    await page.getByText('The file is saved:').waitFor()

    // and into an empty node
    const other = await (await browser.newContext(hand.context)).newPage()
    await other.goto(there.link)
    await hand.press(button(other, 'Skip the introduction'))
    await hand.press(place(other, 'Import'))
    await choose(other, hand, 'Choose files', whole)
    await hand.press(past(other, whole))
    const all = [chatgpt, claude, sessions].reduce((sum, { truth }) => sum + (truth.conversations ?? 0), 0)
    await other.getByText(`${all.toLocaleString('en')} conversations are new.`).waitFor()
    await ways.find(other, answers.newer)
    await said(other, answers.newer).getByText('Worth a second look').waitFor()
    await said(other, answers.newer).getByRole('list', { name: 'Tags' }).getByText('to keep').waitFor()
    expect(await libraryOf(second)).toEqual(await libraryOf(first))
    await context.close()
    await other.context().close()
  })
})

const figure = (page: Page, name: string): Locator =>
  page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) })
    .getByRole('cell')
    .last()

/** The report's words and figures say what the export truly holds. */
async function reads(page: Page, truth: Truth): Promise<void> {
  const count = (number: number) => number.toLocaleString('en')
  await page.getByText(`${count(truth.conversations ?? 0)} conversations are new.`).waitFor()
  const figures = { 'In the export': truth.messages, 'On other branches': truth.branchMessages }
  for (const [name, number] of Object.entries(figures))
    await expect.poll(() => figure(page, name).textContent(), { message: name }).toBe(count(number))
  if (truth.unreadableConversations > 0) await page.getByText(`${truth.unreadableConversations} could not be read.`).waitFor()
}

const inSight = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect()
    return bottom > 0 && top < innerHeight
  })

/** Every conversation with its counts, and every note and tag, in a form in which two nodes can be compared. */
async function libraryOf(machine: Machine) {
  const http = await signIn((await machine.done(['link', '--json'])).json().link)
  const conversations = await http.all('conversations.list')
  return {
    conversations: conversations.map(({ id: _, ...rest }) => JSON.stringify(rest)).sort(),
    notes: (await http.all('notes.list')).map(({ text }) => text),
    tags: (await http.all('tags.list')).map(({ tag }) => tag),
  }
}

async function writeExports(folder: string): Promise<Brought> {
  const chatgpt = writeExport(folder, 'chatgpt', { seed: 31, conversations: 500 })
  const claude = writeExport(folder, 'claude', { seed: 32, conversations: 40 })
  const archive = writeExport(folder, 'claude-code', { seed: 33, conversations: 12 })
  await addArtifact(claude.path)
  const sessions = join(folder, 'sessions')
  for (const file of await openPath(archive.path, '')) {
    const path = join(sessions, file.path)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, await file.bytes(2 ** 30))
  }
  return {
    chatgpt,
    claude: {
      path: claude.path,
      truth: { ...claude.truth, conversations: (claude.truth.conversations ?? 0) + 1, messages: claude.truth.messages + 2 },
    },
    sessions: { path: sessions, truth: archive.truth },
    answers: await answersIn(chatgpt.path),
  }
}

/** A conversation in which a page was made: the generator writes none. */
async function addArtifact(path: string): Promise<void> {
  const files: Record<string, unknown> = {}
  for (const file of await openPath(path, '')) files[file.path] = await file.bytes(2 ** 30)
  const at = '2026-01-02T03:04:05Z'
  const message = (uuid: string, sender: string, content: object[]) => ({
    uuid,
    sender,
    text: '',
    content,
    created_at: at,
    updated_at: at,
  })
  const input = { id: 'a', type: 'text/html', title: 'A dial', command: 'create', content: '<h1>Noon</h1>' }
  const messages = [
    message('q', 'human', [{ type: 'text', text: 'Draw me a dial' }]),
    message('a', 'assistant', [{ type: 'tool_use', name: 'artifacts', input }]),
  ]
  const conversations: unknown[] = JSON.parse(Buffer.from(files['conversations.json'] as Uint8Array).toString())
  conversations.push({ uuid: 'dial', name: 'A dial', created_at: at, updated_at: at, chat_messages: messages })
  await writeFile(path, await zipOf({ ...files, 'conversations.json': conversations }))
}

interface Node {
  readonly children: readonly string[]
  readonly message: { readonly author: { readonly role: string }; readonly content: { readonly parts?: unknown[] } } | null
}

/** An answer that was asked for again, with words of both that stand in their first paragraphs. */
async function answersIn(path: string): Promise<Answers> {
  const file = (await openPath(path, '')).find((each) => each.path === 'conversations.json')
  const text = Buffer.from((await file?.bytes(2 ** 30)) ?? new Uint8Array()).toString()
  const phraseOf = (node: Node | undefined): string | undefined => {
    const [words] = node?.message?.content.parts ?? []
    if (typeof words !== 'string' || node?.message?.author.role !== 'assistant') return undefined
    const phrase = /\b[a-z]+(?: [a-z]+){6}\b/.exec(words.split('\n\n')[0] ?? '')?.[0]
    return phrase && text.split(phrase).length === 2 ? phrase : undefined
  }
  for (const { mapping = {} } of JSON.parse(text) as { mapping?: Record<string, Node> }[]) {
    for (const { children } of Object.values(mapping)) {
      // The generator writes the answer that was read first, then the one beside it.
      const [newer, older] = children.map((id) => phraseOf(mapping[id]))
      if (children.length === 2 && newer && older) return { newer, older }
    }
  }
  throw new Error(`No answer in ${path} was asked for again.`)
}
