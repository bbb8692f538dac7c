/** Finding where two nodes' chains of one device part. */
import type { ChainId } from '../contract/ids.ts'
import { eventIdOf } from '../log/cid.ts'
import type { Reader } from '../ports/storage.ts'
import type { SyncPeer } from './peer.ts'
import { type Held, readId } from './read.ts'

/** A chain, and the first number under which two nodes hold different events of it. */
export interface Parting {
  device: ChainId
  seq: number
}

/** The first one that is found; undefined where no chain but those in `known` differs. */
export async function partingOf(
  reader: Reader,
  account: number,
  held: Held,
  peer: SyncPeer,
  signal: AbortSignal,
  known: ReadonlySet<ChainId> = new Set(),
): Promise<Parting | undefined> {
  const { heads: theirs } = await peer.heads({}, signal)
  for (const { device, seq: newest, id } of theirs) {
    const ours = held.heads.find((head) => head.device === device)
    if (!ours || known.has(device)) continue
    const same = async (seq: number): Promise<boolean> => {
      const own = await readId(reader, account, held, device, seq)
      if (seq === newest) return own !== undefined && id === eventIdOf(own)
      const { heads } = await peer.heads({ device, seq }, signal)
      return own !== undefined && heads[0]?.id === eventIdOf(own)
    }
    let differs = Math.min(ours.seq, newest)
    if (await same(differs)) continue
    // everything up to `equal` is the same on both: each event names the one before it
    let equal = 0
    while (differs - equal > 1) {
      const middle = (equal + differs) >> 1
      if (await same(middle)) equal = middle
      else differs = middle
    }
    return { device, seq: differs }
  }
  return undefined
}
