/**
 * Devices of one account on a bad network, by a seed: each writes, now and then two of them sync, and on the way
 * requests and answers are lost, cut, repeated and put in another order, nodes stop in the middle and start again, clocks
 * are wrong, imports are undone and erased, a device is revoked and goes on, and another is put back to what it held before
 * and goes on from there. Afterwards the network heals.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { BlobId, ConversationId, NoteId } from '../../node-core/contract/ids.ts'
import { rootKeyOf } from '../../node-core/identity/accounts.ts'
import { renewDevice } from '../../node-core/identity/renew-device.ts'
import { dropLate } from '../../node-core/library/compaction.ts'
import { erasableImports } from '../../node-core/library/erasable.ts'
import { leftoverTombstones } from '../../node-core/library/leftover.ts'
import { isForked } from '../../node-core/log/forks.ts'
import type { PeerDoor } from '../../node-core/ports/peer-door.ts'
import { fillOnce } from '../../node-core/sync/fill-peer.ts'
import { type SyncReport, syncOnce, unknownPeer } from '../../node-core/sync/outbound.ts'
import { conversationOf } from './histories.ts'
import { doorOf, fillerOf, fillOf, outboundOf } from './in-step.ts'
import type { TestStore } from './store.ts'
import { beginning, type Device, type Family, keys } from './sync-family.ts'

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

const signal = new AbortController().signal

/** Runs one schedule; answers the devices that were not revoked, healed, with the last report of each sync. */
export async function runSchedule(family: Family, seed: number, { devices: count, steps }: { devices: number; steps: number }) {
  const chance = chanceOf(seed)
  const devices = await family.begin(seed, count, () => chance.below(240_000) - 120_000)
  const done: string[] = []
  const nameOf = (device: Device): number => devices.indexOf(device)
  let revoked: Device | undefined
  let copied: { device: Device; putBack(): Promise<void> } | undefined
  for (let step = 0; step < steps; step++) {
    for (const { clock } of devices) clock.advance(chance.below(2000))
    const [one, other] = chance.shuffled(devices) as [Device, Device]
    const what = chance.below(26)
    if (what < 11) done.push(`${nameOf(one)} ${await write(one, chance)}`)
    else if (what < 20) {
      done.push(`${nameOf(one)} <> ${nameOf(other)}`)
      const door = badDoor(doorOf(other.store, undefined, one.store.account.device), chance)
      await syncOnce(outboundOf(one.store, door), unknownPeer(), signal).catch(onlyNetwork)
      if (chance.once(2)) await fillOnce(fillOf(one.store, door), signal).catch(onlyNetwork)
      for (const device of [one, other]) await settle(device.store)
      for (const device of [one, other]) await renewed(device, family)
    } else if (what === 20) {
      done.push(`${nameOf(one)} restarts`)
      one.store = await family.restarted(one)
    } else if (what === 21) {
      done.push(`${nameOf(one)} stops as ${nameOf(other)} gives it something`)
      await syncOnce(outboundOf(other.store, stoppingDoor(one, other, chance)), unknownPeer(), signal).catch(onlyNetwork)
      one.store = await family.restarted(one)
      for (const device of [one, other]) await settle(device.store)
      for (const device of [one, other]) await renewed(device, family)
    } else if (what === 22) {
      done.push(`${nameOf(one)} erases`)
      await erase(one.store)
    } else if (what === 23) {
      // one copy is made and put back more than once: so chains fork, and the tails of forks fork
      copied ??= { device: one, putBack: await one.copy() }
      done.push(`there is a copy of ${nameOf(copied.device)}`)
    } else if (what === 24 && copied && copied.device !== revoked) {
      done.push(`${nameOf(copied.device)} is put back to its copy`)
      await copied.putBack()
      copied.device.store = await family.restarted(copied.device)
    } else if (!revoked && devices.length > 2 && chance.once(2)) {
      revoked = devices[1 + chance.below(devices.length - 1)] as Device
      const first = devices[0] as Device
      done.push(`${nameOf(first)} revokes ${nameOf(revoked)}`)
      await revoke(first.store, revoked.store.account.device)
      await settle(first.store)
    }
  }
  // clocks that were ahead are ahead no longer
  for (const { clock } of devices) clock.advance(beginning + 10_000_000 - clock.now())
  const healed = devices.filter((device) => device !== revoked)
  const said = new Set<string>()
  for (const { store } of healed) for (const id of await idsOf(store)) said.add(id)
  const reports = await heal(healed, family)
  return { stores: healed.map(({ store }) => store), reports, done, said }
}

