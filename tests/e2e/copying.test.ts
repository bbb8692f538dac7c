/** Copying where the page may not write to the clipboard: over plain HTTP in the network, or where the browser refuses. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { writeExport } from '../kit/written-exports.ts'

let machine: Machine
let node: Serving
let browser: Browser
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  await machine.done(['import', writeExport(machine.folder, 'grok', { seed: 5, conversations: 2 }).path])
  node = await machine.serve()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

/** A page whose clipboard is what `init` makes of it, with a conversation open. */
async function opened(init: () => void): Promise<Page> {
  const context = await browser.newContext()
  await context.addInitScript(init)
  const page = await context.newPage()
  const { stdout } = await machine.done(['link'])
  await page.goto(/https?:\/\/\S+/.exec(stdout)?.[0] ?? '')
  await page.getByRole('button', { name: 'Skip the introduction' }).or(page.getByRole('searchbox')).first().waitFor()
  await page.goto(node.origin)
  await page.locator('a[href^="/c/"]').first().click()
  await page.locator('[data-unit]').first().waitFor()
  return page
}
const copyLink = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'More for this conversation' }).click()
  await page.getByRole('menuitem', { name: 'Copy link' }).click()
}

describe('a page without a clipboard', () => {
  it('copies as a person would', async () => {
    const page = await opened(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined })
      document.addEventListener('copy', ({ target }) => {
        if (target instanceof HTMLTextAreaElement) document.documentElement.dataset['copied'] = target.value
      })
    })
    await copyLink(page)
    await page.getByText('Link copied').waitFor()
    expect(await page.locator('html').getAttribute('data-copied')).toBe(page.url())
    expect(await page.locator('textarea').count()).toBe(0)
  })

  it('says so where that is refused too, and blames nobody else', async () => {
    const page = await opened(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined })
      document.execCommand = () => false
    })
    await copyLink(page)
    await page.getByText('The browser did not let it be copied.').waitFor()
  })
})
