/** The writer's thread: opens the store and answers the calls of the others. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock, systemRandom } from '../adapters/clock.ts'
import { openSqliteStorage } from '../adapters/storage-sqlite/storage.ts'
import type { Did } from '../contract/ids.ts'
import type { OpenAccount } from '../identity/keyring.ts'
import { openBlobs, readWhole } from './files.ts'
import { migrations } from './migrations.ts'
import { expose } from './rpc.ts'
import { createWriter, type Writer } from './writer-core.ts'

/** What the thread is started with. */
export interface WriterData {
  dataDirectory: string
}
/** What it says unasked. */
export type WriterNews =
  | { news: 'commit'; account: number }
  | { news: 'fork'; account: number }
  | { news: 'rebuild'; projection: string; position: number }
  | { news: 'integrity'; stage: 'quick' | 'full'; damages: string[] }

const { dataDirectory } = workerData as WriterData
const port = parentPort as MessagePort
const tell = (news: WriterNews): void => {
  port.postMessage(news)
}

const opened = (async (): Promise<Writer> => {
  const storage = await openSqliteStorage({
    directory: dataDirectory,
    migrations,
    onIntegrity: ({ stage, damages: [...damages] }) => {
      tell({ news: 'integrity', stage, damages })
    },
  })
  const accounts = new Map<Did, OpenAccount>()
  const blobs = await openBlobs(dataDirectory, (did) => accounts.get(did) as OpenAccount, systemRandom)
  const writer = createWriter({
    storage,
    clock: systemClock,
    random: systemRandom,
    readBlob: (owner, id) => readWhole(blobs, owner, id),
    onCommit: (account) => {
      tell({ news: 'commit', account })
    },
    onFork: (account) => {
      tell({ news: 'fork', account })
    },
    onRebuild: (projection, position) => {
      tell({ news: 'rebuild', projection, position })
    },
  })
  return {
    ...writer,
    open: async (account) => {
      accounts.set(account.did, account)
      await writer.open(account)
    },
    close: async () => {
      await writer.close()
      // the answer goes out first; the ports of other threads must not keep this one
      setImmediate(() => process.exit(0))
    },
  }
})()

/** Calls wait for the store to open and fail with its error. */
const methods = {
  ready: async () => {
    await opened
  },
  connect: async (other: MessagePort) => {
    expose(other, await opened)
  },
}
export type WriterThread = Writer & { ready(): Promise<void>; connect(port: MessagePort): Promise<void> }
expose(
  port,
  new Proxy(methods, {
    get: (own, name) =>
      Reflect.get(own, name) ??
      (async (...args: unknown[]) => {
        const method: unknown = Reflect.get(await opened, name)
        return typeof method === 'function' ? method(...args) : undefined
      }),
  }),
)
