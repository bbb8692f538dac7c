/** What the store knows of an owner's chains, as the rules for a next event ask for it ({@link checkNext}). */
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import type { Authority } from './authority.ts'
import { type Chains, emptyChains, hexOf } from './chain.ts'
import type { Head } from './envelope.ts'
import { eventAt } from './names.ts'
import { authorityFrom, saidOf } from './stored-authority.ts'

/** A device's local number and where its chain stands. */
export interface StoredDevice {
  id: number
  did: Did
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
  /** By DID: those that have signed something here. */
  readonly devices: Map<Did, StoredDevice>
  readonly authority: KnownAuthority
  /** The account's newest position. */
  position: number
}

const selectSaid = 'SELECT max(position) AS position FROM authority WHERE account = ?'
const selectDevices = 'SELECT id, did, seq, head, milliseconds, counter, position FROM device WHERE account = ?'

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
  const devices = new Map<Did, StoredDevice>()
  let position = 0
  for (const device of await tx.all<StoredDevice>(selectDevices, [account])) {
    const { did, seq, head, milliseconds, counter } = device
    const time = [milliseconds, counter] as const
    devices.set(did, device)
    position = Math.max(position, device.position)
    chains.heads.set(did, { seq, id: head, time, grant: authority.grants.get(did) })
    chains.events.set(hexOf(head), { device: did, seq, time })
  }
  return { owner: row.did, chains, devices, position, authority: { position: newest, authority } }
}

/** Makes the rules see causes that are older than their chains' heads. */
export async function loadCauses(
  tx: Transaction,
  account: number,
  { chains, devices }: StoredChains,
  deps: readonly Head[],
): Promise<void> {
  for (const { device, seq, id } of deps) {
    const known = devices.get(device)
    if (!known || seq > known.seq || chains.events.get(hexOf(id))) continue
    const found = await eventAt(tx, account, known.id, seq)
    if (found) chains.events.set(hexOf(found.id), { device, seq, time: [found.milliseconds, found.counter] })
  }
}
