/** A person's other nodes and devices: what is exchanged with them, and who has what. */

import { httpPeers } from '../adapters/peer-http/door.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { awaitedFiles } from '../library/awaited-files.ts'
import { createScopes } from '../library/scopes.ts'
import { type NodeParts, nodeHandlers } from '../node/nodes.ts'
import { createAcknowledged } from '../sync/acknowledged.ts'
import { createFiller } from '../sync/fill.ts'
import { createFollowing } from '../sync/following.ts'
import { syncHandlers } from '../sync/handlers.ts'
import { syncChannel } from '../sync/live.ts'
import type { Closing } from './closing.ts'
import type { Content } from './content.ts'
import type { OpenedStore } from './store.ts'

export type Nodes = ReturnType<typeof createNodes>

export function createNodes(store: OpenedStore, { blobs }: Content, closing: Closing) {
  const { reader, writer, keysOf, accountOf, random, clock, write, accept, after, wakeups } = store
  const files = awaitedFiles({ reader, keysOf, writer })
  const filler = createFiller({ reader, keysOf, blobs, files, random, writer })
  const acknowledged = createAcknowledged({ reader, clock, write })
  closing.push(() => acknowledged.close())
  const ofForks: ((account: number, by: Did) => void)[] = []
  let letInAnew: NodeParts['letInAnew'] = () => Promise.reject(new VivimError('unavailable'))
  const following = createFollowing({
    ...{ reader, keysOf, clock, random, write, accept, filler, after },
    changed: wakeups.next,
    pace: store.pace,
    peers: httpPeers,
    onForked: (account, by) => {
      for (const listener of ofForks) listener(account, by)
    },
    onError: store.failed('another node'),
  })
  closing.push(() => following.close())
  const scopes = createScopes({ reader, keysOf })
  const syncing = syncHandlers({ reader, keysOf, accountOf, filler, scopes, acknowledged, accept })
  const { keychain, accountParts } = store
  return {
    acknowledged,
    following,
    /** Calls `listener` when another node says that this one's device has its key in use twice. */
    onForked: (listener: (account: number, by: Did) => void): void => void ofForks.push(listener),
    /** Says how this node goes on under the key that another node let in. */
    onLetInAnew: (how: NodeParts['letInAnew']): void => {
      letInAnew = how
    },
    channel: syncChannel({
      ...{ reader, keysOf, accountOf, scopes },
      exchange: (request, { caller, signal }) => syncing['sync.exchange'](request, { caller: 'session', ...caller, signal }),
      changed: wakeups.next,
      lacking: filler.count,
      onError: store.failed('live sync'),
    }),
    handlers: {
      ...syncing,
      ...nodeHandlers({
        ...{ reader, keysOf, following, accountOf, keychain, clock, random, accept, peers: httpPeers, after },
        device: accountParts.device,
        letInAnew: (...asked) => letInAnew(...asked),
      }),
    },
  }
}
