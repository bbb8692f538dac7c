/** The node's threads as the main one sees them. */
import { MessageChannel, Worker } from 'node:worker_threads'
import { VivimError } from '../contract/errors.ts'
import { importReason } from '../contract/import-reasons.ts'
import type { OpenAccount } from '../identity/keyring.ts'
import type { RunningImport, StartImport } from '../imports/jobs.ts'
import type { Recognised } from '../imports/watching/take.ts'
import { threadEntry } from '../threads/entry.ts'
import type { ImporterData, ImporterNews, ImporterThread } from '../threads/importer.ts'
import type { RecogniserData, RecogniserThread } from '../threads/recogniser.ts'
import { connect } from '../threads/rpc.ts'
import type { WriterData, WriterNews, WriterThread } from '../threads/writer.ts'

/** Megabytes of JavaScript heap that an import may take: a large conversation fits, a runaway one ends its own thread. */
const IMPORTER_HEAP = 512
/** Megabytes of it for what is young: with 24 an import takes a twentieth longer, with 48 a gigabyte takes 60 MB more memory. */
const IMPORTER_YOUNG = 32

/** The same for the writer: what it holds while it merges is long-lived anyway. */
const WRITER_YOUNG = 12

export interface WriterHandle {
  writer: WriterThread
  closed: Promise<number>
  terminate(): Promise<unknown>
}

/** Starts the writer's thread; resolves when the store is open. Errors: the store's. */
export async function startWriter(dataDirectory: string, onNews: (news: WriterNews) => void): Promise<WriterHandle> {
  const worker = new Worker(threadEntry('writer'), {
    workerData: { dataDirectory } satisfies WriterData,
    name: 'writer',
    resourceLimits: { maxYoungGenerationSizeMb: WRITER_YOUNG },
  })
  const closed = new Promise<number>((resolve) => {
    worker.once('exit', resolve)
  })
  let crash: Error | undefined
  worker.on('error', (error) => {
    crash = error
  })
  worker.on('message', (message: unknown) => {
    if (isNews<WriterNews>(message)) onNews(message)
  })
  const writer = connect<WriterThread>(worker, closed)
  try {
    await writer.ready()
  } catch (error) {
    await worker.terminate()
    throw crash ? new VivimError('internal', 'The writer’s thread ended.', { cause: crash }) : error
  }
  return { writer, closed, terminate: () => worker.terminate() }
}

/** Runs one import in a thread of its own. */
export function startImporter(
  dataDirectory: string,
  account: OpenAccount,
  writer: WriterThread,
  run: StartImport,
  onSeals: (seals: (ImporterNews & { news: 'progress' })['seals']) => void,
): RunningImport {
  const { port1, port2 } = new MessageChannel()
  const linked = writer.connect(port1)
  const worker = new Worker(threadEntry('importer'), {
    workerData: { dataDirectory, account, writer: port2, import: run.import, input: run.input } satisfies ImporterData,
    transferList: [port2],
    name: 'importer',
    resourceLimits: { maxOldGenerationSizeMb: IMPORTER_HEAP, maxYoungGenerationSizeMb: IMPORTER_YOUNG },
  })
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve()
    })
  })
  let crash: Error | undefined
  worker.on('error', (error) => {
    crash = error
  })
  worker.on('message', (message: unknown) => {
    if (!isNews<ImporterNews>(message)) return
    if (message.news === 'format') run.onFormat(message.format)
    else {
      run.onProgress(message.progress)
      onSeals(message.seals)
    }
  })
  const importer = connect<ImporterThread>(worker, exited)
  const done = linked
    .then(() => importer.run())
    .catch((error: unknown) => {
      if (crash && 'code' in crash && crash.code === 'ERR_WORKER_OUT_OF_MEMORY')
        throw new VivimError('import-too-large', 'One conversation is larger than the memory set aside for imports.', {
          cause: crash,
          fault: { ref: '', reason: importReason('memory') },
        })
      throw crash ?? error
    })
    .finally(() => worker.terminate())
  return {
    done,
    cancel: () => {
      importer.cancel().catch(() => {})
    },
  }
}

/** Megabytes of JavaScript heap for seeing what files are: more than lists of names and beginnings take. */
const RECOGNISER_HEAP = 256

/** What files of a folder are, seen in a thread of its own: whatever is in them, the node goes on. */
export async function recogniseFiles(folder: string, paths: readonly string[]): Promise<Recognised[]> {
  const worker = new Worker(threadEntry('recogniser'), {
    workerData: { folder, paths } satisfies RecogniserData,
    name: 'recogniser',
    resourceLimits: { maxOldGenerationSizeMb: RECOGNISER_HEAP },
  })
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve()
    })
  })
  // its end answers the call
  worker.on('error', () => {})
  try {
    return await connect<RecogniserThread>(worker, exited).run()
  } finally {
    await worker.terminate()
  }
}

const isNews = <N extends { news: string }>(message: unknown): message is N =>
  typeof message === 'object' && message !== null && 'news' in message
