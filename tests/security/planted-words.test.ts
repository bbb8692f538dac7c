/**
 * No file that the product writes shows a word of anybody: words are planted wherever something can be written, the
 * product is used in every way, killed in the middle of it, and then every file is searched for every word.
 */
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumMissing, launchChromiumWithProfile } from '../kit/chromium.ts'
import { type Needles, needlesOf } from '../kit/needles.ts'
import { lookInto, openedStore } from '../kit/opened-store.ts'
import { importEnds, type PlainHttp, signIn } from '../kit/plain-http.ts'
import { allPlants, plant, plantedChatgpt, plantedClaude, plantedClaudeCode, plantsOf } from '../kit/planted.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { requires } from '../kit/requires.ts'
import { type ExportFormat, exportFormats, wordsIn, writeExport } from '../kit/written-exports.ts'

/** What a person says to the node itself. */
const own = [
  'note',
  'unit-note',
  'tag',
  'message-tag',
  'edited-title',
  'search',
  'prefix',
  'bad-query',
  'session',
  'account',
  'upload-name',
  'path-name',
  'folder-name',
  'no-export',
  'broken-name',
  'passing-note',
  'removed-tag',
] as const
const word = (place: (typeof own)[number]): string => plant(`own/${place}`)

let machine: Machine
let node: Serving
let http: PlainHttp
let needles: Needles
/** The exports: not the product's, so apart from what it writes. */
let exports: string
const secrets: string[] = []
beforeAll(async () => {
  exports = await mkdtemp(join(tmpdir(), 'vivim-exports-'))
  machine = await newMachine()
  await machine.done(['config', 'set', 'logRequests', 'true'])
  node = await machine.serve()
  http = await signIn(node.link)
})
afterAll(async () => {
  await machine?.[Symbol.asyncDispose]()
  await rm(exports, { recursive: true, force: true })
})

const upload = async (name: string, path: string) => {
  const run = await http.json('imports.upload', { name }, { body: createReadStream(path) })
  return (await importEnds(http, run.id)).report
}
const inFiles = async () => [
  ...(await needles.searchFolder(machine.folder)),
  ...needles.search(Buffer.from(node.output())).map(({ word }) => `what the node printed: ${word}`),
]

