/** The built writer's thread over a fresh store with one account, as the node's main thread has it. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { systemClock, systemRandom } from '../../../node-core/adapters/clock.ts'
import { MemoryKeychain } from '../../../node-core/adapters/keychain-memory/keychain.ts'
import { openSqliteReader } from '../../../node-core/adapters/storage-sqlite/reader.ts'
import { type AccountParts, createAccount } from '../../../node-core/identity/accounts.ts'
import type { OpenAccount } from '../../../node-core/identity/keyring.ts'
import type { Reader } from '../../../node-core/ports/storage.ts'
import { connect } from '../../../node-core/threads/rpc.ts'
import type { WriterData, WriterNews, WriterThread } from '../../../node-core/threads/writer.ts'

const entry = join(import.meta.dirname, '../../../out/node/writer.js')

export interface Writing extends AsyncDisposable {
  writer: WriterThread
  /** On a connection of its own, in this thread. */
  reader: Reader
  /** The account's local number. */
  account: number
  opened: OpenAccount
}

/** `made`: gives the store its account; a new one unless said otherwise. */
export async function openWriting(
  directory: string,
  made: (parts: AccountParts) => Promise<OpenAccount> = createAccount,
  onNews: (news: WriterNews) => void = () => {},
): Promise<Writing> {
  const worker = new Worker(entry, { workerData: { dataDirectory: directory } satisfies WriterData })
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  worker.on('message', (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'news' in message) onNews(message as WriterNews)
  })
  const writer = connect<WriterThread>(worker, ended)
  await writer.ready()
  const reader = await openSqliteReader({ directory })
  const opened = await made({
    reader,
    writer,
    keychain: new MemoryKeychain(),
    clock: systemClock,
    random: systemRandom,
    device: { name: 'bench', kind: 'server' },
  })
  return {
    writer,
    reader,
    account: opened.id,
    opened,
    async [Symbol.asyncDispose]() {
      await reader[Symbol.asyncDispose]()
      await writer.close()
      await ended
    },
  }
}
