/** Puts a received event into the store, with what projections derive from it. */
import type { Transaction } from '../ports/storage.ts'
import { partName, partsOf, type StoredChains, type StoredDevice } from './accept-chains.ts'
import type { ReadyEvent } from './accept-check.ts'
import { insertChunk, insertEvent, upsertDevice } from './append.ts'
import { chunkAt } from './chunk-place.ts'
import type { StoredEvent, Together } from './projection.ts'

/** Behind its chain's end, which it becomes. Answers its device as it stands then: {@link saveDevice} writes that. */
export async function insert(
  tx: Transaction,
  account: number,
  stored: StoredChains,
  { signed, proof, parts }: ReadyEvent,
  projections: readonly Together[],
): Promise<StoredDevice> {
  const { envelope, id, bytes, unsigned } = signed
  const { device: did, seq, time, type } = envelope
  const position = ++stored.position
  const [milliseconds, counter] = time
  const newest = { seq, head: id, milliseconds, counter, position }
  const { prev } = envelope
  // of a chain that was forked: the part that begins with it, or that it goes on with
  const known = partsOf(stored, did)
  const begun = known.find((one) => Buffer.compare(one.part, id) === 0)
  let device = known.length > 1 ? (begun ?? known.find((one) => prev && Buffer.compare(one.head, prev) === 0)) : known[0]
  if (device) Object.assign(device, newest)
  else {
    const local = 1 + [...stored.devices.values()].reduce((most, one) => Math.max(most, one.id), 0)
    device = { id: local, did, part: new Uint8Array(), parent: null, first: 1, ...newest }
    stored.devices.set(partName(device), device)
    // projections look devices up
    await saveDevice(tx, account, device, 0)
  }
  await tx.run(insertEvent, [account, position, id, device.id, seq, milliseconds, counter, type, proof.own ? bytes : unsigned])
  const event: StoredEvent = {
    account,
    owner: stored.owner,
    position,
    id,
    device: did,
    seq,
    time,
    type,
    parts: parts.map(({ digest, value, parsed }, part) => ({
      chunk: chunkAt(account, position, part),
      digest,
      parsed,
      value: () => value,
    })),
  }
  for (const [part, { digest, sealed }] of parts.entries()) {
    const chunk = chunkAt(account, position, part)
    await tx.run(insertChunk, [chunk, digest, sealed?.size ?? 0, sealed?.sealed ?? null])
    // until a tombstone names it, which comes later
    if (!sealed) await tx.run('INSERT INTO chunk_awaited (chunk) VALUES (?)', [chunk])
  }
  for (const projection of projections) await projection.apply(tx, event)
  return device
}

/** Writes where a device's chain stands; `bytes` of payload came. */
export const saveDevice = (tx: Transaction, account: number, device: StoredDevice, bytes: number) =>
  tx.run(upsertDevice, [
    account,
    device.id,
    device.did,
    device.part,
    device.parent,
    device.first,
    device.seq,
    device.head,
    device.position,
    device.milliseconds,
    device.counter,
    bytes,
  ])
