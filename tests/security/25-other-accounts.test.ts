/**
 * Security case 25: account B, signed in to the same node, gets “not found” for every id of A's, by every method that takes
 * one, streams and files too; its listings show nothing of A's; and after all of it A's data is as it was.
 */
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, api } from '../../node-core/contract/api/index.ts'
import type { Method } from '../../node-core/contract/method.ts'
import { type Content, contentOf } from '../kit/content.ts'
import { newDid } from '../kit/door.ts'
import { importEnds, type PlainHttp, signIn } from '../kit/plain-http.ts'
import { plantedChatgpt, plantsOf } from '../kit/planted.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'

/** Fields that name something of an account's; a new one must be listed here. */
const idFields = [
  'conversation',
  'message',
  'unit',
  'note',
  'import',
  'session',
  'device',
  'node',
  'blob',
  'pairing',
  'target',
  'leaf',
  'start',
  'cursor',
  'lastEventId',
] as const
type IdField = (typeof idFields)[number]
/** What is not an account's thing though it may look so. */
const otherFields = new Set([
  'source',
  'within',
  'kind',
  'at',
  'model',
  'project',
  'tag',
  'from',
  'to',
  'archived',
  'starred',
  'inferred',
  'order',
  'limit',
  'title',
  'text',
  'revision',
  'q',
  'prefix',
  'role',
  'name',
  'type',
  'capabilities',
  'quota',
  'phrase',
  'current',
  'next',
  'path',
  'paths',
  'projections',
  'secret',
  'publicKey',
  'challenge',
  'signature',
  'encryption',
  'fingerprint',
  'expires',
  'vectorClock',
  'changes',
  'seq',
  'given',
  'wanted',
  'after',
  'peer',
  'caret',
  'update',
  'save',
  'cold',
  'on',
  'url',
  'code',
  'keep',
  'drop',
  'folder',
  'every',
  'full',
  'authority',
  'scope',
  'tags',
  'key',
])

/** Inputs of each method that takes ids, made of A's. Several where an id can stand in several ways. */
const inputs: { [Name in keyof Api]?: (a: Record<IdField, string>) => Record<string, unknown>[] } = {
  'conversations.list': ({ import: one }) => [{ import: one }],
  'conversations.get': ({ conversation }) => [{ conversation }],
  'conversations.tree': ({ conversation }) => [{ conversation }],
  'conversations.messages': ({ conversation, message }) => [
    { conversation },
    { conversation, leaf: message },
    { conversation, start: message },
  ],
  'conversations.units': ({ conversation, message, unit }) => [
    { conversation },
    { conversation, leaf: message },
    { conversation, start: unit },
  ],
  'conversations.outline': ({ conversation, message }) => [{ conversation }, { conversation, leaf: message }],
  'conversations.edit': ({ conversation }) => [{ conversation, title: 'taken' }],
  'conversations.delete': ({ conversation }) => [{ conversation }],
  'messages.get': ({ message }) => [{ message }],
  'units.get': ({ unit }) => [{ unit }],
  'tags.list': ({ conversation, message, unit }) =>
    [conversation, message, unit].flatMap((target) => [{ target }, { target, within: true }]),
  'tags.add': ({ conversation, message, unit }) => [conversation, message, unit].map((target) => ({ target, tag: 'taken' })),
  'tags.remove': ({ conversation, message }) => [
    { target: conversation, tag: 'mine' },
    { target: message, tag: 'mine' },
  ],
  'notes.list': ({ conversation }) => [{ target: conversation }],
  'notes.create': ({ conversation, message, unit }) => [conversation, message, unit].map((target) => ({ target, text: 'taken' })),
  'notes.get': ({ note }) => [{ note }],
  'units.edit': ({ unit }) => [{ unit, text: 'taken' }],
  'notes.update': ({ note }) => [{ note, text: 'taken' }],
  'notes.delete': ({ note }) => [{ note }],
  'notes.follow': ({ note }) => [{ note }],
  'notes.change': ({ note }) => [{ note, peer: 'A'.repeat(22) }],
  'notes.point': ({ note }) => [{ note, peer: 'A'.repeat(22), caret: null }],
  'search.find': ({ conversation }) => [{ q: plantsOf('chatgpt')['prose'], conversation }],
  'imports.get': ({ import: one }) => [{ import: one }],
  'imports.report': ({ import: one }) => [{ import: one }],
  'imports.cancel': ({ import: one }) => [{ import: one }],
  'imports.resume': ({ import: one }) => [{ import: one }],
  'imports.undo': ({ import: one }) => [{ import: one }],
  'imports.events': ({ import: one }) => [{ import: one }],
  'imports.list': ({ cursor }) => [{ cursor }],
  'blobs.get': ({ blob }) => [{ blob }, { blob, type: 'image/png' }],
  'export.get': ({ conversation }) => [{ conversation: [conversation] }],
  'sessions.end': ({ session }) => [{ session }],
  'pairings.confirm': ({ pairing }) => [{ pairing, fingerprint: '1234 5678 9012' }],
  'pairings.cancel': ({ pairing }) => [{ pairing }],
  'devices.revoke': ({ device }) => [{ device }],
  'devices.rename': ({ device }) => [{ device, name: 'taken' }],
  'nodes.sync': ({ node: one }) => [{ node: one }],
  'nodes.remove': ({ node: one }) => [{ node: one }],
}
/** Filters by something of A's: an empty page is as good as “not found”. */
const listings = new Set<string>(['conversations.list', 'tags.list', 'notes.list', 'search.find', 'imports.list'])

