/** Finding where two nodes' chains of one device part. */
import type { Did } from '../contract/ids.ts'
import { eventIdOf } from '../log/cid.ts'
import type { Reader } from '../ports/storage.ts'
import type { SyncPeer } from './peer.ts'
import { type Held, readId } from './read.ts'

/** The device, and the first number under which each node holds another event; undefined where no chain differs. */
export async function partingOf(
  reader: Reader,
  account: number,
  held: Held,
  peer: SyncPeer,
  signal: AbortSignal,
): Promise<{ device: Did; seq: number } | undefined> {
  const { heads: theirs } = await peer.heads({}, signal)
  for (const { device, seq: newest } of theirs) {
    const ours = held.heads.find((head) => head.device === device)
    if (!ours) continue
    const same = async (seq: number): Promise<boolean> => {
      const own = await readId(reader, account, held, device, seq)
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
