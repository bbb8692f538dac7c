/**
 * Devices of one account on a bad network, by a seed: each writes, now and then two of them sync, and on the way
 * requests and answers are lost, cut, repeated and put in another order, nodes stop and start again, and clocks are wrong.
 * Afterwards the network heals.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { ConversationId, NoteId } from '../../node-core/contract/ids.ts'
import type { PeerDoor } from '../../node-core/ports/peer-door.ts'
import { type SyncReport, syncOnce, unknownPeer } from '../../node-core/sync/outbound.ts'
import { type FakeClock, fakeClock } from './clock.ts'
import { conversationOf } from './histories.ts'
import { doorOf, outboundOf } from './in-step.ts'
import { secondNode } from './second-node.ts'
import { type TestStore, testStore } from './store.ts'

/** Numbers by a seed: mulberry32. */
export function chanceOf(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    below,
    /** True once in `count` times. */
    once: (count: number): boolean => below(count) === 0,
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
    shuffled<T>(items: readonly T[]): T[] {
      const left = [...items]
      return items.map(() => left.splice(below(left.length), 1)[0] as T)
    },
  }
}
type Chance = ReturnType<typeof chanceOf>

interface Device {
  store: TestStore
  clock: FakeClock
  imports: Uint8Array[]
}
const signal = new AbortController().signal
const now = Date.UTC(2026, 10, 1)

/** Runs one schedule; answers the devices, healed, with the last report of each sync. Dispose of the stores afterwards. */
export async function runSchedule(seed: number, { devices: count, steps }: { devices: number; steps: number }) {
  const chance = chanceOf(seed)
  const first = await testStore({ seed: `${seed}/0`, clock: fakeClock(now) })
  const devices: Device[] = [{ store: first, clock: first.clock, imports: [] }]
  // all hold these from the beginning: what they say of them later is often said at once
  await first.import(
    keys.map((key) => ({ source: 'chatgpt' as const, key: `c${key}`, title: `c${key}`, updated: now - 1e9, messages: [] })),
  )
  for (let n = 1; n < count; n++) {
    const clock = fakeClock(now + chance.below(240_000) - 120_000)
    devices.push({ store: await secondNode(first, `${seed}/${n}`, clock), clock, imports: [] })
  }
  const done: string[] = []
  for (let step = 0; step < steps; step++) {
    for (const { clock } of devices) clock.advance(chance.below(2000))
    const [one, other] = chance.shuffled(devices) as [Device, Device]
    const what = chance.below(10)
    if (what < 5) done.push(`${devices.indexOf(one)} ${await write(one, chance)}`)
    else if (what < 9) {
      done.push(`${devices.indexOf(one)} <> ${devices.indexOf(other)}`)
      await syncOnce(outboundOf(one.store, badDoor(doorOf(other.store), chance)), unknownPeer(), signal).catch(onlyNetwork)
    } else {
      done.push(`${devices.indexOf(one)} restarts`)
      one.store = await restarted(one)
    }
  }
  const reports: SyncReport[] = []
  // clocks that were ahead are ahead no longer
  for (const { clock } of devices) clock.advance(now + 10_000_000 - clock.now())
  const [hub, ...others] = devices.map(({ store }) => store) as [TestStore, ...TestStore[]]
  // the second time brings what the last of the first time brought
  for (const pass of [0, 1]) {
    for (const store of others) {
      const report = await syncOnce(outboundOf(store, doorOf(hub)), unknownPeer(), signal)
      if (pass === 1) reports.push(report)
    }
  }
  return { stores: devices.map(({ store }) => store), reports, done }
}

/** The same store, opened anew: whatever a process remembered is gone. */
const restarted = ({ store, clock }: Device): Promise<TestStore> =>
  testStore({ storage: store.storage, keychain: store.keychain, blobs: store.blobs, clock, random: store.random })

const onlyNetwork = (error: unknown): void => {
  if (!(error instanceof VivimError) || !['unavailable', 'bad-request'].includes(error.code)) throw error
}

