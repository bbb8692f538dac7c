/** Stores of one account that sync with each other, in this process or over a door of the test's making. */

import { decode, encode } from '@ipld/dag-cbor'
import { sync } from '../../node-core/contract/api/sync.ts'
import { toProblem } from '../../node-core/contract/errors.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { capabilities } from '../../node-core/contract/method.ts'
import { createDispatch } from '../../node-core/dispatch.ts'
import { awaitedFiles } from '../../node-core/library/awaited-files.ts'
import { createScopes } from '../../node-core/library/scopes.ts'
import type { PeerDoor } from '../../node-core/ports/peer-door.ts'
import type { Acknowledged } from '../../node-core/sync/acknowledged.ts'
import { createFiller, type Filler } from '../../node-core/sync/fill.ts'
import type { FillPeerParts } from '../../node-core/sync/fill-peer.ts'
import { syncHandlers } from '../../node-core/sync/handlers.ts'
import { merkleRoot } from '../../node-core/sync/merkle.ts'
import type { OutboundParts } from '../../node-core/sync/outbound.ts'
import { syncPeer } from '../../node-core/sync/peer.ts'
import { readHeld } from '../../node-core/sync/read.ts'
import type { TestStore } from './store.ts'

export const handlersOf = (store: TestStore, acknowledged?: Acknowledged, scopes = scopesOf(store)) =>
  syncHandlers({
    reader: store.reader,
    keysOf: store.keyring.keysOf,
    accountOf: store.accountOf,
    accept: (...call) => store.writer.accept(...call),
    filler: fillerOf(store),
    scopes,
    ...(acknowledged ? { acknowledged } : {}),
  })

/** What lies in a scope of a store’s conversations. */
export const scopesOf = ({ reader, keyring }: TestStore) => createScopes({ reader, keysOf: keyring.keysOf })

const fillers = new WeakMap<TestStore['writer'], Filler>()
/** What a store fetches and gives of parts and files. */
export function fillerOf(store: TestStore): Filler {
  const { reader, keyring, blobs, random, writer } = store
  const known = fillers.get(writer)
  const files = awaitedFiles({ reader, keysOf: keyring.keysOf, writer })
  const filler = known ?? createFiller({ reader, keysOf: keyring.keysOf, blobs, files, random, writer })
  fillers.set(writer, filler)
  return filler
}
/** What a store needs to fill itself and the one behind a door. */
export const fillOf = (store: TestStore, door: PeerDoor): FillPeerParts => ({
  account: { id: store.account.id, did: store.account.did },
  filler: fillerOf(store),
  peer: syncPeer(door),
})

/** A store's sync methods as its HTTP door would answer, without the sockets. */
export function doorOf(
  store: TestStore,
  granted: readonly (typeof capabilities)[number][] = capabilities,
  device?: Did,
): PeerDoor {
  const dispatch = createDispatch(sync, handlersOf(store), { checkOutputs: true })
  const caller = {
    kind: 'session' as const,
    account: store.account.did,
    session: 'a'.repeat(26) as never,
    capabilities: granted,
    ...(device ? { device } : {}),
  }
  return {
    async ask(path, body, signal) {
      try {
        const input = body ? decode(body) : Object.fromEntries(new URL(path, 'http://node').searchParams)
        if (input && typeof input === 'object' && 'seq' in input) Object.assign(input, { seq: Number(input.seq) })
        const name = !body
          ? 'sync.heads'
          : path.endsWith('/fill')
            ? 'sync.fill'
            : path.endsWith('/parts')
              ? 'sync.parts'
              : 'sync.exchange'
        const answer = await dispatch.call(name, input, caller, { signal })
        return { status: 200, body: body ? encode(answer) : Buffer.from(JSON.stringify(answer, bytesAsText)) }
      } catch (error) {
        const problem = toProblem(error)
        return { status: problem.status, body: Buffer.from(JSON.stringify(problem)) }
      }
    },
  }
}
const bytesAsText = (_: string, value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64url') : value

/** What a store needs to sync with the one behind a door. */
export const outboundOf = (store: TestStore, door: PeerDoor): OutboundParts => ({
  reader: store.reader,
  account: { id: store.account.id, sealer: store.keys.sealer },
  accept: (...call) => store.writer.accept(...call),
  peer: syncPeer(door),
})

export const rootOf = async (store: TestStore): Promise<string> =>
  Buffer.from(merkleRoot((await readHeld(store.reader, store.account.id)).heads)).toString('hex')
