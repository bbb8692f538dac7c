/**
 * Import runs, one after the other: receiving, running, cancelling, going on after a break, undoing.
 *
 * Invariants: a run's row says at all times how far it is; a run that a kill cut off goes on at the next start; what
 * failed has left nothing that is shown; a run whose end could not be stored is interrupted, and can go on.
 */
import { isVivimError, toProblem, VivimError } from '../contract/errors.ts'
import type { Change } from '../log/append.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { IntakeCounts } from '../ports/intake.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Query, Reader } from '../ports/storage.ts'
import { findingOf } from './findings.ts'
import { ended, reportForEvent } from './finished.ts'
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
  /** `within`: a folder that the paths start from, and that nothing may lead out of. */
  input: { paths: string[]; within?: string } | { staged: string; name: string }
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
  /** What an import has stored so far. */
  counts(account: number, importId: Uint8Array): Promise<IntakeCounts>
  /** Whether the log takes an import back, so that nothing of it is shown. */
  takenBack(account: number, importId: Uint8Array): Promise<boolean>
  /** After a run: tidying in the background. */
  onEnd(account: number): void
  /** Told of failures that are none of the export's. */
  onError?(error: unknown, what: string): void
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
  /** Stopped so that a person's own import goes first. */
  givesWay: boolean
  listeners: Set<() => void>
}

export interface ImportJobs {
  /** Takes a file; resolves when it is staged and queued. */
  receive(account: ImportOwner, name: string, bytes: AsyncIterable<Uint8Array>): Promise<ImportRecord>
  /** Queues files and folders of this machine. */
  openPaths(
    account: ImportOwner,
    name: string,
    paths: string[],
    /** Files of a watched folder: it gives way to what a person starts. */
    watched?: { within: string; watched: true },
  ): Promise<ImportRecord>
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
/** A failure as a report says it. */
function reasonOf(failure: unknown): NonNullable<ImportRecord['error']> {
  const { code, title, detail } = toProblem(failure)
  const fault = isVivimError(failure) ? failure.fault : undefined
  return { code, title, ...(detail ? { detail } : {}), ...(fault ? { finding: findingOf(fault) } : {}) }
}
const hex = (id: Uint8Array): string => Buffer.from(id).toString('hex')

export function createImportJobs(parts: ImportJobsParts): ImportJobs {
  const { reader, keysOf, write, append, clock, random, onError } = parts
  const live = new Map<string, Live>()
  /** Runs whose end could not be stored, as they stand: their rows say that they are under way. */
  const loose = new Map<string, { account: number; record: ImportRecord }>()
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
      givesWay: false,
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
    try {
      await save(job)
    } catch (error) {
      release(job)
      throw error
    }
    loose.delete(hex(job.record.id))
    const behind = job.record.watched ? -1 : queue.findIndex(({ record }) => record.watched)
    queue.splice(behind === -1 ? queue.length : behind, 0, job)
    if (!job.record.watched && current?.record.watched) giveWay(current)
    if (!current) idle = work()
  }

  function giveWay(job: Live): void {
    job.givesWay = true
    job.running?.cancel()
  }
  /** Puts a run back that gave way: it goes on behind the others, and doubles nothing. */
  async function putBack(job: Live): Promise<void> {
    job.givesWay = false
    job.running = undefined
    job.record = { ...job.record, state: 'waiting' }
    job.progress = { ...job.progress, phase: 'waiting' }
    // a row that says otherwise makes it go on all the same
    await save(job).catch(() => {})
    queue.push(job)
    tell(job)
  }

  /** A run that is over: whoever waits for it learns that. */
  function release(job: Live): void {
    live.delete(hex(job.record.id))
    tell(job)
  }

  async function work(): Promise<void> {
    for (let job = queue.shift(); job; job = queue.shift()) {
      // what waits when the node stops goes on at its next start
      if (closing) release(job)
      else {
        current = job
        await runOne(job)
        current = undefined
      }
    }
  }

  async function runOne(job: Live): Promise<void> {
    const since = clock.monotonic()
    let found: RunReport | null = null
    let failure: unknown
    try {
      found = await run(job)
    } catch (error) {
      failure = error
    }
    if (job.givesWay && !found && !job.cancelled && !closing && isVivimError(failure, 'cancelled')) return putBack(job)
    const state = found
      ? 'done'
      : closing && !job.cancelled
        ? 'interrupted'
        : isVivimError(failure, 'cancelled')
          ? 'cancelled'
          : 'failed'
    const error = state === 'failed' ? reasonOf(failure) : null
    if (state === 'failed' && error?.code === 'internal') onError?.(failure, 'importing')
    const end = { finished: clock.now(), seconds: (clock.monotonic() - since) / 1000 }
    const storedYet = () => parts.counts(job.account.id, job.record.id).catch(() => null)
    const under = job.record
    const stored = found || state === 'failed' ? null : await storedYet()
    job.record = ended(under, { ...end, state, found, stored, error })
    job.progress = { ...job.progress, phase: state }
    try {
      await settle(job)
    } catch (fault) {
      onError?.(fault, 'ending an import')
      // its row says that it is under way: it goes on when it is asked to, or at the next start
      if (!(await isTakenBack(job)))
        job.record = ended(under, {
          ...end,
          state: 'interrupted',
          found: null,
          stored: await storedYet(),
          error: reasonOf(fault),
        })
      loose.set(hex(job.record.id), { account: job.account.id, record: job.record })
    }
    release(job)
    if (!closing) parts.onEnd(job.account.id)
  }

