/**
 * Import runs, one after the other: receiving, running, cancelling, going on after a break, undoing.
 *
 * Invariants: a run's row says at all times how far it is; a run that a kill cut off goes on at the next start; what
 * failed has left nothing that is shown.
 */
import { isVivimError, toProblem, VivimError } from '../contract/errors.ts'
import { type ImportId, toBase32 } from '../contract/ids.ts'
import type { Change } from '../log/append.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Query, Reader } from '../ports/storage.ts'
import { findImport, type ImportOwner, type ImportRecord, importsIn, putQuery } from './records.ts'
import type { RunProgress, RunReport } from './run.ts'

/** A run in a thread of its own. */
export interface RunningImport {
  readonly done: Promise<RunReport>
  cancel(): void
}
export interface StartImport {
  account: ImportOwner
  import: Uint8Array
  input: { paths: string[] } | { staged: string; name: string }
  onFormat(format: string): void
  onProgress(progress: RunProgress): void
}
export interface Staged {
  put(
    account: ImportOwner,
    bytes: AsyncIterable<Uint8Array>,
    onBytes: (total: number) => void,
  ): Promise<{ name: string; size: number }>
  remove(account: ImportOwner, name: string): Promise<void>
}
export interface ImportJobsParts {
  reader: Reader
  keysOf: KeysOf
  write(queries: readonly Query[]): Promise<void>
  append(account: number, changes: readonly Change[]): Promise<unknown>
  start(run: StartImport): RunningImport
  staged: Staged
  clock: Clock
  random: RandomBytes
  /** After a run: tidying in the background. */
  onEnd(account: number): void
}

export interface LiveProgress extends Omit<RunProgress, 'phase' | 'totalBytes'> {
  phase: ImportRecord['state']
  totalBytes: number | null
  since: number
}
interface Live {
  account: ImportOwner
  record: ImportRecord
  progress: LiveProgress
  running: RunningImport | undefined
  cancelled: boolean
  listeners: Set<() => void>
}

export interface ImportJobs {
  /** Takes a file; resolves when it is staged and queued. */
  receive(account: ImportOwner, name: string, bytes: AsyncIterable<Uint8Array>): Promise<ImportRecord>
  /** Queues files and folders of this machine. */
  openPaths(account: ImportOwner, name: string, paths: string[]): Promise<ImportRecord>
  cancel(account: ImportOwner, id: Uint8Array): Promise<ImportRecord>
  resume(account: ImportOwner, id: Uint8Array): Promise<ImportRecord>
  undo(account: ImportOwner, id: Uint8Array): Promise<ImportRecord>
  /** The record and, while it lives, its progress. Error: `not-found`. */
  get(account: ImportOwner, id: Uint8Array): Promise<{ record: ImportRecord; progress: LiveProgress | null }>
  /** Resolves at the next change of a live run; at once where it is not alive. */
  changed(id: Uint8Array, signal: AbortSignal): Promise<boolean>
  counts(account: ImportOwner): { running: number; waiting: number }
  /** Goes on with what a break cut off. */
  goOn(account: ImportOwner): Promise<void>
  /** Interrupts what runs; it goes on at the next start. */
  close(): Promise<void>
}

const alive: readonly ImportRecord['state'][] = ['receiving', 'waiting', 'checking', 'importing']
const hex = (id: Uint8Array): string => Buffer.from(id).toString('hex')

