/**
 * What this node does when its own device's key turns out to be in use twice: it takes another, where it has the root's; else
 * when another node of the account lets it in anew.
 */
import type { Did } from '../contract/ids.ts'
import type { AccountParts } from '../identity/accounts.ts'
import { type RenewedDevice, renewByGrant, renewDevice } from '../identity/renew-device.ts'
import { isForked } from '../log/forks.ts'
import type { Closing } from './closing.ts'
import type { Devices } from './devices.ts'
import type { Nodes } from './nodes.ts'
import type { OpenedStore } from './store.ts'

/** What the keychain keeps under the name of the first account's device: the node's own key, its certificate authority. */
const ofTheNode = ['node', 'tls'] as const

export type RenewedStore = Pick<OpenedStore, 'keychain' | 'keyring' | 'keysOf' | 'clock' | 'random'> &
  Pick<OpenedStore, 'first' | 'opened' | 'accountAt' | 'onFork' | 'failed'> & {
    reader: AccountParts['reader']
    writer: AccountParts['writer']
    logger: Pick<OpenedStore['logger'], 'info'>
  }
export interface RenewedNodes extends Pick<Nodes, 'onForked' | 'onLetInAnew'> {
  following: Pick<Nodes['following'], 'restart'>
}

export function createRenewal(
  store: RenewedStore,
  nodes: RenewedNodes,
  { standing }: { standing: Pick<Devices['standing'], 'refresh'> },
  closing: Closing,
): void {
  const { reader, writer, keychain, keyring, keysOf, clock, random, logger } = store
  /** Whose word was taken without the proof: once each, so that nobody makes this node take key after key. */
  const believed = new Set<Did>()
  let turn: Promise<void> = Promise.resolve()

  async function renew(id: number, told: Did | undefined): Promise<void> {
    const account = keyring.accounts.find((one) => one.id === id)
    if (!account) return
    await standing.refresh(account)
    if (!(await isForked(reader, id, account.device))) {
      if (told === undefined || believed.has(told)) return
      believed.add(told)
    }
    const renewed = await renewDevice(partsFor(id), account, keysOf(id).sealer)
    if (renewed) await goOn(renewed)
  }
  const partsFor = (id: number) => {
    const alongside = store.first.id === id ? ofTheNode : []
    return { reader, writer, keychain, clock, random, alongside }
  }
  async function goOn({ account }: RenewedDevice): Promise<void> {
    keyring.open(account)
    logger.info({ account: account.id }, 'the device’s key was in use twice: it has a new one')
    await standing.refresh(account)
    await nodes.following.restart(account)
  }
  const later = (id: number, told?: Did): void => {
    turn = turn.then(() => renew(id, told)).catch(store.failed('a new key for this device'))
  }
  closing.push(() => turn)
  store.onFork((account) => later(account))
  nodes.onForked((account, by) => later(account, by))
  nodes.onLetInAnew((id, seeds, grant) => {
    const done = turn.then(async () => {
      const renewed = await renewByGrant(partsFor(id), store.accountAt(id), seeds, grant)
      await goOn(renewed)
      return renewed.account
    })
    turn = done.then(
      () => {},
      () => {},
    )
    return done
  })
  // a crash may have come between
  for (const { id } of store.opened) later(id)
}
