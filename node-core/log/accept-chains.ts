/** What the store knows of an owner's chains, as the rules for a next event ask for it ({@link checkNext}). */
import { VivimError } from '../contract/errors.ts'
import { forkSchema } from '../contract/events.ts'
import { type ChainId, chainIdOf, type Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import type { Authority } from './authority.ts'
import { type Chains, emptyChains, hexOf } from './chain.ts'
import { eventIdOf } from './cid.ts'
import type { Envelope } from './envelope.ts'
import { eventAt } from './names.ts'
import { authorityFrom, saidOf } from './stored-authority.ts'

/** A device's local number and where its chain stands; of one that was forked, those of one part. */
export interface StoredDevice {
  id: number
  did: Did
  /** Id of its first event; empty for the part with which the chain begins. */
  part: Uint8Array
  /** The local number of the part that it follows. */
  parent: number | null
  /** Number of its first event. */
  first: number
  seq: number
  head: Uint8Array
  milliseconds: number
  counter: number
  /** Where its newest event stands in this store. */
  position: number
}
/** All chains of an account as they are stored. */
export interface StoredChains {
  readonly owner: Did
  readonly chains: Chains
  /** Those that have signed something here. */
  readonly devices: Map<ChainId, StoredDevice>
  readonly authority: KnownAuthority
  /** The account's newest position. */
  position: number
}

const selectSaid = 'SELECT max(position) AS position FROM authority WHERE account = ?'
const selectDevices =
  'SELECT id, did, part, parent, first, seq, head, milliseconds, counter, position FROM device WHERE account = ? ORDER BY did, part'

/** What was said of devices up to a position: it is read again where more was said. */
export interface KnownAuthority {
  position: number
  authority: Authority
}
/** Reads the heads of all chains, each with the grant under which it acts. */
export async function loadChains(
  tx: Transaction,
  account: number,
  sealer: Sealer,
  known: KnownAuthority | undefined,
): Promise<StoredChains> {
  const row = await tx.get<{ did: Did }>('SELECT did FROM account WHERE id = ?', [account])
  if (!row) throw new VivimError('not-found')
  const newest = (await tx.get<{ position: number | null }>(selectSaid, [account]))?.position ?? 0
  const authority = known?.position === newest ? known.authority : authorityFrom(row.did, await saidOf(tx, account, sealer))
  const chains: Chains = { ...emptyChains(row.did), authority }
  const devices = new Map<ChainId, StoredDevice>()
  let position = 0
  const rows = await tx.all<StoredDevice>(selectDevices, [account])
  const parents = new Set(rows.map(({ parent }) => parent))
  for (const device of rows) {
    const { id, did, part, seq, head, milliseconds, counter } = device
    const time = [milliseconds, counter] as const
    const chain = partName(device)
    devices.set(chain, device)
    position = Math.max(position, device.position)
    if (part.length > 0) chains.forked.set(did, [...(chains.forked.get(did) ?? []), chain])
    // nothing comes before a fork of the first number
    if (seq === 0) continue
    chains.heads.set(chain, { seq, id: head, time, grant: authority.grants.get(did), closed: parents.has(id) })
    chains.events.set(hexOf(head), { device: did, seq, time })
  }
  return { owner: row.did, chains, devices, position, authority: { position: newest, authority } }
}

/** What a part of a chain is called. */
export const partName = ({ did, part }: Pick<StoredDevice, 'did' | 'part'>): ChainId =>
  chainIdOf(did, part.length > 0 ? eventIdOf(part) : undefined)
/** A device's chain, or the parts of it. */
export const partsOf = ({ chains, devices }: Pick<StoredChains, 'chains' | 'devices'>, did: Did): StoredDevice[] =>
  [did, ...(chains.forked.get(did) ?? [])].flatMap((part) => devices.get(part) ?? [])

/** A device's events of a number that are here: more than one where the number is forked. */
export async function eventsAt(tx: Transaction, account: number, parts: readonly StoredDevice[], seq: number) {
  const found = []
  for (const { id, first, seq: last } of parts) {
    const event = seq >= first && seq <= last ? await eventAt(tx, account, id, seq) : undefined
    if (event) found.push(event)
  }
  return found
}

/** Makes the rules see what an event names and what is older than its chain's head: causes, its predecessor, what it says is forked. */
export async function loadCauses(
  tx: Transaction,
  account: number,
  stored: StoredChains,
  { device: own, seq: number, prev, deps, type }: Envelope,
  first: unknown,
): Promise<void> {
  const { events } = stored.chains
  const named = prev ? [...deps, { device: own, seq: number - 1, id: prev }] : deps
  for (const { device, seq, id } of type === 'device.forked' ? [...named, ...forkIn(first)] : named) {
    if (events.get(hexOf(id))) continue
    for (const found of await eventsAt(tx, account, partsOf(stored, device), seq))
      events.set(hexOf(found.id), { device, seq, time: [found.milliseconds, found.counter], followed: true })
  }
}

/** The events that a word of a fork names. */
function forkIn(value: unknown): { device: Did; seq: number; id: Uint8Array }[] {
  const { data } = forkSchema.safeParse(value)
  if (!data) return []
  const device = data.device as Did
  const begins = data.tails.map(({ first }) => ({ device, seq: data.seq + 1, id: first }))
  const ends = data.tails.map(({ seq, id }) => ({ device, seq, id }))
  return [...(data.id ? [{ device, seq: data.seq, id: data.id }] : []), ...begins, ...ends]
}
