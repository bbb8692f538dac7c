/** Who may do what: the devices of each account, their sessions, pairing, the certificate, the accounts' records. */

import { createGrants, type GrantParts } from '../devices/grants.ts'
import { deviceHandlers } from '../devices/handlers.ts'
import { introduction } from '../devices/introduction.ts'
import { pairingHandlers } from '../devices/pairing-handlers.ts'
import { createPairings } from '../devices/pairings.ts'
import { createStanding } from '../devices/standing.ts'
import { rootKeyOf } from '../identity/accounts.ts'
import { openNodeKey } from '../node/node-key.ts'
import { reachedAt } from '../node/reached.ts'
import { createRecords } from '../node/records.ts'
import { rootHandlers } from '../node/roots.ts'
import { openTls } from '../node/tls.ts'
import { createSessionStore, createSessions, sessionHandlers } from '../sessions/index.ts'
import type { Closing } from './closing.ts'
import type { Content } from './content.ts'
import type { Nodes } from './nodes.ts'
import type { OpenedStore } from './store.ts'

/** Sessions that have run out are ended so often, in milliseconds. */
const SWEEP = 30_000

export type Devices = Awaited<ReturnType<typeof createDevices>>

/** @param address where it listens, once it does */
export async function createDevices(
  store: OpenedStore,
  { forget }: Content,
  { acknowledged }: Nodes,
  address: () => string | null,
  closing: Closing,
) {
  const { config, keychain, reader, writer, keysOf, accountOf, random, clock, after, append, accept } = store
  const standing = createStanding({
    ...{ reader, keysOf, clock, after },
    onGone: (account, device) => sessions.endDevice(account, device),
    async onChange(account) {
      for (const projection of await writer.outdated(account.id)) {
        await writer.rebuild(account.id, projection, false)
        forget()
      }
    },
    onError: store.failed('devices'),
  })
  closing.push(() => standing.close())
  store.onCommit((account) => {
    const open = store.keyring.accounts.find(({ id }) => id === account)
    if (open) standing.touched(open)
  })
  const owner = store.first.device
  const tls = await openTls(config, {
    ...{ keychain, owner, clock, random, after },
    name: config.deviceName,
    onError: store.failed('certificate'),
  })
  closing.push(() => tls?.close())
  const nodeKey = await openNodeKey(keychain, owner, random)
  const sessions = await createSessions({
    ...{ clock, random, nodeKey },
    devices: { ...standing, introduce: introduction({ reader, keysOf, accountOf, accept, refresh: standing.refresh }) },
    store: createSessionStore({ storage: store.transactor, sealerOf: (did) => keysOf(accountOf(did).id).sealer }),
  })
  const sweep = (): (() => void) =>
    after(SWEEP, () => {
      callOff = sweep()
      sessions.sweep().catch(store.failed('ending sessions'))
    })
  let callOff = sweep()
  closing.push(() => callOff())
  for (const account of store.opened) await standing.refresh(account)

  const grantParts: GrantParts = {
    ...{ reader, keysOf, clock, standing, accountOf, append },
    signedIn: (account) => sessions.signedInDevices(account),
    synced: acknowledged.synced,
  }
  const records = await createRecords({
    ...{ reader, keysOf, clock, accountOf, dataDirectory: config.dataDirectory },
    urls: () => (config.publicUrl === undefined ? [] : [config.publicUrl]),
  })
  const reached = () => reachedAt(config, address(), tls)
  const instance = nodeKey.did
  const handlers = {
    ...sessionHandlers({ sessions, instance }),
    ...deviceHandlers({ ...grantParts, rootOf: (account) => rootKeyOf({ keychain }, account) }),
    ...pairingHandlers({
      ...{ instance, reached, pairings: createPairings({ clock, random, isForked: standing.isForked }) },
      letIn: createGrants(grantParts).letIn,
    }),
    ...rootHandlers({ ...{ keysOf, accountOf, standing }, accountParts: store.accountParts }),
    ...records.handlers,
  }
  return { instance, standing, sessions, tls, reached, recordOf: records.recordOf, handlers }
}
