/** Long work on a whole store, in a thread and on a connection of its own, so that it holds nobody up. */
import { Worker } from 'node:worker_threads'
import { type ErrorCode, VivimError } from '../../contract/errors.ts'
import { toStorageError } from './errors.ts'

/** What one stage of a check found: `quick` comes first, `full` ends the check. */
export interface CheckStage {
  readonly stage: 'quick' | 'full'
  /** Sentences; none means sound. */
  readonly damages: readonly string[]
}

export type Job =
  | { readonly kind: 'check'; readonly store: string }
  /** `to` is an empty file; the copy is as of the moment the job begins. */
  | { readonly kind: 'copy'; readonly store: string; readonly to: string }

/** Where the thread's code is: beside this file as source, or beside the bundle that this file went into. */
const thread = new URL(import.meta.url.endsWith('.ts') ? './storage-thread.ts' : './storage-thread.js', import.meta.url)

/** What the thread posts. */
export type JobMessage =
  | { readonly found: CheckStage }
  | { readonly failed: { readonly code: ErrorCode; readonly detail: string | undefined } }

/**
 * Checks the store file and reports each stage as it ends.
 * Errors: `cancelled`, and those of opening a store.
 */
export const checkStore = (store: string, onStage: (found: CheckStage) => void, signal?: AbortSignal): Promise<void> =>
  runJob({ kind: 'check', store }, onStage, signal)

/**
 * Copies the store file into the empty file `to`, and checks the copy.
 * Errors: `cancelled`, `storage-full`, `storage-corrupt` where the copy is not sound.
 */
export const copyPages = (store: string, to: string, signal?: AbortSignal): Promise<void> =>
  runJob({ kind: 'copy', store, to }, () => {}, signal)

/** Settles when the thread is gone and with it its connection. */
async function runJob(job: Job, onStage: (found: CheckStage) => void, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) throw new VivimError('cancelled')
  const worker = new Worker(thread, { workerData: job, execArgv: [], env: {} })
  const stop = () => void worker.terminate()
  signal?.addEventListener('abort', stop)
  let failure: unknown
  try {
    await new Promise<void>((resolve) => {
      worker.on('message', (message: JobMessage) => {
        if ('found' in message) onStage(message.found)
        else failure = new VivimError(message.failed.code, message.failed.detail)
      })
      worker.on('error', (error) => (failure = error))
      worker.on('exit', () => resolve())
    })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  if (signal?.aborted) throw new VivimError('cancelled')
  if (failure !== undefined) throw toStorageError(failure)
}
