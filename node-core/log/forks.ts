/** Devices whose keys are in use twice, as the store shows it, and what is said of them (PROTOCOL.md, Events). */
import type { Fork } from '../contract/events.ts'
import { forkSchema } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import type { StoredDevice } from './accept-chains.ts'
import type { Cut } from './authority.ts'
import { saidOf } from './stored-authority.ts'

type PartRow = Pick<StoredDevice, 'id' | 'did' | 'part' | 'parent' | 'first' | 'seq' | 'head'>
const selectParts = `SELECT id, did, part, parent, first, seq, head FROM device d
  WHERE account = ? AND EXISTS (SELECT 1 FROM device o WHERE o.account = d.account AND o.did = d.did AND o.part <> x'')
  ORDER BY did, part`

/** Whether a device signed several events with one number. */
export const isForked = async (reader: Reader, account: number, device: Did): Promise<boolean> =>
  (await reader.get("SELECT 1 FROM device WHERE account = ? AND did = ? AND part <> x''", [account, device])) !== undefined

/** Where a device ends that shall write no more, so that all that it wrote stays: of a forked chain both tails. */
export async function endOfChain(reader: Reader, account: number, device: Did): Promise<Cut> {
  const parts = await reader.all<Pick<PartRow, 'part' | 'seq' | 'head'>>(
    'SELECT part, seq, head FROM device WHERE account = ? AND did = ? ORDER BY seq',
    [account, device],
  )
  const last = parts.at(-1)
  if (!last || last.seq === 0) return { seq: 0, id: null }
  return parts.length > 1 ? { seq: last.seq + 1, id: null } : { seq: last.seq, id: last.head }
}

/** What is to be said of forks of other devices than the signer's own that nobody has said. */
export async function unreportedForks(
  reader: Reader,
  account: number,
  { did, sealer }: { did: Did; sealer: Sealer },
): Promise<{ type: 'device.forked'; parts: [Fork] }[]> {
  const rows = await reader.all<PartRow>(selectParts, [account])
  if (rows.length === 0) return []
  const forks = forksIn(rows).filter(({ device }) => device !== did)
  if (forks.length === 0) return []
  const said = new Set<string>()
  for (const { envelope, value } of await saidOf(reader, account, sealer)) {
    const { data } = envelope.type === 'device.forked' ? forkSchema.safeParse(value) : {}
    if (data) for (const { first } of data.tails) said.add(nameOf(data.device, first))
  }
  return forks
    .filter(({ device, tails }) => tails.some(({ first }) => !said.has(nameOf(device, first))))
    .map((fork) => ({ type: 'device.forked', parts: [fork] }))
}
const nameOf = (device: string, first: Uint8Array): string => `${device}#${Buffer.from(first).toString('hex')}`

/** A fork for each part that several others follow. */
function forksIn(rows: readonly PartRow[]): Fork[] {
  return rows.flatMap(({ id, did, seq, head }) => {
    const tails = rows.filter((row) => row.parent === id)
    if (tails.length < 2) return []
    return {
      device: did,
      seq,
      id: seq === 0 ? null : head,
      tails: tails.map(({ part, seq: last, head: end }) => ({ first: part, seq: last, id: end })),
    }
  })
}
