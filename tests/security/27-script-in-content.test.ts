/**
 * Case 27: whatever an export says, nothing of it runs in the page, nothing is asked of anybody outside, and not even
 * the content policy has anything to refuse: the page's own rendering leaves nothing to it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { chromiumMissing, launchChromium } from '../kit/chromium.ts'
import { goInside } from '../kit/go-inside.ts'
import { hostileFormats, hostileLine, hostileText, writeHostileExport } from '../kit/hostile.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { zipOf } from '../kit/zip.ts'

/** A file's name can hold all but slashes. */
const fileName = '<img src=x onerror=alert(27)>'

let machine: Machine
let node: Serving
let browser: Browser
let page: Page
let world: string
let outside: Server
let authorization = ''
/** Everything that went wrong, in words. */
const wrong: string[] = []

beforeAll(async () => {
  if (await chromiumMissing()) return
  outside = createServer((request, answer) => {
    wrong.push(`a request outside: ${request.url}`)
    answer.end()
  })
  await new Promise<void>((done) => outside.listen(0, '127.0.0.1', done))
  const address = outside.address()
  world = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  machine = await newMachine()
  const folder = join(machine.folder, 'exports')
  mkdirSync(folder)
  const exports = [...(await Promise.all(hostileFormats.map((format) => writeHostileExport(folder, format, world))))]
  for (const [name, content] of Object.entries({ artifacts: artifacts(), [fileName]: files() })) {
    exports.push(join(folder, `${name}.zip`))
    writeFileSync(join(folder, `${name}.zip`), await zipOf(content))
  }
  node = await machine.serve()
  for (const path of exports) {
    // The generator's exports hold entries that no format can read: then the import is “partly done”.
    const { code, stdout, stderr } = await machine.vivim(['import', path])
    if (code !== 0 && code !== 3) throw new Error(`${path}: ${code}\n${stdout}${stderr}`)
  }
  browser = await launchChromium()
  page = await watched()
  await page.goto(node.link)
  await page.locator('h1').first().waitFor()
})
afterAll(async () => {
  await browser?.close()
  outside?.close()
  await machine?.[Symbol.asyncDispose]()
})
beforeEach((test) => requires(test, 'chromium'))

/** A page that tells of everything that nothing in it may do. */
async function watched(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 6000 } })
  const made = await context.newPage()
  await made.exposeFunction('tellWrong', (what: string) => wrong.push(what))
  await made.addInitScript(() => {
    if (window !== window.top) return
    const tell = (what: string) => void (window as unknown as { tellWrong(what: string): void }).tellWrong(what)
    window.alert = (what) => tell(`something ran: ${what}`)
    addEventListener(
      'securitypolicyviolation',
      ({ effectiveDirective, blockedURI, sample, sourceFile, lineNumber, columnNumber }) =>
        tell(`the policy refused ${effectiveDirective} ${blockedURI} ${sample} at ${sourceFile}:${lineNumber}:${columnNumber}`),
    )
  })
  made.on('dialog', (dialog) => {
    wrong.push('a dialog')
    void dialog.dismiss()
  })
  made.on('popup', () => wrong.push('a window'))
  made.on('pageerror', (error) => wrong.push(`an error: ${error.message}`))
  made.on('request', (request) => {
    authorization = request.headers()['authorization'] ?? authorization
  })
  return made
}

/** What stands in the page that could run, lead or load by itself. */
const suspects = (): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    for (const element of document.querySelectorAll('body *')) {
      const name = element.localName
      // Forms of our own have our styles, and lead nowhere.
      const ours = name === 'form' && /^_/.test(element.className) && !element.hasAttribute('action')
      if (['object', 'embed', 'base', 'link', 'meta', 'style', 'form', 'iframe'].includes(name) && !ours) found.push(name)
      for (const { name: attribute, value } of element.attributes) {
        if (/^on|^srcdoc$|^formaction$|^ping$/.test(attribute)) found.push(`${name} ${attribute}`)
        if (/^(?:href|xlink:href|src|action|data|poster)$/.test(attribute)) {
          const { protocol, origin } = new URL(value, location.href)
          const own = origin === location.origin && !/^blob:/.test(protocol)
          const leads = name === 'a' && /^(?:https?|mailto):$/.test(protocol) && element.getAttribute('target') === '_blank'
          if (!own && !leads && !(name === 'img' && protocol === 'blob:')) found.push(`${name} ${attribute}=${value}`)
        }
      }
    }
    return found
  })

/** Opens everything that is folded, and what is folded inside; what opens is there with the next frame. */
async function unfold(): Promise<void> {
  for (let more = true; more; ) {
    const folded = [...document.querySelectorAll<HTMLDetailsElement>('main details:not([open])')]
    for (const one of folded) one.open = true
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    more = folded.length > 0
  }
}

