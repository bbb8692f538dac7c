/**
 * What the store keeps of who may sign: where the events stand that say so, and up to which event each device's chain
 * counts. Both in the transaction that stores the events.
 */
import { authorityTypes } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader, Transaction } from '../ports/storage.ts'
import { type Authority, cutOf, newAuthority, note } from './authority.ts'
import { openChunk, valueIn } from './chunk.ts'
import { chunkAt } from './chunk-place.ts'
import { type Envelope, parseEnvelope } from './envelope.ts'
import { noteNames, positionNamed } from './names.ts'

/** One event that says something of devices, with the value of its part. */
export interface Said {
  id: Uint8Array
  position: number
  envelope: Envelope
  value: unknown
}

const types: readonly string[] = authorityTypes
/** Whether events of a type are among those that {@link saidOf} reads. */
export const isAuthority = (type: string): boolean => types.includes(type)

/** Notes where such an event stands. */
export const notePlace = (tx: Transaction, account: number, position: number): Promise<unknown> =>
  tx.run('INSERT INTO authority (account, position) VALUES (?, ?)', [account, position])

interface Row {
  id: Uint8Array
  position: number
  envelope: Uint8Array
}
const selectSaid = `SELECT e.id, e.position, e.envelope FROM authority a JOIN event e ON e.account = a.account AND e.position = a.position
  WHERE a.account = ? ORDER BY a.position`

/** Every event of an account that says something of its devices, as they came. There are few. Errors: `seal-broken`, `event-chunks`. */
export async function saidOf(reader: Reader, account: number, sealer: Sealer): Promise<Said[]> {
  const said: Said[] = []
  for (const { id, position, envelope } of await reader.all<Row>(selectSaid, [account])) {
    const chunk = await reader.get<{ digest: Uint8Array; sealed: Uint8Array | null }>(
      'SELECT digest, sealed FROM chunk WHERE id = ?',
      [chunkAt(account, position, 0)],
    )
    const value = chunk?.sealed ? valueIn(openChunk(account, chunk.digest, chunk.sealed, sealer)) : undefined
    said.push({ id, position, envelope: parseEnvelope(envelope).envelope, value })
  }
  return said
}

/** Who may sign, by what was said. */
export function authorityFrom(owner: Did, said: readonly Said[]): Authority {
  const authority = newAuthority(owner)
  for (const one of said) if (one.value !== undefined) note(authority, one, one.value)
  return authority
}

interface DeviceRow {
  id: number
  did: Did
  seq: number
  cut: number | null
}

/**
 * Works out anew where each device's chain is cut. Where events are void now that counted before, projections are marked
 * to be made anew. Answers whether there were such.
 */
export async function settleCuts(tx: Transaction, account: number, sealer: Sealer): Promise<boolean> {
  const owner = await tx.get<{ did: Did }>('SELECT did FROM account WHERE id = ?', [account])
  if (!owner) return false
  const authority = authorityFrom(owner.did, await saidOf(tx, account, sealer))
  const devices = await tx.all<DeviceRow>('SELECT id, did, seq, cut FROM device WHERE account = ?', [account])
  let voided = false
  for (const { id, did, seq, cut: before } of devices) {
    const cut = cutOf(authority, did)
    const after = cut ? await numberOf(tx, account, id, cut) : null
    if (after === before) continue
    await tx.run('UPDATE device SET cut = ? WHERE account = ? AND id = ?', [after, account, id])
    voided ||= after !== null && after < Math.min(seq, before ?? seq)
  }
  // version 0 is no projection's: it is rebuilt without the void events
  if (voided) await tx.run('UPDATE projection SET version = 0, position = NULL WHERE account = ?', [account])
  return voided
}

/** The number of the last event that stands: one less than the cut's where another event has that number here. */
async function numberOf(
  tx: Transaction,
  account: number,
  device: number,
  { seq, id }: { seq: number; id: Uint8Array | null },
): Promise<number> {
  if (id === null) return Math.max(0, seq - 1)
  await noteNames(tx, account)
  const position = await positionNamed(tx, account, id)
  const event =
    position === undefined
      ? undefined
      : await tx.get<{ device: number; seq: number }>('SELECT device, seq FROM event WHERE account = ? AND position = ?', [
          account,
          position,
        ])
  if (event?.device === device && event.seq === seq) return seq
  const head = await tx.get<{ seq: number }>('SELECT seq FROM device WHERE account = ? AND id = ?', [account, device])
  return (head?.seq ?? 0) < seq ? seq : seq - 1
}
