/** The thread of `job.ts`. */
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { damagesOf } from './damages.ts'
import { toStorageError } from './errors.ts'
import type { Job, JobMessage } from './job.ts'
import { openReadOnly } from './open.ts'
import { copyInto } from './pages.ts'

const job: Job = workerData
const post = (message: JobMessage) => parentPort?.postMessage(message)

try {
  const connection = openReadOnly(job.store, dirname(job.store))
  try {
    if (job.kind === 'copy') await copyInto(connection, job.to)
    else for (const stage of ['quick', 'full'] as const) post({ found: { stage, damages: damagesOf(connection, stage) } })
  } finally {
    connection.close()
  }
} catch (error) {
  // An error's class does not survive the way to another thread; its code does.
  const { code, detail } = toStorageError(error, dirname(job.store))
  post({ failed: { code, detail } })
}
