/**
 * Followers: work that happens after a commit, each with its own durable checkpoint. A follower sees every event at
 * least once, in order; waking it is only a hint that there is more.
 */
import type { Sealer } from '../ports/sealer.ts'
import type { Reader, Transactor } from '../ports/storage.ts'
import type { StoredEvent } from './projection.ts'
import { readEvents } from './read.ts'

/** Hints that there is more, in this process. Losing one costs latency, never data. */
export interface Wakeups {
  wake(account: number): void
  /** Resolves at the next `wake` of the account after the call, or when the signal aborts. */
  next(account: number, signal: AbortSignal): Promise<void>
}

export function createWakeups(): Wakeups {
  const sleeping = new Map<number, Set<() => void>>()
  return {
    wake(account) {
      const all = sleeping.get(account)
      sleeping.delete(account)
      for (const go of all ?? []) go()
    },
    next: (account, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve()
          return
        }
        const all = sleeping.get(account) ?? new Set()
        sleeping.set(account, all)
        const go = (): void => {
          signal.removeEventListener('abort', go)
          all.delete(go)
          resolve()
        }
        all.add(go)
        signal.addEventListener('abort', go, { once: true })
      }),
  }
}

/** Where events are read from. */
export interface Tail {
  reader: Reader
  account: number
  sealer: Sealer
  wakeups: Wakeups
}

/** Every event after `position`, then new ones as they come, until the signal aborts. Pages stay in memory one at a time. */
export async function* follow(
  { reader, account, sealer, wakeups }: Tail,
  position: number,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent> {
  for (let from = position; !signal.aborted; ) {
    // asked for before reading, so that a commit between the two is not slept over
    const more = new AbortController()
    const woken = wakeups.next(account, AbortSignal.any([signal, more.signal]))
    try {
      const events = await readEvents(reader, account, sealer, from)
      for (const event of events) {
        if (signal.aborted) break
        yield event
        from = event.position
      }
      if (events.length === 0) await woken
    } finally {
      more.abort()
    }
  }
}

/** A named piece of work over the log. `handle` is idempotent: after a crash the last events come again. */
export interface Follower {
  readonly name: string
  handle(event: StoredEvent, signal: AbortSignal): Promise<void>
}

/** Runs a follower from its checkpoint until the signal aborts; the checkpoint is saved after each event that was handled. */
export async function runFollower(
  tail: Tail,
  storage: Pick<Transactor, 'transaction'>,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const row = await tail.reader.get<{ position: number }>('SELECT position FROM follower WHERE account = ? AND name = ?', [
    tail.account,
    follower.name,
  ])
  for await (const event of follow(tail, row?.position ?? 0, signal)) {
    await follower.handle(event, signal)
    await storage.transaction((tx) => tx.run(saveCheckpoint, [tail.account, follower.name, event.position]))
  }
}

const saveCheckpoint = `INSERT INTO follower (account, name, position) VALUES (?, ?, ?)
  ON CONFLICT (account, name) DO UPDATE SET position = excluded.position`
