/** The importer's thread: one run each; everything heavy about an import happens here. */

import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock, systemRandom } from '../adapters/clock.ts'
import { ensureFree } from '../adapters/storage-sqlite/free-disk.ts'
import { openSqliteReader } from '../adapters/storage-sqlite/reader.ts'
import { VivimError } from '../contract/errors.ts'
import { createKeyring, type OpenAccount } from '../identity/keyring.ts'
import type { StartImport } from '../imports/jobs.ts'
import { fileAccess } from '../imports/reading/local.ts'
import { type Input, openSource } from '../imports/reading/source.ts'
import { type RunProgress, type RunReport, runImport } from '../imports/run.ts'
import { fileStore } from './file-store.ts'
import { openBlobs, openStaging } from './files.ts'
import { createIntake } from './intake.ts'
import { connect, expose } from './rpc.ts'
import type { Writer } from './writer-core.ts'

/** What the thread is started with. */
export interface ImporterData {
  dataDirectory: string
  account: OpenAccount
  writer: MessagePort
  import: Uint8Array
  /** Files and folders of this machine, some files of one folder, or one staged file under the name that its sender gave. */
  input: StartImport['input']
}
export type ImporterNews =
  | { news: 'format'; format: string }
  | { news: 'progress'; progress: RunProgress; seals: ReturnType<ReturnType<typeof createKeyring>['takeUsed']> }
export interface ImporterThread {
  run(): Promise<RunReport>
  cancel(): Promise<void>
}

/** Bytes of disk that must stay free beyond the export's own size. */
const MARGIN = 64 * 1024 * 1024

const data = workerData as ImporterData
const port = parentPort as MessagePort
const cancelling = new AbortController()
const tell = (news: ImporterNews): void => {
  port.postMessage(news)
}

async function run(): Promise<RunReport> {
  const { account, dataDirectory } = data
  const keyring = createKeyring(systemRandom)
  keyring.open(account)
  const staging = openStaging(dataDirectory, account, systemRandom)
  await using reader = await openSqliteReader({ directory: dataDirectory })
  const blobs = await openBlobs(dataDirectory, () => account, systemRandom)
  const inputs = await openInput(data.input)
  await using source = await openSource(inputs, staging.spool, undefined, cancelling.signal)
  // what is compressed again takes less than it is; a margin is left for the index and its merges
  await ensureFree(dataDirectory, source.files.reduce((sum, file) => sum + file.size, 0) + MARGIN)
  const writer = connect<Writer>(data.writer)
  const files = fileStore({ account, blobs, reader, write: (queries) => writer.write(queries), signal: cancelling.signal })
  const intake = createIntake({
    account,
    import: data.import,
    reader,
    writer,
    keys: keyring.keysOf(account.id),
    searchSealer: keyring.searchSealer(account.id),
    random: systemRandom,
    spill: (bytes) =>
      files.store(
        (async function* () {
          yield bytes
        })(),
      ),
  })
  const report = await runImport(
    {
      source,
      intake,
      store: files.store,
      clock: systemClock,
      onFormat: (format) => {
        tell({ news: 'format', format })
      },
      onProgress: (progress) => {
        tell({ news: 'progress', progress, seals: keyring.takeUsed() })
      },
    },
    cancelling.signal,
  ).finally(files.settle)
  data.writer.close()
  return report

  async function openInput(input: ImporterData['input']): Promise<Input[]> {
    if ('staged' in input) return [{ kind: 'file', name: input.name, access: await staging.open(input.staged) }]
    if (input.within === undefined) return await Promise.all(input.paths.map(openPath))
    return [{ kind: 'files', folder: input.within, paths: input.paths }]
  }
}

async function openPath(path: string): Promise<Input> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new VivimError('not-found', `“${basename(path)}” cannot be opened.`, { cause })
  })
  return found.isDirectory() ? { kind: 'folder', path } : { kind: 'file', name: basename(path), access: await fileAccess(path) }
}

expose(port, {
  run,
  cancel: async () => {
    cancelling.abort(new VivimError('cancelled'))
  },
} satisfies ImporterThread)