describe('words at rest', () => {
  it('are planted in every kind of content of every format, and found by their owner', async () => {
    const paths: Record<string, string> = {}
    for (const [name, bytes] of Object.entries({
      chatgpt: await plantedChatgpt(),
      claude: await plantedClaude(),
      'claude-code': await plantedClaudeCode(),
    })) {
      paths[name] = join(exports, `planted-${name}.zip`)
      await writeFile(paths[name], bytes)
    }
    expect(await upload(`${word('upload-name')}.zip`, paths['chatgpt'] ?? '')).toMatchObject({
      state: 'done',
      conversations: { imported: 1, unreadableTotal: 1 },
    })
    const folder = join(exports, word('folder-name'))
    await mkdir(folder)
    await writeFile(join(folder, `${word('path-name')}.zip`), await readFile(paths['claude'] ?? ''))
    for (const path of [join(folder, `${word('path-name')}.zip`), paths['claude-code'] ?? ''])
      await machine.done(['import', path])

    const made: string[] = []
    let bare = ''
    for (const [index, format] of (Object.keys(exportFormats) as ExportFormat[]).entries()) {
      const { path } = writeExport(exports, format, { seed: 900 + index, conversations: 4 })
      if (format === 'openwebui') bare = path
      made.push(...(await wordsIn(path)).slice(0, 15))
      expect((await machine.vivim(['import', path])).code).toBe(format === 'chatgpt' ? 3 : 0)
    }
    needles = needlesOf([...allPlants(), ...own.map(word), ...made])
    // the search finds what there is to find
    expect(needles.search(await readFile(bare)).length).toBeGreaterThanOrEqual(15)
    for (const hidden of ['utf16le', 'hex', 'base64'] as const) {
      const bytes =
        hidden === 'utf16le'
          ? Buffer.from(`x${word('note')}y`, hidden)
          : Buffer.from(Buffer.from(`x${word('note')}y`).toString(hidden))
      expect(
        needles.search(bytes).map((found) => found.word),
        hidden,
      ).toEqual([word('note')])
    }

    for (const name of ['chatgpt', 'claude', 'claude-code'] as const) {
      for (const place of ['prose', 'tool-result', 'output', 'title'].filter((place) => place in plantsOf(name))) {
        const { total } = await http.json('search.find', { q: plantsOf(name)[place], prefix: false })
        expect(total, `${name}/${place}`).toBeGreaterThan(0)
      }
    }
    expect((await http.json('search.find', { q: made[20], prefix: false })).total).toBeGreaterThan(0)
  })

  it('are said to the node in every other way', async () => {
    const [hit] = (await http.json('search.find', { q: plantsOf('chatgpt')['code'], prefix: false })).items
    const conversation = hit.conversation.id
    await http.json('notes.create', { target: conversation, text: `I think ${word('note')}` })
    await http.json('notes.create', { target: hit.unit, text: `and ${word('unit-note')}` })
    const passing = await http.json('notes.create', { text: word('passing-note') })
    expect((await http.ask('notes.delete', { note: passing.id })).status).toBe(200)
    await http.json('tags.add', { target: conversation, tag: word('tag') })
    await http.json('tags.add', { target: hit.message, tag: word('message-tag') })
    await http.json('tags.add', { target: conversation, tag: word('removed-tag') })
    await http.json('tags.remove', { target: conversation, tag: word('removed-tag') })
    await http.json('conversations.edit', { conversation, title: `Mine: ${word('edited-title')}` })
    expect((await http.json('notes.list')).items.length).toBe(2)

    await http.ask('search.find', { q: `${word('search')} "${word('search')} ${word('search')}"` })
    await http.ask('search.find', { q: word('prefix').slice(0, 9), tag: [word('search')], project: [word('search')] })
    expect((await http.ask('search.find', { q: word('bad-query'), limit: word('bad-query') })).status).toBe(400)
    expect((await http.ask('conversations.get', { conversation: word('bad-query') })).status).toBe(400)
    const broken = join(exports, 'broken.zip')
    await writeFile(broken, (await plantedClaude()).subarray(0, -200))
    expect(await upload(`${word('broken-name')}.zip`, broken)).toMatchObject({ state: 'failed' })
    const none = join(exports, 'none.json')
    await writeFile(none, JSON.stringify({ [word('no-export')]: [word('no-export')] }))
    expect(await upload(`${word('no-export')}.json`, none)).toMatchObject({ state: 'failed' })

    const { link } = await http.json('links.create', {})
    secrets.push(link.slice('/#link='.length), http.token)
    const { accessToken } = await http.json('auth.link', { secret: link.slice('/#link='.length), name: word('session') })
    secrets.push(accessToken)
    const { did } = (await machine.done(['account', 'new', '--json', '--name', word('account')])).json()
    const other = (await machine.done(['link', '--json', '--account', did])).json()
    expect(other.link).toMatch(/#link=/)
    for (const line of [
      ['backup', join(machine.folder, 'whole.backup')],
      ['doctor', '--verify'],
      ['doctor', '--rebuild'],
    ])
      await machine.done(line)
  })

  it('stay out of a browser’s profile', async (test) => {
    await requires(test, 'chromium')
    expect(await chromiumMissing()).toBe(undefined)
    const { items } = (await machine.done(['account', 'list', '--json'])).json()
    const named = items.find(({ name }: { name: string | null }) => name === word('account'))
    const { link } = (await machine.done(['link', '--json', '--account', named.did])).json()
    const profile = await launchChromiumWithProfile(join(machine.folder, 'profile'))
    try {
      const page = await profile.newPage()
      await page.goto(link)
      await page.getByText(word('account')).waitFor()
      // what the interface answers, as a page gets it
      const text = await page.evaluate(
        async ([token, found]) => {
          const ask = async (path: string) => await (await fetch(path, { headers: { authorization: `Bearer ${token}` } })).text()
          return (
            (await ask('/api/v1/conversations?limit=200')) +
            (await ask(`/api/v1/search?q=${found}`)) +
            (await ask('/api/v1/notes'))
          )
        },
        [http.token, plantsOf('claude')['prose']],
      )
      expect(text).toContain(plantsOf('claude')['prose'])
      expect(text).toContain(word('note'))
      await page.reload()
      await page.getByText(word('account')).waitFor()
      await usedByAPerson(page, (await machine.done(['link', '--json', '--account', http.account])).json().link)
    } finally {
      await profile.close()
    }
    const kept = await readdir(join(machine.folder, 'profile'), { recursive: true })
    expect(kept.some((path) => path.includes('IndexedDB'))).toBe(true)
  })

  it('are in no file while the node runs', async () => {
    expect(node.output()).toContain('"method":"search.find"')
    expect(await inFiles()).toEqual([])
  })

  it('are in no file after kills in the middle of an upload and of an import', async () => {
    const { path } = writeExport(exports, 'chatgpt-json', { seed: 77, conversations: 900 })
    const bytes = await readFile(path)
    const words = await wordsIn(path)
    needles = needlesOf([...allPlants(), ...own.map(word), ...words.slice(0, 300)])

    // half of an upload, and then the power goes
    const half = Promise.withResolvers<void>()
    const uploading = http.json(
      'imports.upload',
      { name: `${word('upload-name')}.json` },
      {
        body: (async function* () {
          yield bytes.subarray(0, bytes.length >> 1)
          await half.promise
        })(),
      },
    )
    const cut = uploading.catch(() => undefined)
    await stagedBytes(machine.data, bytes.length >> 2)
    await node.kill()
    half.resolve()
    await cut
    expect(await inFiles()).toEqual([])

    // a whole one, cut while it is being imported
    node = await machine.serve(['--account', await firstAccount()])
    http = await signIn(node.link)
    const run = await http.json('imports.upload', { name: 'x.json' }, { body: createReadStream(path) })
    let seen = false
    for await (const { event, data } of http.events('imports.events', { import: run.id })) {
      seen = event === 'progress' && data.phase === 'importing' && data.conversations > 100
      if (seen || event === 'done') break
    }
    await node.kill()
    expect(seen).toBe(true)
    expect(await inFiles()).toEqual([])

    node = await machine.serve(['--account', await firstAccount()])
    http = await signIn(node.link)
    const { report } = await importEnds(http, run.id)
    expect(report).toMatchObject({ state: 'done', conversations: { unreadableTotal: 0 } })
    expect(await inFiles()).toEqual([])
  })

  it('are gone from what the keys open once a conversation is deleted', async () => {
    const w = plantsOf('chatgpt')
    const places = [
      'title',
      'prose',
      'code',
      'reasoning',
      'tool-call',
      'tool-result',
      'hidden',
      'branch',
      'file-name',
      'unknown-type',
      'unknown-field',
      'model',
      'model-of-message',
    ]
    const sought = needlesOf([
      ...places.map((place) => `${w[place]}`),
      word('note'),
      word('unit-note'),
      word('tag'),
      word('message-tag'),
      word('edited-title'),
    ])
    const [hit] = (await http.json('search.find', { q: w['code'], prefix: false })).items
    const files = (await blobFiles(machine.data)).length
    await node.stop()
    const before = await holding(sought)
    // the control: each of them is seen where it is, and in the search index too
    expect(new Set(before.flatMap(({ words }) => words)).size).toBe(18)
    expect(new Set(before.map(({ table }) => table))).toEqual(
      new Set(['chunk', 'conversation', 'conversation_tree', 'facet', 'search_block', 'tagging', 'note']),
    )

    node = await machine.serve(['--account', await firstAccount()])
    http = await signIn(node.link)
    expect((await http.ask('conversations.delete', { conversation: hit.conversation.id })).status).toBe(200)
    expect((await http.json('search.find', { q: w['code'], prefix: false })).total).toBe(0)
    await erased(machine.data)
    await node.stop()
    expect((await holding(sought)).map(({ table, words }) => `${table}: ${words}`)).toEqual([])
    // nor is what they were sealed in
    const store = await Promise.all(
      ['store.db', 'store.db-wal'].map((name) => readFile(join(machine.data, name)).catch(() => Buffer.alloc(0))),
    )
    for (const { table, sealed } of before)
      expect(
        store.some((bytes) => bytes.includes(Buffer.from(sealed.subarray(0, 48)))),
        table,
      ).toBe(false)
    expect((await blobFiles(machine.data)).length).toBe(files - 1)
  })

  it('leave no secret of signing in behind', async () => {
    for (const entry of await readdir(machine.folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile() || entry.parentPath.includes('profile')) continue
      const bytes = await readFile(join(entry.parentPath, entry.name))
      for (const secret of secrets) expect(bytes.includes(secret), entry.name).toBe(false)
      if (entry.name !== 'passphrase') expect(bytes.includes('correct horse'), entry.name).toBe(false)
    }
  })
})

/** Searches, reads, filters and looks things up, all in words that must come to rest nowhere. */
async function usedByAPerson(page: Page, link: string): Promise<void> {
  const prose = plantsOf('claude')['prose'] ?? ''
  // What a browser with a history would write down; the one that tests run has none.
  const written = async () => {
    const kept = await page.evaluate(() =>
      JSON.stringify([location.href, document.title, history.state, { ...localStorage }, { ...sessionStorage }]),
    )
    expect(needles.search(Buffer.from(decodeURIComponent(kept))).map(({ word: found }) => found)).toEqual([])
  }
  await page.goto(link)
  await page.getByRole('navigation').getByRole('link', { name: 'Search' }).click()
  await page.getByRole('main').getByRole('searchbox').or(page.getByRole('main').getByRole('combobox')).first().fill(prose)
  await page.locator(`[data-results-for="${prose}"]`).waitFor()
  await written()
  await page.locator(`[data-results-for="${prose}"] a`).first().click()
  await page.locator('[data-unit]', { hasText: prose }).first().waitFor()
  await written()
  await page.keyboard.press('Control+f')
  await page.keyboard.type(word('search'))
  await written()
  await page.keyboard.press('Escape')
  await page.getByRole('navigation').getByRole('link', { name: 'Library' }).click()
  await page
    .getByRole('main')
    .getByRole('searchbox')
    .or(page.getByRole('main').getByRole('combobox'))
    .first()
    .fill(word('edited-title'))
  await page.locator('main a[href^="/c/"]', { hasText: word('edited-title') }).click()
  await page.locator('[data-unit]').first().waitFor()
  await written()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill(word('note'))
  await page.getByRole('dialog').getByRole('option').first().waitFor()
  await written()
  await page.goBack()
  await page.reload()
  await page.getByRole('navigation').first().waitFor()
}

/** The sealed cells that show one of the words to whoever has the keys. */
async function holding(sought: Needles) {
  const cells = await openedStore(machine.data, machine.passphraseFile)
  return cells
    .map(({ table, column, sealed, plain }) => ({ table, column, sealed, words: sought.search(plain).map(({ word }) => word) }))
    .filter(({ words }) => words.length > 0)
}

const firstAccount = async (): Promise<string> => http.account

/** Waits until so many bytes of an upload are on the disk. */
async function stagedBytes(data: string, bytes: number): Promise<void> {
  for (;;) {
    const folder = join(data, 'staging')
    const names = await readdir(folder).catch(() => [])
    const sizes = await Promise.all(
      names.map(async (name) => (await readFile(join(folder, name)).catch(() => Buffer.alloc(0))).length),
    )
    if (sizes.some((size) => size >= bytes)) return
  }
}

/** Waits until the follower that erases has come to the log's end. */
async function erased(data: string): Promise<void> {
  const db = lookInto(data)
  const behind = db.prepare<[], { n: number }>(
    `SELECT count(*) AS n FROM account a WHERE (SELECT max(position) FROM event e WHERE e.account = a.id) >
     coalesce((SELECT position FROM follower f WHERE f.account = a.id AND f.name = 'eraser'), 0)`,
  )
  while ((behind.get()?.n ?? 1) > 0) await new Promise((resolve) => setImmediate(resolve))
  db.close()
}

async function blobFiles(data: string): Promise<string[]> {
  const entries = await readdir(join(data, 'blobs'), { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}