/** Every event that a store holds: whoever was told that it is there must find it for ever. */
export const idsOf = async ({ reader }: TestStore): Promise<string[]> =>
  (await reader.all<{ id: Uint8Array }>('SELECT id FROM event')).map(({ id }) => Buffer.from(id).toString('hex'))

/** A device that learned that its key was in use twice takes another. Answers whether it did. */
async function renewed(device: Device, family: Family): Promise<boolean> {
  const { reader, account, accountParts, keys } = device.store
  if (!(await isForked(reader, account.id, account.device))) return false
  await renewDevice({ ...accountParts, alongside: [] }, account, keys.sealer)
  device.store = await family.restarted(device)
  return true
}

/** Everybody syncs with the first one, until what the last one brought has come to all. Answers the last reports. */
async function heal([hub, ...others]: Device[], family: Family): Promise<SyncReport[]> {
  let reports: SyncReport[] = []
  if (!hub) return reports
  for (let pass = 0; pass < 12; pass++) {
    reports = []
    let moved = 0
    for (const device of others) {
      const { store } = device
      const door = doorOf(hub.store, undefined, store.account.device)
      const report = await syncOnce(outboundOf(store, door), unknownPeer(), signal)
      const lacking = report.lacks + (await fillerOf(store).count(store.account.id))
      if (lacking > 0) moved += (await fillOnce(fillOf(store, door), signal)).pushed
      for (const both of [hub, device]) {
        await settle(both.store)
        // its new key is said after this sync: the others have yet to hear of it
        if (await renewed(both, family)) moved++
      }
      moved += report.refused.length + report.pushed
      reports.push(report)
    }
    // once all is there, what is left of what was deleted goes
    if (pass === 0) await tidy(hub.store)
    // what the last ones gave to the first has yet to come to the others
    else if (moved === 0 && reports.every(({ equal }) => equal)) break
  }
  return reports
}

/** What is void by now has no effect any more. */
async function settle(store: TestStore): Promise<void> {
  for (const _ of await store.writer.outdated(store.account.id)) await store.rebuild()
}

const ignored = (codes: readonly string[]) => (error: unknown) => {
  if (!(error instanceof VivimError) || !codes.includes(error.code)) throw error
}
const onlyNetwork = ignored(['unavailable', 'bad-request'])
/** A device that was revoked knows it at some time; one whose key is in use twice takes another. */
const onlyRevoked = ignored(['event-revoked', 'event-fork'])
const appendTo =
  (store: TestStore): TestStore['writer']['append'] =>
  (account, changes) =>
    store.writer.append(account, changes)

async function erase(store: TestStore): Promise<void> {
  const { reader, account } = store
  for (const { import: of, chunks } of await erasableImports(reader, account.id, Number.MAX_SAFE_INTEGER))
    await store.writer.append(account.id, [{ type: 'imports.erased', parts: [{ import: of, chunks }] }]).catch(onlyRevoked)
  await tidy(store)
}
async function tidy(store: TestStore): Promise<void> {
  const { reader, account, keyring } = store
  const left = await leftoverTombstones(reader, account.id, store.keys)
  if (left.length > 0) await store.writer.append(account.id, left).catch(onlyRevoked)
  await dropLate({ reader, keysOf: keyring.keysOf, append: appendTo(store) }, account.id).catch(onlyRevoked)
}

