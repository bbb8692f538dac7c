/** A store behind a door on a real socket, with its live channel. */
import type { Capability } from '../../node-core/contract/method.ts'
import { createWakeups } from '../../node-core/log/follow.ts'
import { syncChannel } from '../../node-core/sync/live.ts'
import { openDoor } from './door.ts'
import { fillerOf, handlersOf, scopesOf } from './in-step.ts'
import { openLive } from './live.ts'
import type { TestStore } from './store.ts'

/** `tell` says that the store has new events, as the writer does after each commit. */
export async function liveDoor(store: TestStore, scopes = scopesOf(store)) {
  const handlers = handlersOf(store, undefined, scopes)
  const wakeups = createWakeups()
  const faults: unknown[] = []
  const { did, id } = store.account
  const channel = syncChannel({
    reader: store.reader,
    keysOf: store.keyring.keysOf,
    accountOf: store.accountOf,
    exchange: (request, { caller, signal }) => handlers['sync.exchange'](request, { caller: 'session', ...caller, signal }),
    changed: wakeups.next,
    scopes,
    lacking: fillerOf(store).count,
    onError: (error) => faults.push(error),
  })
  const door = await openDoor({ handlers, accounts: [did], live: [channel] })
  const token = async (granted: Capability[] = ['read', 'write']) => (await door.signIn(did, granted)).accessToken
  return {
    ...door,
    origin: `http://127.0.0.1:${door.port}`,
    faults,
    tell: () => wakeups.wake(id),
    token,
    connect: async (granted?: Capability[]) => openLive(door.port, { token: await token(granted) }),
  }
}
