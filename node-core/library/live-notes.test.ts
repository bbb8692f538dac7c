import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { NoteId } from '../contract/ids.ts'
import { capabilities } from '../contract/method.ts'
import type { Letter } from './letter-box.ts'
import { createLiveNotes, type LiveNotes } from './live-notes.ts'
import { pace } from './live-room.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'base64url')
const text64 = (update: Uint8Array): string => Buffer.from(update).toString('base64url')

/** Timers that run when the test says so. */
function timers() {
  let now = 0
  const waiting = new Set<{ at: number; run: () => void }>()
  return {
    after(milliseconds: number, run: () => void) {
      const one = { at: now + milliseconds, run }
      waiting.add(one)
      return () => void waiting.delete(one)
    },
    advance(milliseconds: number) {
      now += milliseconds
      for (const one of [...waiting].sort((a, b) => a.at - b.at)) if (one.at <= now && waiting.delete(one)) one.run()
    },
  }
}
async function opened(given: Partial<Parameters<typeof createLiveNotes>[0]> = {}) {
  const store = await testStore()
  const time = timers()
  const errors: unknown[] = []
  const { reader, keyring, accountOf, random, writer } = store
  const live: LiveNotes = createLiveNotes({
    reader,
    keysOf: keyring.keysOf,
    accountOf,
    random,
    append: async (account, changes) => {
      const done = await writer.append(account, changes)
      live.touched(account)
      return done
    },
    nameOf: () => 'a browser',
    after: time.after,
    onError: (error) => void errors.push(error),
    ...given,
  })
  return { store, live, time, errors, note: await store.call('notes.create', { text: 'begin' }) }
}
const callOf = (store: TestStore, signal: AbortSignal) => ({
  caller: 'session' as const,
  capabilities: [...capabilities],
  account: store.account.did,
  signal,
})
/** What is under way comes to its end: every step of it is a promise of this process. */
const settled = async (): Promise<void> => {
  for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve))
}

/** A device that has the note open, as the page is one. */
async function device(store: TestStore, live: LiveNotes, note: NoteId, client: number) {
  const doc = new Y.Doc()
  doc.clientID = client
  const shared = doc.getText('note')
  const heard: Letter[] = []
  let gone = new AbortController()
  let peer = ''
  let reading: Promise<void> = Promise.resolve()
  const outgoing: Uint8Array[] = []
  const send = async (): Promise<void> => {
    for (let update = outgoing.shift(); update; update = outgoing.shift())
      if (peer)
        await live.handlers['notes.change']({ note, peer, update: text64(update) }, callOf(store, gone.signal)).catch(() => {})
  }
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === 'heard') return
    outgoing.push(update)
    void send()
  })
  const self = {
    doc,
    shared,
    heard,
    get peer() {
      return peer
    },
    async connect(): Promise<void> {
      gone = new AbortController()
      const { signal } = gone
      const ready = Promise.withResolvers<void>()
      const letters = await live.handlers['notes.follow']({ note }, callOf(store, signal))
      reading = (async () => {
        for await (const letter of letters) {
          heard.push(letter)
          if (letter.event === 'changed') Y.applyUpdate(doc, bytes(letter.data.update), 'heard')
          if (letter.event !== 'opened') continue
          peer = letter.data.peer
          outgoing.push(Y.encodeStateAsUpdate(doc, bytes(letter.data.vector)))
          await send()
          ready.resolve()
        }
      })()
      await Promise.race([ready.promise, reading])
    },
    async disconnect(): Promise<void> {
      peer = ''
      outgoing.length = 0
      gone.abort()
      await reading
    },
    save: (update?: Uint8Array) =>
      live.handlers['notes.change'](
        { note, peer, save: true, ...(update ? { update: text64(update) } : {}) },
        callOf(store, gone.signal),
      ),
  }
  await self.connect()
  return self
}
const written = async (store: TestStore) => (await store.events()).filter((type) => type === 'library.note-written').length