/** The first device holds the root's key. */
async function revoke(store: TestStore, device: string): Promise<void> {
  const row = await store.reader.get<{ seq: number; head: Uint8Array }>('SELECT seq, head FROM device WHERE did = ?', [device])
  const root = await rootKeyOf(store.accountParts, store.account)
  const part = { device, seq: row?.seq ?? 0, id: row ? Uint8Array.from(row.head) : null }
  await store.writer.append(store.account.id, [{ type: 'device.revoked', parts: [part] }], root)
}

/** A door that loses, cuts, repeats and reorders. */
function badDoor(door: PeerDoor, chance: Chance): PeerDoor {
  return {
    async ask(path, body, signal) {
      if (chance.once(12)) throw new VivimError('unavailable', 'lost on the way there')
      const exchange = path.endsWith('/sync')
      const sent = body && exchange && chance.once(4) ? disordered(body, 'changes', chance) : body
      if (chance.once(8)) await door.ask(path, sent, signal)
      const answer = await door.ask(path, sent, signal)
      if (chance.once(12)) throw new VivimError('unavailable', 'lost on the way back')
      if (chance.once(12)) return { ...answer, body: answer.body.subarray(0, chance.below(answer.body.length)) }
      return body && exchange && chance.once(4) && answer.status === 200
        ? { ...answer, body: disordered(answer.body, 'events', chance) }
        : answer
    },
  }
}

/** A node that ends while it takes in what it is given. */
function stoppingDoor(node: Device, by: Device, chance: Chance): PeerDoor {
  const door = doorOf(node.store, undefined, by.store.account.device)
  let calls = 0
  return {
    async ask(path, body, signal) {
      if (!body || ++calls < 2) return door.ask(path, body, signal)
      const message = decode<{ changes: unknown[] }>(body)
      message.changes.splice(chance.below(message.changes.length + 1))
      await door.ask(path, encode(message), signal)
      throw new VivimError('unavailable', 'it stopped')
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

/** One thing that a person does; answers what. */
async function write({ store, blobs, imports }: Device, chance: Chance): Promise<string> {
  // most of it about one conversation
  const key = chance.once(3) ? chance.pick(keys) : 0
  const conversation = store.idOf({ source: 'chatgpt', key: `c${key}` })
  const maybe = <T>(value: T): T | null => (chance.once(2) ? value : null)
  const ignoreMissing = ignored(['not-found', 'conflict', 'bad-request', 'event-revoked', 'event-fork'])
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
      picture: chance.once(2),
    }
    const picture = version.picture ? await pictureIn(blobs, store, chance.pick(['red', 'green'])) : ''
    const conversation = conversationOf(version, picture)
    // too long for an event: it is a blob
    if (chance.once(25))
      conversation.messages.push({ id: 'long', parent: null, role: 'user', parts: [{ type: 'text', text: long }] })
    const id = store.random(16)
    // a device that was revoked meanwhile imports nothing
    if (await store.import([conversation], id).catch(onlyRevoked)) imports.push(id)
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
  await store.undo(undone).catch(onlyRevoked)
  return 'undoes an import'
}

const long = `walnut ${'x'.repeat(200_000)}`
const pictureIn = async (blobs: Device['blobs'], store: TestStore, colour: string): Promise<BlobId> =>
  (
    await blobs.put(
      store.account.did,
      (async function* () {
        yield Buffer.from(colour)
      })(),
    )
  ).id

async function notesOf(store: TestStore): Promise<NoteId[]> {
  const found: NoteId[] = []
  for (const key of keys) {
    const target: ConversationId = store.idOf({ source: 'chatgpt', key: `c${key}` })
    const { items } = await store.call('notes.list', { target }).catch(() => ({ items: [] }))
    found.push(...items.map(({ id }) => id))
  }
  return found
}