let machine: Machine
let node: Serving
let a: PlainHttp
let b: PlainHttp
let ids: Record<IdField, string>
let before: Content
beforeAll(async () => {
  machine = await newMachine()
  node = await machine.serve()
  a = await signIn(node.link)
  const { did } = (await machine.done(['account', 'new', '--json', '--name', 'B'])).json()
  b = await signIn((await machine.done(['link', '--json', '--account', did])).json().link)
  expect([a.account, b.account]).toEqual([expect.stringMatching(/^did:key:/), did])

  const path = join(machine.folder, 'export.zip')
  await writeFile(path, await plantedChatgpt())
  for (const name of ['first.zip', 'second.zip']) {
    const run = await a.json('imports.upload', { name }, { body: await plantedChatgpt() })
    await importEnds(a, run.id)
  }
  const [{ id: conversation }] = await a.all('conversations.list')
  const [unit] = (await a.all('conversations.units', { conversation })).filter(({ file }) => file?.blob)
  await a.json('tags.add', { target: conversation, tag: 'mine' })
  await a.json('tags.add', { target: unit.message, tag: 'mine' })
  const note = await a.json('notes.create', { target: conversation, text: 'mine' })
  const page = await a.json('imports.list', { limit: 1 })
  const { items } = await a.json('sessions.list')
  ids = {
    conversation,
    message: unit.message,
    leaf: unit.message,
    unit: unit.id,
    start: unit.id,
    note: note.id,
    import: page.items[0].id,
    cursor: page.next,
    session: items[0].id,
    device: (await a.json('account.get')).device.did,
    // A follows none
    node: `${'b'.repeat(25)}a`,
    blob: unit.file.blob,
    pairing: (await a.json('pairings.create')).pairing,
    target: conversation,
    lastEventId: '1',
  }
  before = await contentOf(a)
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const taking = Object.entries<Method>(api)
  .filter(
    ([, method]) =>
      method.callers === 'session' &&
      Object.keys(method.input.shape).some((field) => (idFields as readonly string[]).includes(field)),
  )
  .map(([name]) => name as keyof Api)

describe('another account’s ids', () => {
  it('are all known to this test', () => {
    for (const [name, method] of Object.entries<Method>(api)) {
      if (method.callers === 'open') continue
      for (const field of Object.keys(method.input.shape))
        expect(otherFields.has(field) || (idFields as readonly string[]).includes(field), `${name}: ${field}`).toBe(true)
    }
    // a listing's cursor and the position of hints are no names of anything: they are tried where they could tell something;
    // and any key may be let into one's own account
    expect(taking.filter((name) => !inputs[name]).sort()).toEqual([
      'devices.grant',
      'events.stream',
      'sync.exchange',
      'sync.heads',
    ])
  })

  it.each(taking.filter((name) => inputs[name]))('%s', async (name) => {
    for (const input of inputs[name]?.(ids) ?? []) {
      const answer = await b.ask(name, input)
      const text = await answer.text()
      expect(text).not.toContain(plantsOf('chatgpt')['prose'])
      if (listings.has(name) && answer.status === 200) expect(JSON.parse(text).items, JSON.stringify(input)).toEqual([])
      else {
        expect({ input, status: answer.status }).toEqual({ input, status: 404 })
        expect(['not-found', 'blob-not-found']).toContain(JSON.parse(text).code)
      }
      // the same of its owner is right, so it is the account that made the difference
      if (api[name].http.startsWith('GET ')) expect((await a.ask(name, input)).status, JSON.stringify(input)).toBe(200)
    }
  })

  it('are no answer to an id of nobody’s either: the two cannot be told apart', async () => {
    const nobody = {
      ...ids,
      conversation: 'a'.repeat(26),
      note: 'a'.repeat(26),
      import: 'a'.repeat(26),
      session: 'a'.repeat(26),
      pairing: 'a'.repeat(26),
      device: newDid(),
      node: 'a'.repeat(26),
      message: `${'a'.repeat(26)}-${'a'.repeat(13)}`,
      unit: `${'a'.repeat(26)}-${'a'.repeat(13)}-0`,
      blob: `bafkrei${'a'.repeat(52)}`,
    }
    for (const name of taking) {
      for (const [n, input] of (inputs[name]?.(nobody) ?? []).entries()) {
        const other = inputs[name]?.(ids)[n]
        const [none, theirs] = await Promise.all([b.ask(name, input), b.ask(name, other)])
        expect([name, theirs.status, await theirs.text()]).toEqual([name, none.status, await none.text()])
      }
    }
  })

  it('show nothing in what B may list, find, take out and follow', async () => {
    for (const name of ['conversations.list', 'tags.list', 'notes.list', 'imports.list'] as const)
      expect((await b.json(name)).items, name).toEqual([])
    expect((await b.json('sessions.list')).items.length).toBe(1)
    expect((await b.json('pairings.list')).items).toEqual([])
    expect((await a.json('pairings.list')).items).toHaveLength(1)
    expect((await b.json('search.find', { q: plantsOf('chatgpt')['prose'] })).total).toBe(0)
    expect(await b.json('facets.get')).toEqual({ sources: [], models: [], projects: [], tags: [] })
    expect((await b.json('status.get')).account).toMatchObject({ did: b.account, conversations: 0, messages: 0 })
    expect((await b.json('storage.get')).search).toBe(0)
    expect((await b.bytes('export.get')).includes(plantsOf('chatgpt')['title'] ?? '?')).toBe(false)

    // hints that something changed come to whom it changed for
    const leaving = new AbortController()
    const heard: string[] = []
    const listening = (async () => {
      for await (const { data } of b.events('events.stream', { lastEventId: '0' }, { signal: leaving.signal })) {
        heard.push(...data.types)
        if (data.types.includes('library.note-written')) break
      }
    })()
    await a.json('tags.add', { target: ids.conversation, tag: 'heard by A alone' })
    await a.json('tags.remove', { target: ids.conversation, tag: 'heard by A alone' })
    await b.json('notes.create', { text: 'B’s own' })
    await listening
    expect(heard).toEqual(['account.created', 'device.granted', 'library.note-written'])
  })

  it('get nothing by syncing, and put nothing in', async () => {
    const theirs = await a.json('sync.exchange')
    expect(theirs.events.length).toBeGreaterThan(5)
    const { newCursor: cursor, vectorClock } = theirs
    const own = await b.json('sync.exchange')
    expect(Object.keys(own.vectorClock)).not.toEqual(expect.arrayContaining(Object.keys(vectorClock)))
    const asked = await b.json('sync.exchange', { cursor, vectorClock, changes: theirs.events })
    expect(asked.events).toEqual(own.events)
    expect(asked.vectorClock).toEqual(own.vectorClock)
    expect(asked.rejected.map(({ change }: { change: number }) => change)).toEqual(
      theirs.events.map((_: unknown, n: number) => n),
    )
    // nor by naming what A holds by its hash
    const parts = theirs.events.flatMap(({ chunks }: { chunks: string[] }) => chunks).slice(0, 16)
    const digests = parts.map((part: string) => createHash('sha256').update(Buffer.from(part, 'base64url')).digest('base64url'))
    const wanted = { parts: digests, blobs: [{ blob: ids.blob, from: 0 }] }
    expect((await a.json('sync.fill', { wanted })).given).toMatchObject({ parts, blobs: [{ blob: ids.blob }] })
    expect((await b.json('sync.fill', { wanted })).given).toEqual({ parts: [], blobs: [] })
    const scope = { conversations: [ids.conversation] }
    expect((await a.json('sync.parts', { scope })).parts.length).toBeGreaterThan(0)
    expect((await b.json('sync.parts', { scope })).parts).toEqual([])
    const scoped = await b.json('sync.exchange', { scope })
    expect(scoped.vectorClock).toEqual(own.vectorClock)
    for (const [device, seq] of Object.entries(vectorClock)) {
      expect((await b.json('sync.heads', { device, seq })).heads).toEqual([])
      expect((await a.json('sync.heads', { device, seq })).heads).toHaveLength(1)
    }
  })

  it('leave A’s data as it was', async () => {
    expect(await contentOf(a)).toEqual(before)
    expect((await a.json('imports.list')).items.map(({ state }: { state: string }) => state)).toEqual(['done', 'done'])
    expect((await a.ask('account.get')).status).toBe(200)
  })

  it('are other ids where B holds the very same', async () => {
    const run = await b.json('imports.upload', { name: 'mine.zip' }, { body: await plantedChatgpt() })
    await importEnds(b, run.id)
    const [{ id }] = await b.all('conversations.list')
    expect(id).not.toBe(ids.conversation)
    expect((await b.ask('conversations.get', { conversation: ids.conversation })).status).toBe(404)
    // the file is the same bytes, so the same id: each has a copy of their own
    expect((await b.ask('blobs.get', { blob: ids.blob })).status).toBe(200)
    await b.json('conversations.delete', { conversation: id })
    expect((await b.ask('blobs.get', { blob: ids.blob })).status).toBe(404)
    expect((await a.ask('blobs.get', { blob: ids.blob })).status).toBe(200)
  })
})
