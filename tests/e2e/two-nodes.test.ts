/**
 * A person’s second node, on the built product in processes of its own: let in by a pairing that is confirmed at the first
 * one, and from then on both hold the same, whoever of them is written to, files and deletions included.
 */
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock, systemRandom } from '../../node-core/adapters/clock.ts'
import { MemoryKeychain } from '../../node-core/adapters/keychain-memory/keychain.ts'
import { openSqliteStorage } from '../../node-core/adapters/storage-sqlite/storage.ts'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import type { OtherNode } from '../../node-core/contract/api/nodes.ts'
import { openAccounts } from '../../node-core/identity/accounts.ts'
import { joinStore } from '../../node-core/node/join.ts'
import { migrations } from '../../node-core/threads/migrations.ts'
import { createWriter } from '../../node-core/threads/writer-core.ts'
import { contentOf } from '../kit/content.ts'
import { openPairing, patient } from '../kit/paired-nodes.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { socketOf } from '../kit/socket-of.ts'
import { writeExport } from '../kit/written-exports.ts'
import { zipOf } from '../kit/zip.ts'

let first: Machine
let second: Machine
let there: Serving
let here: Serving
let a: PlainHttp
let b: PlainHttp
beforeAll(async () => {
  first = await newMachine()
  second = await newMachine()
  await first.done(['import', writeExport(first.folder, 'openwebui', { seed: 21, conversations: 5 }).path])
  there = await first.serve()
  a = await signIn(there.link)
})
afterAll(async () => {
  await second?.[Symbol.asyncDispose]()
  await first?.[Symbol.asyncDispose]()
})

const pairing = () => openPairing(first, there.origin)
const nodeOf = async (): Promise<OtherNode> => (await b.json('nodes.list')).items[0]
/** What a machine's data directory takes on the disk. */
async function bytesOf({ data }: Machine): Promise<number> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  // one may be removed while they are counted
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
const same = () =>
  expect.poll(async () => JSON.stringify(await contentOf(b)) === JSON.stringify(await contentOf(a)), patient).toBe(true)

