/** A phone whose node is out of reach, in a real browser: reading, finding and writing go on, and all comes together again. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Message } from '../../node-core/contract/content.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { makeDevice, openHeld } from '../kit/phone.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { zipOf } from '../kit/zip.ts'

const message = (id: string, parent: string | null, role: Message['role'], words: string, time: number): Message => ({
  id,
  parent,
  role,
  time,
  parts: [{ type: 'text', text: words }],
})
const talks = {
  bread: [
    message('q', null, 'user', 'Why does my dough collapse?', 2000),
    message('a', 'q', 'assistant', 'Lower the hydration.\n\nThen bake it, crème brûlée style.', 3000),
  ],
  moon: [
    message('q', null, 'user', 'Why do we see one side of the moon?', 4000),
    message('a', 'q', 'assistant', 'Tides slowed its spin.', 5000),
  ],
}

let machine: Machine
let node: Serving
let http: PlainHttp
let browser: Browser
let context: BrowserContext
const ids: Record<string, string> = {}
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  const file = join(machine.folder, 'talks.zip')
  const conversations = Object.entries(talks).map(([key, messages]) => [
    `conversations/${key}.json`,
    { source: 'chatgpt', key, title: `About ${key}`, created: 1000, messages },
  ])
  const manifest = {
    format: 'vivim-export',
    version: 1,
    exported: 0,
    counts: { conversations: 2, documents: 0, messages: 0, notes: 0, blobs: 0 },
    incomplete: [],
  }
  await writeFile(file, await zipOf({ 'vivim-export.json': manifest, ...Object.fromEntries(conversations) }))
  await machine.done(['import', file])
  for (const { id, title } of (await machine.done(['list', '--json'])).json().items) ids[title.replace('About ', '')] = id
  node = await machine.serve()
  http = await signIn(node.link)
  browser = await launchChromium()
  context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await makeDevice(context, node.origin, http)
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

const status = (page: Page) => page.locator('header [role=status]').first()

/** By the keys of the reader, which do the same at every width. */
async function noteOnFirst(page: Page, words: string): Promise<void> {
  await page.locator('article').first().focus()
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Your note' }).fill(words)
  await page.keyboard.press('Control+Enter')
  await page.getByText(words).waitFor()
}
async function tagFirst(page: Page, tag: string): Promise<void> {
  await page.locator('article').first().focus()
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'Your tag' }).fill(tag)
  await page.keyboard.press('Enter')
  await page.getByText(tag, { exact: true }).first().waitFor()
}

describe('a phone', () => {
  it('can install the page', async () => {
    const page = await context.newPage()
    await page.goto(node.origin)
    const devtools = await context.newCDPSession(page)
    const { errors, data } = await devtools.send('Page.getAppManifest')
    expect(errors).toEqual([])
    expect(JSON.parse(data ?? '')).toMatchObject({ name: 'VIVIM', display: 'standalone', start_url: '/' })
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    // Whatever is opened in private is never installed.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([])
    await page.close()
  })

  it('reads and finds without its node what it holds, after a reload as well', async () => {
    const page = await openHeld(context, node.origin, 2)
    await context.setOffline(true)
    try {
      await page.goto(`${node.origin}/`)
      await page.getByText('About bread').first().waitFor()
      await expect.poll(() => status(page).textContent()).toContain('Offline')
      await page.goto(`${node.origin}/c/${ids['bread']}`)
      await page.getByText('Lower the hydration.').waitFor()
      await page.goto(`${node.origin}/search`)
      await page.getByRole('searchbox').first().fill('creme brulee')
      await page.locator('mark', { hasText: 'crème' }).first().waitFor()
    } finally {
      await context.setOffline(false)
    }
    await expect.poll(() => status(page).textContent()).not.toContain('Offline')
    await page.close()
  })

  it('writes notes and tags without its node, which has them afterwards as they were written', async () => {
    const page = await openHeld(context, node.origin, 2)
    await context.setOffline(true)
    try {
      await page.goto(`${node.origin}/c/${ids['bread']}`)
      await page.getByText('Lower the hydration.').waitFor()
      await tagFirst(page, 'kitchen')
      await noteOnFirst(page, 'Ask the baker 🥖 – rye?')
      await expect.poll(() => status(page).textContent()).toContain('2 changes wait')
      // a page that is loaded anew still shows them
      await page.reload()
      await page.getByText('Ask the baker 🥖 – rye?').waitFor()
    } finally {
      await context.setOffline(false)
    }
    await expect.poll(() => status(page).textContent(), { timeout: 40_000 }).not.toContain('Offline')
    const notes = (await http.json('notes.list', { target: ids['bread'] })).items
    expect(notes.map(({ text }: { text: string }) => text)).toEqual(['Ask the baker 🥖 – rye?'])
    const tags = (await http.json('tags.list', { target: ids['bread'], within: true })).items
    expect(tags.map(({ tag }: { tag: string }) => tag)).toEqual(['kitchen'])
    await page.getByText('Ask the baker 🥖 – rye?').waitFor()
    await page.close()
  })
})
