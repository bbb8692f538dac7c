/**
 * A chain that was forked, as it is stored: the part before the fork, and a part for each event that follows there. Which
 * parts there are, and what each is called, follows from the set of events alone.
 */
import type { Sealer } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { eventsAt, loadChains, partsOf, type StoredChains, type StoredDevice } from './accept-chains.ts'
import { chunksBetween } from './chunk-place.ts'
import type { SignedEnvelope } from './envelope.ts'
import { noteNames } from './names.ts'

interface EventRow {
  id: Uint8Array
  position: number
  milliseconds: number
  counter: number
}
const selectAt = `SELECT e.id, e.position, e.milliseconds, e.counter FROM event_seq s JOIN event e ON e.account = s.account AND e.position = s.position
  WHERE s.account = ? AND s.device = ? AND s.seq = ?`
const selectNext = 'SELECT max(id) AS most FROM device WHERE account = ?'
const nobody: EventRow = { id: new Uint8Array(), position: 0, milliseconds: 0, counter: 0 }

/**
 * Makes the part that begins with an event, which forks its device's chain and is about to be stored. What is known of
 * devices must have been saved before; answers it as it stands then.
 */
export async function forkChain(
  tx: Transaction,
  account: number,
  sealer: Sealer,
  stored: StoredChains,
  { envelope: { device, seq, prev }, id }: Pick<SignedEnvelope, 'envelope' | 'id'>,
): Promise<StoredChains> {
  const before = (one: StoredDevice) => (prev ? Buffer.compare(one.head, prev) === 0 : one.first === 1 && one.seq === 0)
  const parts = partsOf(stored, device)
  if (!parts.some(before)) {
    for (const part of parts) {
      const holds = prev
        ? (await eventsAt(tx, account, [part], seq - 1)).some((one) => Buffer.compare(one.id, prev) === 0)
        : part.first === 1
      if (holds) await splitPart(tx, account, part, seq - 1)
    }
  }
  const parent = partsOf(await loadChains(tx, account, sealer, undefined), device).find(before)
  if (parent) await addPart(tx, account, parent, { id, seq })
  return await loadChains(tx, account, sealer, undefined)
}

/** Adds the row of a part that begins with an event that is about to be stored. Its place is saved with its events. */
async function addPart(
  tx: Transaction,
  account: number,
  parent: StoredDevice,
  { id: part, seq }: { id: Uint8Array; seq: number },
): Promise<void> {
  const { did, head, milliseconds, counter } = parent
  const id = ((await tx.get<{ most: number | null }>(selectNext, [account]))?.most ?? 0) + 1
  await tx.run(insertPart, [account, id, did, part, parent.id, seq, seq - 1, head, 0, milliseconds, counter, 0])
}

/**
 * Cuts a part in two behind its event of number `seq`, which may be the one before its first where that is 1. What came
 * behind becomes a part of its own, with all parts that follow it.
 */
async function splitPart(tx: Transaction, account: number, device: StoredDevice, seq: number): Promise<void> {
  await noteNames(tx, account)
  const at = async (number: number) => (await tx.get<EventRow>(selectAt, [account, device.id, number])) ?? nobody
  const [end, begin] = [await at(seq), await at(seq + 1)]
  const id = ((await tx.get<{ most: number | null }>(selectNext, [account]))?.most ?? 0) + 1
  const { did, head, position, milliseconds, counter } = device
  await tx.run(insertPart, [account, id, did, begin.id, device.id, seq + 1, device.seq, head, position, milliseconds, counter, 0])
  await tx.run('UPDATE device SET parent = ? WHERE account = ? AND parent = ? AND id <> ?', [id, account, device.id, id])
  let moved = 0
  for (const { position: place } of await tx.all<{ position: number }>(selectBehind, [account, device.id, seq])) {
    await tx.run('UPDATE event SET device = ? WHERE account = ? AND position = ?', [id, account, place])
    moved += (await tx.get<{ bytes: number | null }>(selectBytes, chunksBetween(account, place, place)))?.bytes ?? 0
  }
  await tx.run('UPDATE event_seq SET device = ? WHERE account = ? AND device = ? AND seq > ?', [id, account, device.id, seq])
  await tx.run(endPart, [seq, end.id, end.position, end.milliseconds, end.counter, moved, account, device.id])
  await tx.run('UPDATE device SET used = used + ? WHERE account = ? AND id = ?', [moved, account, id])
}

const insertPart = `INSERT INTO device (account, id, did, part, parent, first, seq, head, position, milliseconds, counter, used)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const selectBehind = 'SELECT position FROM event_seq WHERE account = ? AND device = ? AND seq > ?'
const selectBytes = 'SELECT sum(length(sealed)) AS bytes FROM chunk WHERE id BETWEEN ? AND ?'
const endPart = `UPDATE device SET seq = ?, head = ?, position = ?, milliseconds = ?, counter = ?, used = used - ?
  WHERE account = ? AND id = ?`