const at = '2026-01-02T03:04:05Z'
const escaped = (text: string) => text.replaceAll('<', '&lt;')
function artifacts() {
  const kinds = ['text/html', 'image/svg+xml', 'text/markdown', 'application/vnd.ant.react', 'application/vnd.ant.mermaid', 'x']
  const blocks = kinds.map((type, index) => ({
    type: 'tool_use',
    name: 'artifacts',
    input: {
      id: `a${index}`,
      type,
      title: hostileLine(world),
      command: 'create',
      language: hostileLine(world),
      content: hostileText(world),
    },
  }))
  const more = [
    { type: 'thinking', thinking: hostileText(world), summaries: [{ summary: hostileText(world) }] },
    { type: 'tool_use', name: hostileLine(world), input: { command: hostileText(world), [hostileLine(world)]: 1 } },
    { type: 'tool_result', name: hostileLine(world), content: hostileText(world), is_error: true },
    { type: hostileLine(world), [hostileLine(world)]: hostileText(world) },
    {
      type: 'text',
      text: 'Cited words.',
      citations: [
        { start_index: 0, end_index: 5, url: 'javascript:alert(27)', title: hostileLine(world) },
        { url: `${world}/c"onclick="alert(27)`, title: hostileLine(world), cited_text: hostileText(world) },
      ],
    },
  ]
  const message = { uuid: 'm', sender: 'assistant', text: '', content: [...more, ...blocks], created_at: at, updated_at: at }
  const chat = { uuid: 'c', name: hostileLine(world), created_at: at, updated_at: at, chat_messages: [message] }
  return { 'conversations.json': [chat], 'users.json': [{ uuid: 'a' }] }
}
function files() {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(27)"><script>alert(27)</script><image href="${world}/svg"/></svg>`
  const attachments = [
    { id: 'file-svg', name: `${escaped(hostileLine(world))}.svg`, mime_type: 'image/svg+xml' },
    { id: 'file-html', name: 'page.html', mime_type: 'text/html' },
    { id: 'file-png', name: hostileLine(world), mime_type: 'image/png' },
  ]
  const content = { content_type: 'text', parts: ['Three files.'] }
  const said = { id: 'u', author: { role: 'user' }, create_time: 1, content, metadata: { attachments }, recipient: 'all' }
  const mapping = { r: { id: 'r', parent: null, children: ['u'] }, u: { id: 'u', parent: 'r', children: [], message: said } }
  return {
    'conversations.json': [
      { id: 'g', conversation_id: 'g', title: hostileLine(world), create_time: 1, current_node: 'u', mapping },
    ],
    'chat.html': '',
    'file-svg-a.svg': svg,
    'file-html-page.html': `<script>alert(27)</script>`,
    'file-png-p.png': svg,
  }
}

