/**
 * Many pages and many imports in one real browser, which opens six connections to the node and no more: none of them is
 * left waiting for one, and all show what has changed.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest'
import { type Browsed, browseNode } from '../kit/browsed.ts'
import { chromiumMissing } from '../kit/chromium.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

let here: Browsed
let first: Page
beforeAll(async () => {
  if (await chromiumMissing()) return
  here = await browseNode()
  first = here.page
  await first.getByRole('button', { name: 'Skip the introduction' }).click()
})
afterAll(() => here?.[Symbol.asyncDispose]())
beforeEach((test) => requires(test, 'chromium'))

describe('one browser', () => {
  it('brings ten exports in at once, and can be used meanwhile', async () => {
    const exports = Array.from({ length: 10 }, (_, seed) => writeExport(here.machine.folder, 'grok', { seed, conversations: 30 }))
    await first.getByRole('link', { name: 'Import' }).first().click()
    const [chooser] = await Promise.all([
      first.waitForEvent('filechooser'),
      first.getByRole('button', { name: 'Choose files' }).click(),
    ])
    await chooser.setFiles(exports.map(({ path }) => path))
    await first.getByText('Waits for its turn').first().waitFor()
    await first.getByRole('main').getByText('30 conversations new or updated').nth(9).waitFor()
  })

  it('shows ten pages of the node, each with what was done in another', async () => {
    const pages = [first]
    for (let more = 0; more < 9; more++) pages.push(await here.context.newPage())
    for (const page of pages) {
      await page.goto(here.node.origin)
      await page.getByText('300 conversations').first().waitFor()
    }
    const last = pages.at(-1) as Page
    await last.getByRole('region', { name: 'Conversations' }).locator('[data-conversation]').first().focus()
    await last.keyboard.press('s')
    for (const page of pages) await page.getByRole('img', { name: 'Starred' }).waitFor()
    // Whichever page it is that listens for all, another takes its place.
    await first.close()
    await last.keyboard.press('s')
    for (const page of pages.slice(1)) await page.getByRole('img', { name: 'Starred' }).waitFor({ state: 'detached' })
  })
})
