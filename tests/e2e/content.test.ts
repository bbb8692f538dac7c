/** How units look and behave in a real browser: code, formulas, pictures, artifacts; by keyboard too. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toProblem, VivimError } from '../../node-core/contract/errors.ts'
import { axeFindings } from '../kit/axe.ts'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { type Machine, newMachine } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { zipOf } from '../kit/zip.ts'

let machine: Machine
let browser: Browser
let page: Page
let origin: string

const at = '2026-01-02T03:04:05Z'
const program = Array.from(
  { length: 60 },
  (_, line) => `const value${line} = ${line} // a line that is long enough to be wider than a phone`,
)
const text = `Inline $E = mc^2$ and \\(a_b\\), US$5.

\`\`\`typescript
${program.join('\n')}
\`\`\`

| A | B |
|---|---|
| one | two |

$$ \\broken{ $$
`
const counter = `<button onclick="this.textContent = ++n">0</button><script>let n = 0</script>`
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

beforeAll(async () => {
  if (await chromiumMissing()) return
  machine = await newMachine()
  const blocks = [
    { type: 'text', text },
    {
      type: 'tool_use',
      name: 'artifacts',
      input: { id: 'a', type: 'text/html', title: 'A counter', command: 'create', content: counter },
    },
    { type: 'tool_use', name: 'web_search', input: { query: 'how soil holds water' } },
  ]
  const message = { uuid: 'm', sender: 'assistant', text: '', content: blocks, created_at: at, updated_at: at }
  const chat = { uuid: 'c', name: 'Everything', created_at: at, updated_at: at, chat_messages: [message] }
  const picture = { content_type: 'image_asset_pointer', asset_pointer: 'file-service://file-one', width: 40, height: 30 }
  const said = {
    id: 'u',
    author: { role: 'user' },
    create_time: 1,
    content: { content_type: 'multimodal_text', parts: [picture] },
    recipient: 'all',
  }
  const attachments = [{ id: 'file-one', name: 'garden.png', mime_type: 'image/png' }]
  const mapping = {
    r: { id: 'r', parent: null, children: ['u'] },
    u: { id: 'u', parent: 'r', children: [], message: { ...said, metadata: { attachments } } },
  }
  const exports = {
    'claude.zip': { 'conversations.json': [chat], 'users.json': [{ uuid: 'a' }] },
    'chatgpt.zip': {
      'conversations.json': [{ id: 'g', conversation_id: 'g', title: 'A picture', create_time: 1, current_node: 'u', mapping }],
      'chat.html': '',
      'file-one-garden.png': Buffer.from(png, 'base64'),
    },
  }
  for (const [name, files] of Object.entries(exports)) {
    writeFileSync(join(machine.folder, name), await zipOf(files))
    await machine.done(['import', join(machine.folder, name)])
  }
  const node = await machine.serve()
  origin = node.origin
  browser = await launchChromium()
  const context = await browser.newContext({
    viewport: { width: 1200, height: 3000 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  page = await context.newPage()
  await page.goto(node.link)
  await page.locator('h1').first().waitFor()
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

async function open(title: string): Promise<void> {
  await page.goto(origin)
  await page.getByText(title, { exact: true }).first().click()
  await page.locator('article').first().waitFor()
}

describe('what a message says', () => {
  it('is set: code in colours, formulas, tables; what cannot be set shows its source', async () => {
    await open('Everything')
    await page.locator('pre span[class*="keyword"]').first().waitFor()
    await page.locator('.katex-mathml').nth(1).waitFor()
    await expect.poll(() => page.locator('.katex-mathml').count()).toBe(2)
    await page.getByText('\\broken{').waitFor()
    await expect.poll(() => page.locator('th').allTextContents()).toEqual(['A', 'B'])
    await page.getByText('how soil holds water').waitFor()
    expect(await axeFindings(page)).toEqual([])
  })

  it('folds long code, copies all of it, and breaks its lines where asked', async () => {
    await open('Everything')
    const block = page.locator('figure', { has: page.locator('pre') }).first()
    await expect.poll(() => block.textContent()).not.toContain('value59')
    await block.getByRole('button', { name: 'Copy the code' }).click()
    await block.getByRole('status').getByText('Copied').waitFor()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(program.join('\n'))
    await block.getByRole('button', { name: 'Show all 60 lines' }).press('Enter')
    await block.getByText('value59').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    await expect.poll(wide).toBe(false)
    await block.getByRole('button', { name: 'Break long lines' }).click()
    await block.locator('pre:not([tabindex])').waitFor()
    await page.setViewportSize({ width: 1200, height: 3000 })
  })

  it('runs an artifact apart, and only shows it where the browser cannot close the network', async () => {
    await open('Everything')
    await page.getByRole('button', { name: 'Run it' }).click()
    const button = page.frameLocator('iframe[title="A counter"]').getByRole('button')
    await button.click()
    await expect.poll(() => button.textContent()).toBe('1')
    await page.getByRole('button', { name: 'Stop it' }).click()
    await page.route('**/artifact-check.html', async (route) => {
      const response = await route.fetch()
      const { 'connection-allowlist': _, ...headers } = response.headers()
      await route.fulfill({ response, headers })
    })
    await open('Everything')
    await page.getByRole('button', { name: 'Run it' }).click()
    await page.getByText('Shown without its scripts').waitFor()
    await button.click()
    await expect.poll(() => button.textContent()).toBe('0')
    await expect.poll(() => page.locator('iframe[title="A counter"]').getAttribute('src')).toBe('/artifact-still.html')
    await page.unroute('**/artifact-check.html')
  })
})

it('shows a picture, larger when asked, and goes back to where it was', async () => {
  await open('A picture')
  const picture = page.getByRole('button', { name: 'garden.png, show it larger' })
  await picture.locator('img').waitFor()
  await picture.press('Enter')
  const view = page.getByRole('dialog', { name: 'garden.png' })
  await view.waitFor()
  await page.keyboard.press('+')
  await view.getByText('150%').or(view.getByText('200%')).first().waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await view.waitFor({ state: 'detached' })
  await expect.poll(() => picture.evaluate((element) => element === document.activeElement)).toBe(true)
})

describe('what has not come yet', () => {
  it('is said of a picture, by name, and it is shown once it is here', async () => {
    await page.route('**/api/v1/blobs/**', (route) =>
      route.fulfill({ status: 404, contentType: 'application/problem+json', json: toProblem(new VivimError('blob-awaited')) }),
    )
    await open('A picture')
    await page.getByText('“garden.png” has not come here yet.').waitFor()
    await page.getByText('image/png').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.unroute('**/api/v1/blobs/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'garden.png, show it larger' }).locator('img').waitFor()
  })

  it('is said once of a long message, however many parts it has', async () => {
    await page.route('**/units?**', async (route) => {
      const response = await route.fetch()
      const body: { items: object[] } = await response.json()
      const items = body.items.map((unit) => ({ ...unit, kind: 'unknown', name: 'awaited', text: '', data: null }))
      await route.fulfill({ response, json: { ...body, items } })
    })
    await open('Everything')
    const article = page.locator('article')
    await expect.poll(() => article.count()).toBeGreaterThan(1)
    await expect.poll(() => page.getByText('This message has not come here yet').count()).toBe(1)
    expect(await page.getByText('Of an unknown kind').count()).toBe(0)
    expect(await axeFindings(page)).toEqual([])
    await page.unroute('**/units?**')
  })
})