describe('a note that is open on several devices', () => {
  it('is the same on all of them at once, and in the log as one event a writer after a rest', async () => {
    const { store, live, time, note } = await opened()
    const [one, two] = [await device(store, live, note.id, 1), await device(store, live, note.id, 2)]
    for (const letter of 'hello ') one.shared.insert(one.shared.length - 5, letter)
    two.shared.insert(two.shared.length, ' end')
    await settled()
    expect([one.shared.toString(), two.shared.toString()]).toEqual(['hello begin end', 'hello begin end'])
    expect(await written(store)).toBe(1)
    time.advance(pace.rest - 1)
    await settled()
    expect(await written(store)).toBe(1)
    time.advance(1)
    await settled()
    expect(await written(store)).toBe(3)
    expect((await store.call('notes.get', { note: note.id })).text).toBe('hello begin end')
    expect(one.heard.at(-1)).toEqual({ event: 'saved', data: { count: 7 } })
  })

  it('is in the log while one writes without a rest', async () => {
    const { store, live, time, note } = await opened()
    const one = await device(store, live, note.id, 1)
    for (let n = 0; n < 25; n++) {
      one.shared.insert(0, `${n} `)
      await settled()
      time.advance(1000)
      await settled()
    }
    expect(await written(store)).toBe(1 + 2)
  })

  it('holds what came by another way, and tells of it', async () => {
    const { store, live, note } = await opened()
    const one = await device(store, live, note.id, 1)
    one.shared.insert(0, 'mine ')
    await settled()
    await store.call('notes.update', { note: note.id, text: 'begin theirs', revision: note.revision })
    live.touched(store.account.id)
    await settled()
    expect(one.shared.toString()).toBe('mine begin theirs')
    await one.save()
    expect((await store.call('notes.get', { note: note.id })).text).toBe('mine begin theirs')
  })

  it('is over for all when it is deleted, and cannot be opened again', async () => {
    const { store, live, note } = await opened()
    const one = await device(store, live, note.id, 1)
    one.shared.insert(0, 'late ')
    await store.call('notes.delete', { note: note.id })
    live.touched(store.account.id)
    await settled()
    expect(one.heard.at(-1)).toEqual({ event: 'deleted', data: {} })
    await live.close()
    expect(await written(store)).toBe(1)
    await expect(device(store, live, note.id, 2)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('says where the others are in it, and that they left', async () => {
    const { store, live, note } = await opened()
    const one = await device(store, live, note.id, 1)
    const caret = { anchor: 'AAA', head: 'AAB' }
    await live.handlers['notes.point']({ note: note.id, peer: one.peer, caret }, callOf(store, new AbortController().signal))
    const two = await device(store, live, note.id, 2)
    expect(two.heard.at(-1)).toMatchObject({ event: 'opened', data: { others: [{ peer: one.peer, name: 'a browser', caret }] } })
    const { peer } = one
    await one.disconnect()
    await settled()
    expect(two.heard.at(-1)).toEqual({ event: 'left', data: { peer } })
  })

  it('keeps what the log did not take, says so, and tries again', async () => {
    let full = true
    const { store, live, time, note, errors } = await opened()
    const failing = createLiveNotes({
      reader: store.reader,
      keysOf: store.keyring.keysOf,
      accountOf: store.accountOf,
      random: store.random,
      append: (account, changes) => (full ? Promise.reject(new Error('full')) : store.writer.append(account, changes)),
      nameOf: () => null,
      after: time.after,
      onError: (error) => void errors.push(error),
    })
    await live.close()
    const one = await device(store, failing, note.id, 1)
    one.shared.insert(0, 'kept ')
    await settled()
    time.advance(pace.rest)
    await settled()
    expect(one.heard.at(-1)).toEqual({ event: 'unsaved', data: { code: 'internal' } })
    await expect(one.save()).rejects.toThrow('full')
    await one.disconnect()
    await settled()
    full = false
    time.advance(pace.again)
    await settled()
    expect((await store.call('notes.get', { note: note.id })).text).toBe('kept begin')
    expect(errors.length).toBeGreaterThan(0)
  })

  it('takes no update of anything else, and none whose beginning is missing', async () => {
    const { store, live, note } = await opened()
    const one = await device(store, live, note.id, 1)
    const map = new Y.Doc()
    map.getMap('note').set('a', 1)
    await expect(one.save(Y.encodeStateAsUpdate(map))).rejects.toMatchObject({ code: 'bad-request' })
    const far = new Y.Doc()
    far.getText('note').insert(0, 'unseen')
    const vector = Y.encodeStateVector(far)
    far.getText('note').insert(6, ' later')
    await expect(one.save(Y.encodeStateAsUpdate(far, vector))).rejects.toMatchObject({ code: 'conflict' })
    await live.close()
    expect((await store.call('notes.get', { note: note.id })).text).toBe('begin')
  })

  it('ends the same everywhere, whoever was away and whenever it was saved', async () => {
    const step = fc.record({
      who: fc.nat(2),
      what: fc.constantFrom('write', 'write', 'write', 'delete', 'away', 'back', 'wait', 'by the way'),
      at: fc.nat(40),
      text: fc.constantFrom('a', 'word ', '語', '👩‍💻'),
      ms: fc.constantFrom(500, 2000, 10_000),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const { store, live, time, note, errors } = await opened()
        const devices = [1, 2, 3].map((client) => device(store, live, note.id, client))
        const all = await Promise.all(devices)
        for (const { who, what, at, text, ms } of steps) {
          const one = all[who]
          if (!one) continue
          const from = Math.min(at, one.shared.length)
          if (what === 'write') one.shared.insert(from, text)
          else if (what === 'delete') one.shared.delete(from, Math.min(3, one.shared.length - from))
          else if (what === 'away') await one.disconnect()
          else if (what === 'back') {
            if (!one.peer) await one.connect()
          } else if (what === 'wait') time.advance(ms)
          else {
            const now = await store.call('notes.get', { note: note.id })
            await store.call('notes.update', { note: note.id, text: `${now.text}!`, revision: now.revision })
            live.touched(store.account.id)
          }
          if (ms === 500) await settled()
        }
        for (const one of all) if (!one.peer) await one.connect()
        await settled()
        const texts = all.map(({ shared }) => shared.toString())
        await live.close()
        expect(new Set([...texts, (await store.call('notes.get', { note: note.id })).text]).size).toBe(1)
        expect(errors).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})
