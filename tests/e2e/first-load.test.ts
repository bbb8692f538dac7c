/** How much script comes before the first conversation is seen, in a browser that was never here; and what comes late. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { holdBack } from '../kit/hold-back.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'

/** Bytes of script, gzipped. */
const most = 250_000

let machine: Machine
let node: Serving
let browser: Browser
beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  const path = join(machine.folder, 'conversations.json')
  const at = '2025-06-30T10:00:00Z'
  const message = { uuid: 'one', sender: 'human', text: 'Good morning', created_at: at, updated_at: at }
  await writeFile(
    path,
    JSON.stringify([{ uuid: 'talk', name: 'Morning', created_at: at, updated_at: at, chat_messages: [message] }]),
  )
  await machine.done(['import', path])
  node = await machine.serve()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

it('loads at most 250 KB of script before the library is seen', async () => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage()
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.endsWith('.js')) asked.push(pathname)
  })
  let scripts: readonly string[] = []
  await page.exposeFunction('seen', () => {
    scripts = [...asked]
  })
  await page.addInitScript(() => {
    localStorage.setItem('preferences', JSON.stringify({ welcomed: true, language: 'en' }))
    const rows = new MutationObserver(() => {
      if (!document.querySelector('[data-conversation]')) return
      rows.disconnect()
      Reflect.get(window, 'seen')()
    })
    rows.observe(document, { childList: true, subtree: true })
  })
  // Even where the node takes its time: what may be asked for later on must not get in the way.
  const list = /\/api\/v1\/conversations\?/
  const release = await holdBack(page, list)
  await page.clock.install()
  await Promise.all([page.waitForRequest(list), page.goto(node.link)])
  await page.clock.fastForward(60_000)
  await release()
  await expect.poll(() => scripts.length).toBeGreaterThan(1)
  const sizes = await Promise.all(scripts.map(async (path) => gzipSync(await readFile(`out/renderer${path}`)).length))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(most)
})

it('shows a conversation when the code for it comes, and holds it back for no time', async () => {
  const page = await (await browser.newContext({ locale: 'en' })).newPage()
  await page.addInitScript(() => localStorage.setItem('preferences', JSON.stringify({ welcomed: true, language: 'en' })))
  const release = await holdBack(page, /\/assets\/reader-[^/]*\.js$/)
  await page.clock.install()
  await page.goto((await machine.done(['link'])).stdout.trim())
  const row = page.locator('[data-conversation]').first()
  await row.waitFor()
  // from here on no time passes but what is said
  await page.clock.pauseAt(new Date(Date.now() + 60_000))
  await row.click()
  await page.getByText('Loading …').waitFor({ state: 'attached' })
  await release()
  let waited = 0
  const shown = async () => {
    await page.clock.runFor(1)
    waited++
    return await page.locator('article').count()
  }
  await expect.poll(shown, { interval: 20 }).toBeGreaterThan(0)
  expect(waited).toBeLessThan(200)
})
