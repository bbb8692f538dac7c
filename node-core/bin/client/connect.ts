/** The node of a data directory: the one that runs, else one that is opened here. The store's lock decides between two. */
import { setTimeout as wait } from 'node:timers/promises'
import { isVivimError } from '../../contract/errors.ts'
import type { Did } from '../../contract/ids.ts'
import { checkLocal, localAddress } from '../../http/local.ts'
import type { NodeClient } from './client.ts'
import { insideClient, type Opened } from './inside.ts'
import { answers, socketClient } from './socket.ts'

/** Where a node's socket may be; the configuration has all of it. */
export type Place = Parameters<typeof localAddress>[0]

/** A node that has the store open but no socket yet is starting; it is waited for so long, in steps of so long, in milliseconds. */
const patience = { whole: 10_000, step: 200 }

/** The running node, or undefined where none answers. Error: `forbidden` where the socket may be another user's. */
export async function runningNode(place: Place, account?: Did): Promise<NodeClient | undefined> {
  const address = localAddress(place)
  try {
    await checkLocal(address)
  } catch (error) {
    if (isVivimError(error, 'unavailable')) return undefined
    throw error
  }
  return (await answers(address)) ? socketClient(address, account) : undefined
}

/** The running node, else one that `open` opens here. Errors: `store-locked`, what `open` throws. */
export async function connect(place: Place, account: Did | undefined, open: () => Promise<Opened>): Promise<NodeClient> {
  const running = await runningNode(place, account)
  if (running) return running
  try {
    return insideClient(await open(), account)
  } catch (error) {
    if (!isVivimError(error, 'store-locked')) throw error
    for (let waited = 0; waited < patience.whole; waited += patience.step) {
      await wait(patience.step)
      const started = await runningNode(place, account)
      if (started) return started
    }
    throw error
  }
}