async function ask<T>(path: string, body?: unknown, method = 'POST'): Promise<T> {
  const init = body === undefined ? {} : { method, body: JSON.stringify(body) }
  const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const answer = await fetch(`${node.origin}/api/v1${path}`, { ...init, headers })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

it('runs nothing of any format, wherever it stands', async () => {
  const { items } = await ask<{ items: { id: string; source: string; title: string | null }[] }>('/conversations?limit=200')
  const sources = new Set(items.map(({ source }) => source))
  expect(sources.size).toBeGreaterThanOrEqual(13)
  for (const { id } of items.slice(0, 5)) {
    await ask('/tags', { target: id, tag: hostileLine(world).slice(0, 60) })
    await ask('/notes', { target: id, text: hostileText(world) })
  }
  const seen = new Map<string, number>()
  for (const { id, source, title } of items) {
    const before = seen.get(source) ?? 0
    seen.set(source, before + 1)
    // Two of each source, and those that this test wrote itself.
    if (before >= 2 && !title?.startsWith('<img')) continue
    await goInside(page, `/c/${id}`)
    await page.locator('article').first().waitFor()
    // Everything that is folded is opened.
    await page.evaluate(unfold)
    await expect.poll(() => page.locator('main').textContent(), { message: source }).toContain('27')
    expect(await suspects(), source).toEqual([])
    expect(wrong, source).toEqual([])
  }
  expect(await page.title()).toBe('VIVIM')
})

it('runs nothing in the list, in what is found, and in what is shown of artifacts', async () => {
  await page.goto(`${node.origin}/`)
  await page.getByText('onerror=').first().waitFor()
  expect(await suspects()).toEqual([])
  await page.goto(`${node.origin}/search`)
  await page.getByRole('searchbox').or(page.getByRole('combobox')).first().fill('onerror')
  await page.locator('mark').first().waitFor()
  expect(await suspects()).toEqual([])
  const { items } = await ask<{ items: { id: string; title: string | null }[] }>('/conversations?limit=200&source=claude')
  const chat = items.find(({ title }) => title?.startsWith('<img'))
  await page.goto(`${node.origin}/c/${chat?.id}`)
  for (const name of ['Run it', 'Show it']) await page.getByRole('button', { name }).first().click()
  await page.locator('iframe[title]').nth(1).waitFor()
  for (const frame of await page.locator('iframe[title]').all())
    await frame.contentFrame().locator('img, svg, table').first().waitFor()
  expect(wrong).toEqual([])
})

/** Opens what a screen holds closed, and looks whether anything in it could run. */
async function shows(words: string | RegExp): Promise<void> {
  await page.getByText(words).first().waitFor({ state: 'attached' })
  await page.evaluate(unfold)
  expect(await suspects(), page.url()).toEqual([])
  expect(wrong, page.url()).toEqual([])
}

it('runs nothing in the panels, menus and questions of the reader', async () => {
  const { items } = await ask<{ items: { id: string; title: string | null }[] }>('/conversations?limit=200&source=claude')
  const id = items.find(({ title }) => title?.startsWith('<img'))?.id ?? ''
  await ask('/tags', { target: id, tag: hostileLine(world).slice(0, 60) })
  await ask('/notes', { target: id, text: hostileText(world) })
  await page.goto(`${node.origin}/c/${id}`)
  const article = page.getByRole('article').first()
  await article.waitFor()
  await page.getByRole('button', { name: 'Outline and notes' }).click()
  await page.getByRole('tab', { name: 'Outline' }).click()
  await page.getByRole('tab', { name: /^Notes/ }).click()
  await page.getByRole('tabpanel').getByText('onerror=').first().waitFor()
  await shows('onerror=')
  await page
    .getByRole('button', { name: /^Close|^Outline and notes/ })
    .last()
    .click()
  await article.focus()
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'Your tag' }).fill('img')
  await page.getByRole('option', { name: /onerror/ }).waitFor()
  await shows('onerror=')
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'Your tag' }).waitFor({ state: 'detached' })
  await page.keyboard.press('F2')
  await page.getByRole('textbox', { name: 'Title' }).waitFor()
  await shows('onerror=')
  await page.keyboard.press('Escape')
  for (const name of ['Details', /^Delete/]) {
    await page.getByRole('button', { name: 'More for this conversation' }).click()
    await page.getByRole('menuitem', { name }).click()
    await page.getByRole('dialog').or(page.getByRole('alertdialog')).waitFor()
    await shows('onerror=')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').or(page.getByRole('alertdialog')).waitFor({ state: 'detached' })
  }
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', '')
  })
  await page.keyboard.press('Control+p')
  await page.locator('body[data-printed]').waitFor()
  await page.locator('[data-print]').getByText('onerror=').first().waitFor({ state: 'attached' })
  expect(await suspects()).toEqual([])
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search, or say what to do' }).fill('onerror')
  await page.getByRole('group', { name: 'Conversations' }).getByRole('option').first().waitFor()
  await shows('onerror=')
  expect(await page.title()).toBe('VIVIM')
})

it('runs nothing in what tells of imports, and in names that filters, choices, devices and sign-ins show', async () => {
  await page.goto(`${node.origin}/import`)
  await shows(`${fileName}.zip`)
  const reports = page.getByRole('main').locator('a[href^="/import/"]')
  const addresses = await reports.evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  expect(addresses.length).toBeGreaterThanOrEqual(13)
  for (const address of addresses) {
    await goInside(page, address ?? '')
    await shows('In figures')
  }
  await page.goto(`${node.origin}/`)
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await shows('onerror=')

  const { secret } = /#link=(?<secret>[\w-]+)$/.exec((await machine.done(['link', '--json'])).json().link)?.groups ?? {}
  await ask('/auth/link', { secret, name: hostileLine(world) })
  const { items } = await ask<{ items: { did: string }[] }>('/devices')
  for (const { did } of items) await ask(`/devices/${did}`, { name: hostileLine(world) }, 'PATCH')
  for (const section of ['sessions', 'devices']) {
    await goInside(page, `/settings/${section}`)
    await shows('onerror=')
  }
  await goInside(page, '/settings/storage')
  await page.getByRole('button', { name: 'Choose what …' }).click()
  for (const name of ['Tag', 'Model', 'Project']) {
    await page.getByRole('combobox', { name }).click()
    await page.getByRole('option').first().waitFor()
    await shows('onerror=')
    await page.keyboard.press('Escape')
  }
  expect(await page.title()).toBe('VIVIM')
})
