/** Fetching what this node lacks from another, and giving that one what it lacks. */
import type { Behind, Given, Wanted } from '../contract/api/sync.ts'
import type { AccountRef, Filler } from './fill.ts'
import type { SyncPeer } from './peer.ts'

export interface FillPeerParts {
  account: AccountRef
  filler: Filler
  peer: Pick<SyncPeer, 'fill'>
}
/** What came of it: parts and pieces of files that moved, and whether either still lacks what the other has not. */
export interface FillReport {
  pulled: number
  pushed: number
  lacking: { here: boolean; there: boolean }
}

const nothing: Given & Wanted = { parts: [], blobs: [] }
const isNothing = ({ parts, blobs }: Given | Wanted): boolean => parts.length + blobs.length === 0

/**
 * Both ways until neither can give the other more. What broke off goes on where it was. Errors: the peer's, the store's
 * (`quota-exceeded`, `storage-full`).
 */
export async function fillOnce(parts: FillPeerParts, signal: AbortSignal): Promise<FillReport> {
  const pulled = await pull(parts, signal)
  const pushed = await push(parts, signal)
  return { pulled: pulled.moved, pushed: pushed.moved, lacking: { here: pulled.left, there: pushed.left } }
}

async function pull({ account, filler, peer }: FillPeerParts, signal: AbortSignal) {
  let moved = 0
  let left = false
  for (let after: Behind | null = null; ; ) {
    signal.throwIfAborted()
    const { wanted, next } = await filler.lacking(account, after)
    const { given } = isNothing(wanted) ? { given: nothing } : await peer.fill({ given: nothing, wanted, after: null }, signal)
    const taken = isNothing(given) ? 0 : await filler.take(account, given)
    moved += taken
    // what is whole now has left the list
    if (taken > 0) continue
    left ||= !isNothing(wanted)
    if (next === null) return { moved, left }
    after = next
  }
}

async function push({ account, filler, peer }: FillPeerParts, signal: AbortSignal) {
  let moved = 0
  let left = false
  let given: Given = nothing
  let before = ''
  for (let after: Behind | null = null; ; ) {
    signal.throwIfAborted()
    const { lacking, next } = await peer.fill({ given, wanted: nothing, after }, signal)
    given = await filler.read(account, lacking)
    const said = JSON.stringify(lacking, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : value))
    // the same list again: the other does not take what it was given
    if (!isNothing(given) && said !== before) {
      moved += given.parts.length + given.blobs.length
      before = said
      continue
    }
    given = nothing
    left ||= !isNothing(lacking)
    if (next === null) return { moved, left }
    after = next
  }
}