export function createImportJobs(parts: ImportJobsParts): ImportJobs {
  const { reader, keysOf, write, append, clock, random } = parts
  const live = new Map<string, Live>()
  const queue: Live[] = []
  let current: Live | undefined
  let closing = false
  let idle = Promise.resolve()

  const save = (job: Live): Promise<void> => write([putQuery(job.account.id, keysOf(job.account.id), job.record)])
  const tell = (job: Live): void => {
    for (const listener of [...job.listeners]) listener()
  }

  function begin(account: ImportOwner, record: ImportRecord): Live {
    const job: Live = {
      account,
      record,
      running: undefined,
      cancelled: false,
      listeners: new Set(),
      progress: { phase: record.state, bytes: 0, totalBytes: null, conversations: 0, messages: 0, since: clock.monotonic() },
    }
    live.set(hex(record.id), job)
    return job
  }
  const newRecord = (name: string, state: ImportRecord['state']): ImportRecord => ({
    id: random(16),
    state,
    started: clock.now(),
    finished: null,
    conversations: 0,
    messages: 0,
    staged: '',
    name,
    paths: [],
    format: null,
    report: null,
    error: null,
  })

  async function enqueue(job: Live): Promise<void> {
    job.record = { ...job.record, state: 'waiting', finished: null, error: null }
    job.progress = { ...job.progress, phase: 'waiting' }
    await save(job)
    queue.push(job)
    if (!current) idle = work()
  }

  async function work(): Promise<void> {
    for (let job = queue.shift(); job && !closing; job = queue.shift()) {
      current = job
      await runOne(job)
      current = undefined
    }
  }

  async function runOne(job: Live): Promise<void> {
    const { account } = job
    const startedAt = clock.monotonic()
    try {
      if (job.cancelled) throw new VivimError('cancelled')
      job.record = { ...job.record, state: 'checking' }
      await write([putQuery(account.id, keysOf(account.id), job.record)])
      await append(account.id, [
        { type: 'imports.started', parts: [{ import: job.record.id, name: job.record.name, format: job.record.format }] },
      ])
      job.running = parts.start({
        account,
        import: job.record.id,
        input: job.record.staged ? { staged: job.record.staged, name: job.record.name } : { paths: job.record.paths },
        onFormat(format) {
          job.record = { ...job.record, format }
        },
        onProgress(progress) {
          if (job.progress.phase !== progress.phase) job.progress.since = clock.monotonic()
          job.record = {
            ...job.record,
            state: progress.phase,
            conversations: progress.conversations,
            messages: progress.messages,
          }
          job.progress = { ...progress, since: job.progress.since }
          tell(job)
        },
      })
      if (job.cancelled) job.running.cancel()
      const found = await job.running.done
      await finish(job, 'done', (clock.monotonic() - startedAt) / 1000, found, null)
    } catch (error) {
      const interrupted = closing && !job.cancelled
      const state = interrupted ? 'interrupted' : isVivimError(error, 'cancelled') ? 'cancelled' : 'failed'
      const { code, title, detail } = toProblem(error)
      await finish(
        job,
        state,
        (clock.monotonic() - startedAt) / 1000,
        null,
        state === 'failed' ? { code, title, ...(detail ? { detail } : {}) } : null,
      )
    }
    if (!closing) parts.onEnd(account.id)
  }

  async function finish(
    job: Live,
    state: ImportRecord['state'],
    seconds: number,
    found: RunReport | null,
    error: ImportRecord['error'],
  ): Promise<void> {
    const { account } = job
    const finished = clock.now()
    const { id, name, format, started } = job.record
    const nothing: RunReport = {
      conversations: { imported: 0, updated: 0, unchanged: 0, unreadable: [], unreadableTotal: 0 },
      messages: { total: 0, added: 0, alreadyHad: 0, branches: 0, hidden: 0, unknownTypes: 0 },
      attachments: { stored: 0, missing: 0 },
      documents: 0,
      warnings: [],
      bytes: 0,
    }
    const report = {
      id: toBase32(id) as ImportId,
      name,
      state,
      format,
      started,
      finished,
      ...(found ?? nothing),
      seconds: Math.round(seconds * 1000) / 1000,
      ...(error ? { error } : {}),
    }
    const brought = found ? found.conversations.imported + found.conversations.updated : job.record.conversations
    job.record = {
      ...job.record,
      state,
      finished,
      conversations: brought,
      messages: found?.messages.total ?? job.record.messages,
      report,
      error,
    }
    job.progress = { ...job.progress, phase: state }
    try {
      if (state === 'failed') await append(account.id, [{ type: 'imports.undone', parts: [{ import: id }] }])
      if (state !== 'interrupted')
        await append(account.id, [{ type: 'imports.completed', parts: [{ import: id, report: { ...report } }] }])
      // what can be resumed keeps its file
      if ((state === 'done' || state === 'failed') && job.record.staged) {
        const { staged } = job.record
        job.record = { ...job.record, staged: '' }
        await save(job)
        await parts.staged.remove(account, staged)
      } else await save(job)
    } finally {
      live.delete(hex(id))
      tell(job)
    }
  }

  const get: ImportJobs['get'] = async (account, id) => {
    const job = live.get(hex(id))
    if (job && job.account.id === account.id) return { record: job.record, progress: job.progress }
    const record = await findImport(reader, account.id, keysOf(account.id), id)
    if (!record) throw new VivimError('not-found')
    return { record, progress: null }
  }

  return {
    get,
    async receive(account, name, bytes) {
      const job = begin(account, newRecord(name, 'receiving'))
      try {
        const { name: staged, size } = await parts.staged.put(account, bytes, (total) => {
          job.progress = { ...job.progress, bytes: total }
          tell(job)
        })
        if (size === 0) {
          await parts.staged.remove(account, staged)
          throw new VivimError('import-empty')
        }
        job.record = { ...job.record, staged }
        await enqueue(job)
        return job.record
      } catch (error) {
        live.delete(hex(job.record.id))
        tell(job)
        throw error
      }
    },
    async openPaths(account, name, paths) {
      const job = begin(account, { ...newRecord(name, 'waiting'), paths })
      await enqueue(job)
      return job.record
    },
    async cancel(account, id) {
      const { record } = await get(account, id)
      const job = live.get(hex(id))
      if (!job) return record
      job.cancelled = true
      job.running?.cancel()
      while (live.has(hex(id)))
        await new Promise<void>((resolve) => {
          job.listeners.add(resolve)
        })
      return (await get(account, id)).record
    },
    async resume(account, id) {
      const { record } = await get(account, id)
      if (alive.includes(record.state)) throw new VivimError('import-running')
      if (record.state !== 'cancelled' && record.state !== 'interrupted') throw new VivimError('import-not-resumable')
      const job = begin(account, record)
      await enqueue(job)
      return job.record
    },
    async undo(account, id) {
      const { record } = await get(account, id)
      if (alive.includes(record.state)) throw new VivimError('import-running')
      if (record.state === 'undone' || record.state === 'erased') return record
      const undone: ImportRecord = { ...record, state: 'undone', staged: '' }
      await append(account.id, [{ type: 'imports.undone', parts: [{ import: id }] }])
      await write([putQuery(account.id, keysOf(account.id), undone)])
      if (record.staged) await parts.staged.remove(account, record.staged)
      return undone
    },
    async changed(id, signal) {
      const job = live.get(hex(id))
      if (!job || signal.aborted) return false
      await new Promise<void>((resolve) => {
        const go = (): void => {
          job.listeners.delete(go)
          signal.removeEventListener('abort', go)
          resolve()
        }
        job.listeners.add(go)
        signal.addEventListener('abort', go, { once: true })
      })
      return true
    },
    counts(account) {
      const own = [...live.values()].filter((job) => job.account.id === account.id)
      const running = own.filter((job) => job === current).length
      return { running, waiting: own.length - running }
    },
    async goOn(account) {
      for (const record of await importsIn(reader, account.id, keysOf(account.id), [...alive, 'interrupted'])) {
        // an upload that was cut off has nothing to go on with; its sender knows
        if (record.state !== 'receiving') await enqueue(begin(account, record))
      }
    },
    async close() {
      closing = true
      current?.running?.cancel()
      await idle
    },
  }
}
