/** A node that takes part in a source's account: a store and a writer of its own, and a device that the account let in. */
import { systemRandom } from '../../../node-core/adapters/clock.ts'
import { httpPeerDoor } from '../../../node-core/adapters/peer-http/door.ts'
import { beginJoined, freshKeys } from '../../../node-core/identity/join-account.ts'
import { createKeyring } from '../../../node-core/identity/keyring.ts'
import type { OutboundParts } from '../../../node-core/sync/outbound.ts'
import { syncPeer } from '../../../node-core/sync/peer.ts'
import type { WriterNews } from '../../../node-core/threads/writer.ts'
import type { SyncSource } from './sync-source.ts'
import { openWriting } from './writing.ts'

/** An empty store of the source's account; its own device has no grant yet. */
export async function openSyncing(
  { account: did, origin, token }: SyncSource,
  directory: string,
  onNews?: (news: WriterNews) => void,
) {
  const fresh = freshKeys(systemRandom)
  const joined = { did, recovery: freshKeys(systemRandom).encryption, successor: systemRandom(32), grant: new Uint8Array(0) }
  const writing = await openWriting(directory, (parts) => beginJoined(parts, joined, fresh), onNews)
  const { writer, reader, opened } = writing
  const keyring = createKeyring(systemRandom)
  keyring.open(opened)
  const door = httpPeerDoor(origin, async () => token)
  const parts: OutboundParts & { door: typeof door } = {
    reader,
    account: { id: opened.id, sealer: keyring.keysOf(opened.id).sealer },
    accept: (...call) => writer.accept(...call),
    peer: syncPeer(door),
    door,
  }
  return { ...writing, parts, fresh, [Symbol.asyncDispose]: () => writing[Symbol.asyncDispose]() }
}