describe('a second node', () => {
  it('gets nothing without a pairing, and nothing from one that was made up', async () => {
    const bare = await second.vivim(['device', 'add-node', there.origin])
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('vivim pair')])
    const wrong = await second.vivim(['device', 'add-node', there.origin, '--code', 'ABCD-EFGH'])
    expect(wrong.code).toBe(1)
  })

  it('is let in by a link that is confirmed there, and brings everything', async () => {
    const { link, confirm } = await pairing()
    const [fingerprint, joined] = await Promise.all([confirm(), second.done(['device', 'add-node', link, '--json'])])
    expect(joined.stderr).toContain(fingerprint)
    const { did, events } = joined.json()
    expect(did).toBe(a.account)
    expect(events).toBeGreaterThan(3)
    here = await second.serve()
    b = await signIn(here.link)
    expect(b.account).toBe(a.account)
    await same()
    for (const one of [a, b])
      expect((await one.json('devices.list')).items.map(({ state }: { state: string }) => state)).toEqual(['active', 'active'])
    await expect.poll(async () => (await nodeOf()).state, patient).toBe('live')
    const follower = (await a.json('devices.list')).items.find(({ current }: { current: boolean }) => !current)
    expect(follower.lastSynced).toBeGreaterThan(0)
    expect((await b.json('status.get')).nodes).toMatchObject([{ url: there.origin, state: 'live', trouble: null }])
  })

  it('hears what is new there, and tells what is new here', async () => {
    const { path } = writeExport(first.folder, 'chatgpt', { seed: 22, conversations: 3 })
    // one of its conversations is damaged, which the command says by its code
    expect((await first.vivim(['import', path])).code).toBe(3)
    await same()
    expect(Object.keys((await contentOf(b)).blobs).length).toBeGreaterThan(0)
    const [{ id: conversation, title }] = await b.all('conversations.list')
    await expect.poll(async () => (await b.json('search.find', { q: title.split(' ')[0] })).total).toBeGreaterThan(0)
    await b.json('notes.create', { target: conversation, text: 'written on the second' })
    await b.json('tags.add', { target: conversation, tag: 'given on the second' })
    await same()
    expect((await contentOf(a)).notes.join()).toContain('written on the second')
    await b.json('conversations.delete', { conversation })
    await same()
    expect((await a.all('conversations.list')).map(({ id }: { id: string }) => id)).not.toContain(conversation)
  })

  it('becomes smaller, as the first one does, when something large is deleted', async () => {
    const words = Array.from({ length: 2_000 }, () => Buffer.from(systemRandom(2_048)).toString('hex'))
    const file = join(first.folder, 'large.zip')
    const messages = words.map((text, n) => ({
      ...{ id: `m${n}`, parent: n === 0 ? null : `m${n - 1}`, role: 'user', time: n },
      parts: [{ type: 'text', text }],
    }))
    const counts = { conversations: 1, documents: 0, messages: messages.length, notes: 0, blobs: 0 }
    const manifest = { format: 'vivim-export', version: 1, exported: 0, counts, incomplete: [] }
    const talk = { source: 'chatgpt', key: 'large', title: 'Something large', created: 1000, messages }
    const before = await Promise.all([first, second].map(bytesOf))
    await writeFile(file, await zipOf({ 'vivim-export.json': manifest, 'conversations/large.json': talk }))
    await first.done(['import', file])
    const titled = async (http: PlainHttp) => (await http.all('conversations.list')).find(({ title }) => title === talk.title)
    await expect.poll(async () => (await titled(b))?.messages, patient).toBe(messages.length)
    const grown = await Promise.all([first, second].map(bytesOf))
    const large = 4 * 1024 * 1024
    for (const [n, size] of grown.entries()) expect(size - (before[n] ?? 0)).toBeGreaterThan(large)
    await b.json('conversations.delete', { conversation: (await titled(b)).id })
    const given = async () => (await Promise.all([first, second].map(bytesOf))).map((size, n) => (grown[n] ?? 0) - size > large)
    await expect.poll(given, patient).toEqual([true, true])
    await same()
  })

  it('goes on after either was gone', async () => {
    await there.stop()
    await b.json('notes.create', { text: 'while the first was gone' })
    await expect.poll(async () => (await nodeOf()).state, patient).toBe('trouble')
    expect((await nodeOf()).trouble).toMatchObject({ code: 'unavailable', text: expect.stringContaining('cannot be reached') })
    there = await first.serve(['--port', new URL(there.origin).port])
    a = await signIn(there.link)
    await same()
    await here.stop()
    await a.json('notes.create', { text: 'while the second was gone' })
    // a command that looks into the store asks no other node
    const looked = (await second.done(['device', 'nodes', '--json'])).json().items
    expect(looked).toMatchObject([{ url: there.origin, state: 'starting', lastSynced: null }])
    here = await second.serve()
    b = await signIn(here.link)
    await same()
  })

  it('is not paired twice, and followed no longer when that is said', async () => {
    const { code } = await pairing()
    const again = await second.vivim(['device', 'add-node', there.origin, '--code', code])
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')])
    await second.done(['device', 'remove-node', there.origin])
    expect((await b.json('nodes.list')).items).toEqual([])
    const back = await pairing()
    await second.done(['device', 'add-node', there.origin, '--code', back.code])
    await expect.poll(async () => (await nodeOf()).state, patient).toBe('live')
  })

  it('goes on with being let in where that was cut off', async () => {
    const { link, confirm } = await pairing()
    const directory = join(first.folder, 'cut-off')
    const cut = new AbortController()
    const parts = {
      ...{ keychain: new MemoryKeychain(), clock: systemClock, random: systemRandom },
      device: { name: 'cut off', kind: 'server' as const },
      wait: () => new Promise<void>((resolve) => setImmediate(resolve)),
      agree: async () => false,
      onNumber: () => {},
      onProgress: () => {},
    }
    const request = { url: link, code: undefined }
    const off = joinStore(directory, request, { ...parts, onProgress: () => cut.abort() }, cut.signal)
    await Promise.all([confirm(), expect(off).rejects.toThrow()])
    // until it is whole nothing else opens it
    const opening = async () => {
      await using storage = await openSqliteStorage({ directory, migrations })
      const writer = createWriter({ ...parts, storage, readBlob: () => Promise.reject(new Error('none')), onCommit() {} })
      return await openAccounts({ ...parts, reader: storage, writer })
    }
    await expect(opening()).rejects.toMatchObject({ code: 'unavailable' })
    // the pairing is used up: nothing of it is needed any more
    const joined = await joinStore(directory, request, parts, new AbortController().signal)
    expect(joined?.did).toBe(a.account)
    expect((await opening()).opened.map(({ did }) => did)).toEqual([a.account])
    expect(await joinStore(directory, request, parts, new AbortController().signal)).toBeUndefined()
    const { items } = await a.json('devices.list')
    expect(items.find(({ name }: { name: string }) => name === 'cut off').state).toBe('active')
  })

  it('may have grown the account from its words before', async () => {
    const words = join(first.folder, 'words')
    const { phrase } = await socketClient(socketOf(first), undefined).call('account.phrase', {})
    await writeFile(words, phrase, { mode: 0o600 })
    await using third = await newMachine({ bare: true })
    await third.done(['account', 'recover', '--phrase-file', words])
    await using served = await third.serve()
    const c = await signIn(served.link)
    const { code, confirm } = await pairing()
    await Promise.all([confirm(), third.done(['device', 'add-node', there.origin, '--code', code])])
    await expect.poll(async () => JSON.stringify(await contentOf(c)) === JSON.stringify(await contentOf(a)), patient).toBe(true)
    await c.json('notes.create', { text: 'written on the third' })
    // it goes to the first, and from there to the second
    await same()
    await expect.poll(async () => (await contentOf(b)).notes.join(), patient).toContain('written on the third')
    for (const one of [a, b, c])
      expect((await one.json('devices.list')).items.map(({ state }: { state: string }) => state)).toEqual(Array(4).fill('active'))
  })

  it('says so when it was thrown out', async () => {
    const { items } = await a.json('devices.list')
    const own = (await b.json('devices.list')).items.find(({ current }: { current: boolean }) => current).did
    expect(items.map(({ did }: { did: string }) => did)).toContain(own)
    await a.json('devices.revoke', { device: own })
    await expect.poll(async () => (await nodeOf()).trouble?.code, patient).toMatch(/device-revoked|event-revoked/)
  })
})
