/** The built writer's thread over a fresh store with one account, as the node's main thread has it. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { systemClock, systemRandom } from '../../../node-core/adapters/clock.ts'
import { MemoryKeychain } from '../../../node-core/adapters/keychain-memory/keychain.ts'
import { openSqliteReader } from '../../../node-core/adapters/storage-sqlite/reader.ts'
import { createAccount } from '../../../node-core/identity/accounts.ts'
import { connect } from '../../../node-core/threads/rpc.ts'
import type { WriterData, WriterThread } from '../../../node-core/threads/writer.ts'

const entry = join(import.meta.dirname, '../../../out/node/writer.js')

export interface Writing extends AsyncDisposable {
  writer: WriterThread
  /** The account's local number. */
  account: number
}

export async function openWriting(directory: string): Promise<Writing> {
  const worker = new Worker(entry, { workerData: { dataDirectory: directory } satisfies WriterData })
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  const writer = connect<WriterThread>(worker, ended)
  await writer.ready()
  const reader = await openSqliteReader({ directory })
  const { id } = await createAccount({
    reader,
    writer,
    keychain: new MemoryKeychain(),
    clock: systemClock,
    random: systemRandom,
    device: { name: 'bench', kind: 'server' },
  })
  return {
    writer,
    account: id,
    async [Symbol.asyncDispose]() {
      await reader[Symbol.asyncDispose]()
      await writer.close()
      await ended
    },
  }
}