/** A door that loses, cuts, repeats and reorders. */
function badDoor(door: PeerDoor, chance: Chance): PeerDoor {
  return {
    async ask(path, body, signal) {
      if (chance.once(12)) throw new VivimError('unavailable', 'lost on the way there')
      const sent = body && chance.once(4) ? disordered(body, 'changes', chance) : body
      if (chance.once(8)) await door.ask(path, sent, signal)
      const answer = await door.ask(path, sent, signal)
      if (chance.once(12)) throw new VivimError('unavailable', 'lost on the way back')
      if (chance.once(12)) return { ...answer, body: answer.body.subarray(0, chance.below(answer.body.length)) }
      return body && chance.once(4) && answer.status === 200
        ? { ...answer, body: disordered(answer.body, 'events', chance) }
        : answer
    },
  }
}

/** A message whose events are in another order, some of them twice. */
function disordered(body: Uint8Array, field: 'changes' | 'events', chance: Chance): Uint8Array {
  const message = decode<Record<string, unknown>>(body)
  const events = message[field] as unknown[]
  message[field] = chance.shuffled([...events, ...events.filter(() => chance.once(3))])
  return encode(message)
}

const keys = [0, 1, 2]
/** One thing that a person does; answers what. */
async function write({ store, imports }: Device, chance: Chance): Promise<string> {
  // most of it about one conversation
  const key = chance.once(3) ? chance.pick(keys) : 0
  const conversation = store.idOf({ source: 'chatgpt', key: `c${key}` })
  const maybe = <T>(value: T): T | null => (chance.once(2) ? value : null)
  const ignoreMissing = (error: unknown): void => {
    if (!(error instanceof VivimError) || !['not-found', 'conflict', 'bad-request'].includes(error.code)) throw error
  }
  const what = chance.below(12)
  if (what < 3) {
    const version = {
      key,
      updated: chance.below(5),
      title: maybe(chance.pick(['apple', 'quince', 'medlar'])),
      archived: maybe(chance.once(2)),
      tag: maybe(chance.pick(['red', 'green'])),
      project: maybe(chance.pick(['p', 'q'])),
      extra: maybe(chance.below(3)),
      messages: [0, 1, 2, 3, 4, 5].filter(() => chance.once(2)),
      picture: false,
    }
    const { id } = await store.import([conversationOf(version, '')])
    imports.push(id)
    return `imports ${JSON.stringify(version)}`
  }
  if (what < 6) {
    const edit = { title: maybe(chance.pick(['mine', 'yours'])), starred: maybe(chance.once(2)) }
    await store.call('conversations.edit', { conversation, ...edit }).catch(ignoreMissing)
    return `edits c${key} ${JSON.stringify(edit)}`
  }
  if (what < 8) {
    const tag = chance.pick(['red', 'blue', 'Red'])
    const call = chance.once(3) ? 'tags.remove' : 'tags.add'
    await store.call(call, { target: conversation, tag }).catch(ignoreMissing)
    return `${call} c${key} ${tag}`
  }
  if (what === 8) {
    const text = chance.pick(['walnut', 'hazel'])
    await store.call('notes.create', { target: conversation, text }).catch(ignoreMissing)
    return `notes c${key} ${text}`
  }
  if (what === 9) {
    const [note] = chance.shuffled(await notesOf(store))
    if (!note) return 'has no note'
    if (chance.once(2)) await store.call('notes.delete', { note }).catch(ignoreMissing)
    else await store.call('notes.update', { note, text: chance.pick(['chestnut', 'almond']) }).catch(ignoreMissing)
    return `changes note ${note}`
  }
  if (what === 10) {
    await store.call('conversations.delete', { conversation }).catch(ignoreMissing)
    return `deletes c${key}`
  }
  const [undone] = chance.shuffled(imports)
  if (!undone) return 'has no import'
  await store.undo(undone)
  return 'undoes an import'
}

async function notesOf(store: TestStore): Promise<NoteId[]> {
  const found: NoteId[] = []
  for (const key of keys) {
    const target: ConversationId = store.idOf({ source: 'chatgpt', key: `c${key}` })
    const { items } = await store.call('notes.list', { target }).catch(() => ({ items: [] }))
    found.push(...items.map(({ id }) => id))
  }
  return found
}