  const isTakenBack = ({ account, record }: Pick<Live, 'account' | 'record'>): Promise<boolean> =>
    parts.takenBack(account.id, record.id).catch(() => false)

  async function run(job: Live): Promise<RunReport> {
    const { account } = job
    if (job.cancelled) throw new VivimError('cancelled')
    job.record = { ...job.record, state: 'checking' }
    job.progress = { ...job.progress, phase: 'checking', bytes: 0, since: clock.monotonic() }
    await save(job)
    const { id, name, format, staged, paths, within } = job.record
    await append(account.id, [{ type: 'imports.started', parts: [{ import: id, name, format }] }])
    job.running = parts.start({
      account,
      import: id,
      input: staged ? { staged, name } : { paths, ...(within !== undefined && { within }) },
      onFormat(found) {
        job.record = { ...job.record, format: found }
      },
      onProgress(progress) {
        const { phase, conversations, messages } = progress
        const since = job.progress.phase === phase ? job.progress.since : clock.monotonic()
        job.record = { ...job.record, state: phase, conversations, messages }
        if (job.progress.phase !== phase) save(job).catch(() => {})
        job.progress = { ...progress, since }
        tell(job)
      },
    })
    if (job.cancelled || job.givesWay) job.running.cancel()
    return job.running.done
  }

  /** Stores how a run ended. What failed is undone first: nothing of it stays shown. */
  async function settle(job: Live): Promise<void> {
    const { account } = job
    const { id, state, staged, report } = job.record
    const changes: Change[] = []
    if (state === 'failed') changes.push({ type: 'imports.undone', parts: [{ import: id }] })
    if (state !== 'interrupted' && report)
      changes.push({ type: 'imports.completed', parts: [{ import: id, report: reportForEvent(report) }] })
    if (changes.length > 0) await append(account.id, changes)
    // what can be resumed keeps its file
    const over = state === 'done' || state === 'failed'
    if (over) job.record = { ...job.record, staged: '' }
    await save(job)
    // one that stays is removed at the next start: no row names it
    if (over && staged) await parts.staged.remove(account, staged).catch((fault) => onError?.(fault, 'removing a staged file'))
  }

  /** A run that had failed, and was cut off once it was taken back: what it brought again would never be shown. */
  async function settleFailed(account: ImportOwner, record: ImportRecord): Promise<void> {
    const error = reasonOf(new VivimError('unavailable', 'It failed, and the node stopped meanwhile. Import it again.'))
    const end = { state: 'failed', finished: clock.now(), seconds: 0, found: null, stored: null, error } as const
    await write([putQuery(account.id, keysOf(account.id), { ...ended(record, end), staged: '' })])
    if (record.staged) await parts.staged.remove(account, record.staged)
  }

  const get: ImportJobs['get'] = async (account, id) => {
    const job = live.get(hex(id))
    if (job && job.account.id === account.id) return { record: job.record, progress: job.progress }
    const apart = loose.get(hex(id))
    if (apart?.account === account.id) return { record: apart.record, progress: null }
    const record = await findImport(reader, account.id, keysOf(account.id), id)
    if (!record) throw new VivimError('not-found')
    return { record, progress: null }
  }

  return {
    get,
    async receive(account, name, bytes) {
      const job = begin(account, newRecord(name, 'receiving'))
      let staged: string | undefined
      try {
        const received = await parts.staged.put(account, bytes, (total) => {
          job.progress = { ...job.progress, bytes: total }
          tell(job)
        })
        staged = received.name
        if (received.size === 0) throw new VivimError('import-empty')
        job.record = { ...job.record, staged }
        await enqueue(job)
        return job.record
      } catch (error) {
        release(job)
        if (staged) await parts.staged.remove(account, staged)
        throw error
      }
    },
    async openPaths(account, name, paths, watched) {
      const job = begin(account, { ...newRecord(name, 'waiting'), paths, ...watched })
      await enqueue(job)
      return job.record
    },
    async cancel(account, id) {
      const { record } = await get(account, id)
      const job = live.get(hex(id))
      if (!job) {
        if (record.state !== 'interrupted') return record
        const cancelled: ImportRecord = { ...record, state: 'cancelled' }
        await write([putQuery(account.id, keysOf(account.id), cancelled)])
        loose.delete(hex(id))
        return cancelled
      }
      job.cancelled = true
      job.running?.cancel()
      const at = queue.indexOf(job)
      if (at !== -1) {
        queue.splice(at, 1)
        job.record = ended(job.record, {
          state: 'cancelled',
          finished: clock.now(),
          seconds: 0,
          found: null,
          stored: null,
          error: null,
        })
        await save(job)
        release(job)
      }
      while (live.has(hex(id))) await new Promise<void>((resolve) => job.listeners.add(resolve))
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
      loose.delete(hex(id))
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
        if (record.state === 'receiving') continue
        if (await isTakenBack({ account, record })) await settleFailed(account, record)
        else await enqueue(begin(account, record))
      }
    },
    async close() {
      closing = true
      current?.running?.cancel()
      await idle
      for (const job of [...live.values()]) release(job)
    },
  }
}
