/** What events name and a node lacks: files, texts too large for an event, and parts that came without their bytes. */
import { decode, encode } from '@ipld/dag-cbor'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDoor } from '../../tests/kit/door.ts'
import { doorOf, fillerOf, fillOf, handlersOf, outboundOf, rootOf } from '../../tests/kit/in-step.ts'
import { dumpRows, dumpShown } from '../../tests/kit/library-dump.ts'
import { otherDevice } from '../../tests/kit/other-device.ts'
import { eventsOf, secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { httpPeerDoor } from '../adapters/peer-http/door.ts'
import { type FillAnswer, PIECE_BYTES } from '../contract/api/sync.ts'
import type { Conversation } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import type { BlobId } from '../contract/ids.ts'
import { dropLate } from '../library/compaction.ts'
import { erasableImports } from '../library/erasable.ts'
import { leftoverTombstones } from '../library/leftover.ts'
import { verifyLog } from '../log/verify.ts'
import type { PeerDoor } from '../ports/peer-door.ts'
import { fillOnce } from './fill-peer.ts'
import { syncOnce, unknownPeer } from './outbound.ts'

const signal = new AbortController().signal
let first: TestStore
let second: TestStore
beforeEach(async () => {
  first = await testStore()
  second = await secondNode(first, 'second')
})
afterEach(async () => {
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})

const long = `the word is walnut ${'and so on '.repeat(30_000)}`
const put = async (store: TestStore, bytes: Uint8Array): Promise<BlobId> =>
  (
    await store.blobs.put(
      store.account.did,
      (async function* () {
        yield bytes
      })(),
    )
  ).id
const noise = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, n) => (n * 7919 + (n >> 8)) & 255)
const conversation = (key: string, text: string, blobs: string[] = []): Conversation => ({
  source: 'chatgpt',
  key,
  title: key,
  updated: 1,
  messages: [
    {
      id: 'm',
      parent: null,
      role: 'user',
      parts: [
        { type: 'text', text },
        ...blobs.map((blob, n) => ({
          type: 'attachment' as const,
          kind: 'image' as const,
          name: 'x.png',
          mime: 'image/png',
          pointer: `file-${n}`,
          blob,
        })),
      ],
    },
  ],
})
const sync = (by = second, at = doorOf(first)) => syncOnce(outboundOf(by, at), unknownPeer(), signal)
const lacking = (store: TestStore) => fillerOf(store).count(store.account.id)
const found = async (store: TestStore, q: string) => (await store.call('search.find', { q })).items.length
const bytesOf = async (store: TestStore, id: BlobId): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of store.blobs.read(store.account.did, id)) parts.push(part)
  return Buffer.concat(parts)
}
const problems = async (store: TestStore) => (await verifyLog(store.reader, store.account, store.keys.sealer, signal)).problems
const same = async () => {
  expect(await rootOf(second)).toBe(await rootOf(first))
  expect(await dumpShown(second)).toEqual(await dumpShown(first))
  expect(await dumpRows(second)).toEqual(await dumpRows(first))
}

