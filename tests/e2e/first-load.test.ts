/** How much script comes before the first conversation is seen, in a browser that was never here. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { launchChromium } from '../kit/chromium.ts'
import { holdBack } from '../kit/hold-back.ts'
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
