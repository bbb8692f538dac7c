/** The first page in a real browser, on the built node: the link that it prints proves a session, once. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { requires } from '../kit/requires.ts'
import { type ServedNode, serveNode } from '../kit/served-node.ts'

let node: ServedNode
let browser: Browser
let context: BrowserContext
beforeAll(async () => {
  if (await chromiumMissing()) return
  node = await serveNode()
  browser = await launchChromium()
  context = await browser.newContext()
})
afterAll(async () => {
  await browser?.close()
  await node?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

const heading = async (page: Page): Promise<string | null> => await page.locator('h1').textContent()
/** Opens `url` and answers what the page wrote to the console as errors, the network's own refusals aside. */
async function open(page: Page, url: string): Promise<string[]> {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  await page.locator('h1').first().waitFor()
  return errors
}

describe('the first page', () => {
  it('asks for a link where there is no session', async () => {
    const page = await (await browser.newContext()).newPage()
    expect(await open(page, `${node.origin}/`)).toEqual([])
    await expect.poll(() => heading(page)).toBe('Sign in to your node')
    await page.context().close()
  })

  it('signs in by the link and shows the account, with the secret out of sight and no token at rest', async () => {
    const page = await context.newPage()
    expect(await open(page, node.link)).toEqual([])
    // An account with nothing in it begins with the first steps.
    await expect.poll(() => heading(page)).toBe('Welcome to your node')
    await expect.poll(() => page.url()).toBe(`${node.origin}/welcome`)
    expect(await context.cookies()).toEqual([])
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0)
    const kept = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const request = indexedDB.open('vivim')
          request.onsuccess = () => {
            const all = request.result.transaction('session').objectStore('session').getAll()
            all.onsuccess = () =>
              resolve(all.result.flatMap((one: { key: CryptoKey }) => [...Object.keys(one), `${one.key.extractable}`]))
          }
        }),
    )
    expect(kept.sort()).toEqual(['false', 'instance', 'key', 'session'])
    await page.close()
  })

  it('is still signed in after the page was closed, by proof of its key', async () => {
    const page = await context.newPage()
    expect(await open(page, `${node.origin}/`)).toEqual([])
    await expect.poll(() => heading(page)).toBe('Welcome to your node')
    await page.close()
  })

  it('refuses the link a second time, in a browser that has no session', async () => {
    const page = await (await browser.newContext()).newPage()
    expect(await open(page, node.link)).toEqual([])
    await expect.poll(() => heading(page)).toBe('This link no longer works')
    await expect.poll(() => page.url()).toBe(`${node.origin}/`)
    await page.context().close()
  })
})