describe('files', () => {
  it('come after the events that name them, over HTTP, and are found and shown from then on', async () => {
    const [small, large] = [await put(first, noise(5000)), await put(first, noise(3_500_000))]
    await first.import([conversation('a', long, [small, large]), conversation('b', 'plain')])
    await using door = await openDoor({ handlers: handlersOf(first), accounts: [first.account.did], checkOutputs: true })
    const { accessToken } = await door.signIn(first.account.did)
    const http = httpPeerDoor(`http://127.0.0.1:${door.port}`, async () => accessToken)

    expect(await sync(second, http)).toMatchObject({ equal: true, refused: [], lacks: 0 })
    expect(await lacking(second)).toBe(3)
    const id = first.idOf({ source: 'chatgpt', key: 'a' })
    const before = await second.call('conversations.units', { conversation: id })
    expect(before.items.map(({ kind, name }) => [kind, name])).toEqual(Array(3).fill(['unknown', 'awaited']))
    expect(await second.call('conversations.get', { conversation: id })).toMatchObject({ title: 'a' })
    expect([await found(second, 'walnut'), await found(second, 'plain')]).toEqual([0, 1])
    expect(await second.call('conversations.units', { conversation: id })).toEqual(before)

    expect(await fillOnce(fillOf(second, http), signal)).toEqual({
      pulled: 6,
      pushed: 0,
      lacking: { here: false, there: false },
    })
    expect(await lacking(second)).toBe(0)
    expect(await bytesOf(second, small)).toEqual(Buffer.from(noise(5000)))
    expect(await bytesOf(second, large)).toEqual(Buffer.from(noise(3_500_000)))
    expect(await found(second, 'walnut')).toBe(1)
    await same()
    // nothing of the pieces is left
    expect(await second.blobs.used(second.account.did)).toBe(await first.blobs.used(first.account.did))
    // it is indexed once: an edit elsewhere in the conversation changes nothing of that
    await second.rebuild()
    expect(await found(second, 'walnut')).toBe(1)
    expect(await fillOnce(fillOf(second, http), signal)).toEqual({ pulled: 0, pushed: 0, lacking: { here: false, there: false } })
    await same()
  })

  it('go to a node that asks nobody, as well', async () => {
    const picture = await put(second, noise(2_200_000))
    await second.import([conversation('a', long, [picture])])
    expect(await sync()).toMatchObject({ equal: true, lacks: 2 })
    expect(await fillOnce(fillOf(second, doorOf(first)), signal)).toMatchObject({ pushed: 4, lacking: { there: false } })
    expect(await bytesOf(first, picture)).toEqual(Buffer.from(noise(2_200_000)))
    expect(await found(first, 'walnut')).toBe(1)
    await same()
  })

  it('are fetched on from where they broke off', async () => {
    const large = await put(first, noise(4_500_000))
    await first.import([conversation('a', 'a', [large])])
    await sync()
    const whole = doorOf(first)
    let bytes = 0
    let calls = 0
    const breaking: PeerDoor = {
      async ask(...call) {
        if (++calls % 3 === 0) throw new VivimError('unavailable')
        const answer = await whole.ask(...call)
        bytes += decode<FillAnswer>(answer.body).given.blobs.reduce((sum, piece) => sum + piece.bytes.length, 0)
        return answer
      },
    }
    for (let tries = 0; (await lacking(second)) > 0 && tries < 10; tries++)
      await fillOnce(fillOf(second, breaking), signal).catch((error: VivimError) => expect(error.code).toBe('unavailable'))
    expect(bytes).toBe(4_500_000)
    expect(await bytesOf(second, large)).toEqual(Buffer.from(noise(4_500_000)))
  })

  it('are asked for anew where the pieces that had come are gone', async () => {
    const large = await put(first, noise(2_500_000))
    await first.import([conversation('a', 'a', [large])])
    await sync()
    const { given } = decode<FillAnswer>((await fillFrom(first, { blobs: [{ blob: large, from: 0 }] })).body)
    const { account } = second
    expect(await fillerOf(second).take(account, given)).toBe(1)
    await second.blobs.sweep(account.did, new Set(), Number.MAX_SAFE_INTEGER)
    await fillOnce(fillOf(second, doorOf(first)), signal)
    await fillOnce(fillOf(second, doorOf(first)), signal)
    expect(await bytesOf(second, large)).toEqual(Buffer.from(noise(2_500_000)))
  })

  it('are never what was not asked for', async () => {
    const [small, large] = [await put(first, noise(100)), await put(first, noise(2_000_000))]
    await first.import([conversation('a', 'a', [small, large])])
    await sync()
    const { account } = second
    const before = await second.blobs.used(account.did)
    const take = (blob: BlobId, from: number, size: number, bytes: Uint8Array) =>
      fillerOf(second).take(account, { parts: [noise(300_000), noise(9)], blobs: [{ blob, from, size, bytes }] })
    expect(await take(small, 0, 100, noise(99))).toBe(0)
    expect(await take(small, 0, 99, noise(99))).toBe(0)
    expect(await take(small, 1, 100, noise(99))).toBe(0)
    expect(await take(large, 0, 3_000_000, noise(2_000_000))).toBe(0)
    // another file of the right size is let go of at its end, and the right one comes afterwards
    expect(await take(large, 0, 2_000_000, noise(PIECE_BYTES).reverse())).toBe(1)
    expect(await take(large, PIECE_BYTES, 1_900_000, noise(1_900_000 - PIECE_BYTES))).toBe(0)
    expect(await take(large, PIECE_BYTES, 2_000_000, noise(2_000_000 - PIECE_BYTES))).toBe(0)
    expect(await second.blobs.used(account.did)).toBe(before)
    await fillOnce(fillOf(second, doorOf(first)), signal)
    expect(await bytesOf(second, large)).toEqual(Buffer.from(noise(2_000_000)))
    // and what no conversation uses is given to nobody
    const stray = await put(first, noise(77))
    const answer = decode<FillAnswer>((await fillFrom(first, { blobs: [{ blob: stray, from: 0 }] })).body)
    expect(answer.given.blobs).toEqual([])
  })

  it('keep to the quota, and hold up no event', async () => {
    const large = await put(first, noise(500_000))
    await first.import([conversation('a', 'quince', [large])])
    const { used } = (await second.reader.get<{ used: number }>('SELECT sum(used) AS used FROM device')) ?? { used: 0 }
    await second.storage.transaction((tx) => tx.run('UPDATE account SET quota = ?', [used + 400_000]))
    expect(await sync()).toMatchObject({ equal: true })
    await expect(fillOnce(fillOf(second, doorOf(first)), signal)).rejects.toMatchObject({ code: 'quota-exceeded' })
    expect([await found(second, 'quince'), await lacking(second)]).toEqual([1, 1])
    await second.storage.transaction((tx) => tx.run('UPDATE account SET quota = 0'))
    expect(await fillOnce(fillOf(second, doorOf(first)), signal)).toMatchObject({ pulled: 1 })
  })

  it('are given only by who may write, and to who may read', async () => {
    const picture = await put(second, noise(10))
    await second.import([conversation('a', 'a', [picture])])
    await sync()
    await expect(fillOnce(fillOf(second, doorOf(first, ['read'])), signal)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(fillOnce(fillOf(second, doorOf(first, [])), signal)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('go from both nodes when what uses them is deleted', async () => {
    const picture = await put(first, noise(10))
    await first.import([conversation('a', long, [picture])])
    await sync()
    await first.call('conversations.delete', { conversation: first.idOf({ source: 'chatgpt', key: 'a' }) })
    expect(await sync()).toMatchObject({ equal: true, lacks: 0 })
    expect(await lacking(second)).toBe(0)
    await same()
  })
})

const fillFrom = (store: TestStore, wanted: object): Promise<{ body: Uint8Array }> =>
  doorOf(store).ask('/api/v1/sync/fill', encode({ wanted }), signal)

describe('parts', () => {
  /** A device's note, and the same without its bytes. */
  const noted = async () => {
    const other = await otherDevice(first, 1)
    const made = other.make('library.tagged', [{ target: { conversation: new Uint8Array(16).fill(7) }, tag: 'medlar', on: true }])
    return { other, made, bare: { ...made, chunks: [null] } }
  }
  const tags = async (store: TestStore) => (await store.storage.all('SELECT name FROM tagging WHERE is_on = 1')).length

  it('that came without their bytes are awaited, and given by another node', async () => {
    const { other, made, bare } = await noted()
    await first.writer.accept(1, [other.grant, made], 'any')
    expect((await second.writer.accept(1, [other.grant, bare], 'none')).map(({ code }) => code)).toEqual([undefined, undefined])
    expect([await lacking(second), await tags(second)]).toEqual([1, 0])
    // it passes them on as they are, and says so
    expect((await eventsOf(second)).at(-1)?.chunks).toEqual([null])
    expect((await problems(second)).map(({ code }) => code)).toEqual(['event-chunks'])
    expect(await fillOnce(fillOf(second, doorOf(first)), signal)).toMatchObject({ pulled: 1, lacking: { here: false } })
    expect([await lacking(second), await tags(second)]).toEqual([0, 1])
    await sync()
    await same()
    expect(await problems(second)).toEqual([])
    // again changes nothing
    expect(await fillerOf(second).take(second.account, { parts: [made.chunks[0] as Uint8Array], blobs: [] })).toBe(0)
    await second.rebuild()
    await same()
  })

  it('are given to a node that lacks them by one that asks it', async () => {
    const { other, made, bare } = await noted()
    await first.writer.accept(1, [other.grant, bare], 'any')
    await second.writer.accept(1, [other.grant, made], 'none')
    expect(await sync()).toMatchObject({ equal: true, lacks: 1 })
    expect(await fillOnce(fillOf(second, doorOf(first)), signal)).toMatchObject({ pushed: 1, lacking: { there: false } })
    await same()
    // what is gone everywhere is said, and asked for again
    const gone = { ...other.make('library.tagged', [{ target: { conversation: new Uint8Array(16) }, tag: 'x', on: true }]) }
    for (const store of [first, second]) await store.writer.accept(1, [{ ...gone, chunks: [null] }], 'none')
    expect(await fillOnce(fillOf(second, doorOf(first)), signal)).toEqual({
      pulled: 0,
      pushed: 0,
      lacking: { here: true, there: true },
    })
  })

  it('of what says who may sign are never missing', async () => {
    const { other } = await noted()
    const [outcome] = await first.writer.accept(1, [{ ...other.grant, chunks: [null] }], 'any')
    expect(outcome).toMatchObject({ code: 'event-chunks' })
    // nor does a tombstone take them along
    await first.writer.accept(1, [other.grant], 'any')
    const grants = (await eventsOf(first)).length
    const named = other.make('library.note-deleted', [{ note: new Uint8Array(16), chunks: other.grant.signed.envelope.chunks }])
    await first.writer.accept(1, [named], 'any')
    expect((await eventsOf(first))[grants - 1]?.chunks).not.toContain(null)
    await sync()
    await same()
  })

  it('wait for nothing once a tombstone names them', async () => {
    const { other, made, bare } = await noted()
    const named = other.make('library.conversation-deleted', [
      { conversation: new Uint8Array(16).fill(7), incarnation: 0, chunks: made.signed.envelope.chunks },
    ])
    await second.writer.accept(1, [other.grant, bare, named], 'none')
    expect(await lacking(second)).toBe(0)
    expect(await problems(second)).toEqual([])
    await first.writer.accept(1, [other.grant, made, named], 'any')
    await sync()
    await same()
    await second.rebuild()
    expect(await lacking(second)).toBe(0)
  })
})

describe('what is deleted', () => {
  const id = () => first.idOf({ source: 'chatgpt', key: 'a' })
  /** Bytes of all payload but tombstones. */
  const kept = async (store: TestStore) =>
    await store.reader.all<{ type: string }>(
      `SELECT e.type FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position
       WHERE k.sealed IS NOT NULL AND e.type LIKE 'library.%' AND e.type NOT LIKE '%deleted' AND e.type NOT LIKE '%compacted'`,
    )
  const tidy = async (store: TestStore) => {
    const tombstones = await leftoverTombstones(store.reader, store.account.id, store.keys)
    if (tombstones.length > 0) await store.writer.append(store.account.id, tombstones)
    const append: TestStore['writer']['append'] = (account, changes) => store.writer.append(account, changes)
    await dropLate({ reader: store.reader, keysOf: store.keyring.keysOf, append }, store.account.id)
  }

  it('goes with what was said of it elsewhere at the same time, whichever came first', async () => {
    await first.import([conversation('a', 'quince')])
    await sync()
    await second.call('tags.add', { target: id(), tag: 'medlar' })
    await second.call('conversations.edit', { conversation: id(), title: 'walnut' })
    const note = await second.call('notes.create', { target: id(), text: 'hazel' })
    await second.call('notes.update', { note: note.id, text: 'almond' })
    await first.call('conversations.delete', { conversation: id() })
    await sync()
    expect(await kept(first)).toHaveLength(4)
    await tidy(first)
    await sync()
    await tidy(second)
    await sync()
    expect([await kept(first), await kept(second)]).toEqual([[], []])
    await same()
    for (const store of [first, second]) {
      expect(await problems(store)).toEqual([])
      expect(await leftoverTombstones(store.reader, store.account.id, store.keys)).toEqual([])
      const { used, stored } = (await store.reader.get<{ used: number; stored: number }>(
        'SELECT sum(used) AS used, (SELECT sum(length(sealed)) FROM chunk) AS stored FROM device',
      )) ?? { used: 0, stored: 0 }
      expect(used).toBe(stored)
    }
  })

  it('goes with what was written in a note while it was deleted', async () => {
    const note = await first.call('notes.create', { text: 'hazel' })
    await sync()
    await second.call('notes.update', { note: note.id, text: 'almond' })
    await first.call('notes.delete', { note: note.id })
    await sync()
    await tidy(second)
    await tidy(first)
    await sync()
    expect([await kept(first), await kept(second)]).toEqual([[], []])
    await same()
  })
})

describe('an import that is erased while another vouches for it', () => {
  /** One node erases what the other one found again meanwhile. */
  const torn = async () => {
    const { id } = await first.import([conversation('a', 'quince')])
    await sync()
    await first.undo(id)
    await sync()
    return id
  }
  const erase = async (store: TestStore) => {
    for (const { import: of, chunks } of await erasableImports(store.reader, store.account.id, Number.MAX_SAFE_INTEGER))
      await store.writer.append(store.account.id, [{ type: 'imports.erased', parts: [{ import: of, chunks }] }])
  }

  it('stays, and its parts come back to who had dropped them', async () => {
    const { id } = await first.import([conversation('a', 'quince')])
    await sync()
    await second.import([conversation('a', 'quince')])
    await first.undo(id)
    await erase(first)
    expect(await found(first, 'quince')).toBe(0)
    expect(await sync()).toMatchObject({ equal: true, lacks: 1 })
    await fillOnce(fillOf(second, doorOf(first)), signal)
    expect([await found(first, 'quince'), await found(second, 'quince')]).toEqual([1, 1])
    await same()
    for (const store of [first, second]) {
      await store.rebuild()
      expect(await lacking(store)).toBe(0)
      expect(await problems(store)).toEqual([])
    }
    await same()
  })

  it('goes everywhere when both are erased, in whichever order', async () => {
    const { id } = await first.import([conversation('a', 'quince')])
    await sync()
    const again = await second.import([conversation('a', 'quince')])
    await first.undo(id)
    await erase(first)
    await second.undo(again.id)
    await sync()
    // here it is awaited no longer once the last that holds it is erased
    await erase(second)
    await sync()
    await fillOnce(fillOf(second, doorOf(first)), signal)
    for (const store of [first, second]) {
      expect(await lacking(store)).toBe(0)
      const left = await store.reader.all(
        "SELECT 1 FROM chunk k JOIN event e ON e.position = k.position WHERE e.type = 'library.conversations-imported' AND k.sealed IS NOT NULL",
      )
      expect(left).toEqual([])
    }
    await same()
  })

  it('begins anew where it was hidden before it was found again', async () => {
    const id = await torn()
    await second.import([conversation('a', 'quince')])
    await erase(first)
    await sync()
    await fillOnce(fillOf(second, doorOf(first)), signal)
    expect(id).toHaveLength(16)
    await same()
    expect(await found(first, 'quince')).toBe(1)
  })
})
