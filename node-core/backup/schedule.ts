/** Backups that the node makes by itself. */
import { type ErrorCode, isVivimError } from '../contract/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Pace } from '../ports/pace.ts'
import type { BackupDone } from './create.ts'

export interface BackupPlan {
  /** An absolute path; null: the node makes none by itself. */
  folder: string | null
  /** Hours between two. */
  every: number
  /** Whole backups, each with its increments, that stay. */
  keep: number
}
/** What became of the plan so far. */
export interface BackupStanding extends BackupPlan {
  last: { path: string; kind: BackupDone['kind']; bytes: number; created: number } | null
  /** When the next is due, in milliseconds since 1970. */
  next: number | null
  /** Why the last try made none. */
  trouble: { code: ErrorCode; at: number } | null
}
export interface ScheduleParts {
  clock: Clock
  pace: Pick<Pace, 'allows'>
  plan: BackupPlan
  /** When the newest one was made that is known from before, and what it was. */
  last: BackupStanding['last']
  make(plan: BackupPlan & { folder: string }, signal: AbortSignal): Promise<BackupDone>
  /** Keeps a plan, or what was made, over a restart. */
  keep(standing: Pick<BackupStanding, 'folder' | 'every' | 'keep' | 'last'>): Promise<void>
  after(milliseconds: number, run: () => void): () => void
  onError(error: unknown): void
}
export interface BackupSchedule {
  standing(): BackupStanding
  /** Error: the one of keeping it. */
  change(plan: BackupPlan): Promise<void>
  close(): Promise<void>
}

const HOUR = 3_600_000
/** After a start, so that the node first does what people wait for; and after a failure. */
const FIRST = 60_000
const AGAIN = HOUR
/** While the machine saves power, between two looks. */
const HELD = 10 * 60_000
/** Timers take no longer waits. */
const LONGEST = 24 * HOUR

export function createBackupSchedule(parts: ScheduleParts): BackupSchedule {
  const { clock, onError } = parts
  const stopping = new AbortController()
  let plan = parts.plan
  let last = parts.last
  let trouble: BackupStanding['trouble'] = null
  let notBefore = clock.now() + FIRST
  let cancel: (() => void) | undefined
  let running: Promise<void> | undefined

  const due = (): number | null =>
    plan.folder === null ? null : Math.max(notBefore, last === null ? 0 : last.created + plan.every * HOUR)
  /** A backup waits for power, but no longer than until the next one would be due. */
  const held = (at: number): boolean => !parts.pace.allows('upkeep') && clock.now() < at + plan.every * HOUR
  function arm(soonest = 0): void {
    cancel?.()
    cancel = undefined
    const at = due()
    if (at === null || stopping.signal.aborted || running) return
    cancel = parts.after(Math.min(LONGEST, Math.max(soonest, at - clock.now())), () => {
      cancel = undefined
      const now = due() ?? Number.POSITIVE_INFINITY
      if (now > clock.now()) arm()
      else if (held(now)) arm(HELD)
      else
        running = run().finally(() => {
          running = undefined
          arm()
        })
    })
  }
  async function run(): Promise<void> {
    const { folder } = plan
    if (folder === null) return
    try {
      const { path, kind, bytes, created } = await parts.make({ ...plan, folder }, stopping.signal)
      last = { path, kind, bytes, created }
      trouble = null
      notBefore = 0
      await parts.keep({ ...plan, last })
    } catch (error) {
      if (stopping.signal.aborted) return
      trouble = { code: isVivimError(error) ? error.code : 'internal', at: clock.now() }
      notBefore = clock.now() + AGAIN
      onError(error)
    }
  }
  arm()
  return {
    standing: () => ({ ...plan, last, next: due(), trouble }),
    async change(next) {
      await parts.keep({ ...next, last })
      // what stands in another folder says nothing of this one
      if (next.folder !== plan.folder) last = null
      plan = next
      trouble = null
      notBefore = clock.now() + FIRST
      arm()
    },
    async close() {
      stopping.abort()
      cancel?.()
      await running
    },
  }
}
