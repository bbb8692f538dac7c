/** How much script comes before the first conversation is seen, in a browser that was never here. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { launchChromium } from '../kit/chromium.ts'
import { newMachine } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'

/** Bytes of script, gzipped. */
const most = 250_000

it('loads at most 250 KB of script before the library is seen', async (test) => {
  await requires(test, 'chromium')
  await using machine = await newMachine()
  const path = join(machine.folder, 'conversations.json')
  const at = '2025-06-30T10:00:00Z'
  const message = { uuid: 'one', sender: 'human', text: 'Good morning', created_at: at, updated_at: at }
  await writeFile(
    path,
    JSON.stringify([{ uuid: 'talk', name: 'Morning', created_at: at, updated_at: at, chat_messages: [message] }]),
  )
  await machine.done(['import', path])
  const node = await machine.serve()
  const browser = await launchChromium()
  await using _ = { [Symbol.asyncDispose]: () => browser.close() }
  const page = await (await browser.newContext({ locale: 'en' })).newPage()
  await page.addInitScript(() => {
    localStorage.setItem('preferences', JSON.stringify({ welcomed: true, language: 'en' }))
    const seen = new MutationObserver(() => {
      if (!document.querySelector('[data-conversation]')) return
      performance.mark('seen')
      seen.disconnect()
    })
    seen.observe(document, { childList: true, subtree: true })
  })
  await page.goto(node.link)
  await page.locator('[data-conversation]').first().waitFor()
  const scripts = await page.evaluate(() => {
    const seen = performance.getEntriesByName('seen')[0]?.startTime ?? Number.POSITIVE_INFINITY
    return performance
      .getEntriesByType('resource')
      .filter(({ name, startTime }) => name.endsWith('.js') && startTime <= seen)
      .map(({ name }) => new URL(name).pathname)
  })
  const sizes = await Promise.all(scripts.map(async (path) => gzipSync(await readFile(`out/renderer${path}`)).length))
  expect(sizes.length).toBeGreaterThan(1)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(most)
})
