/**
 * Threads for a log that has none. A question that comes less than half an hour after the one before it belongs to
 * the same thread. Both the thread's key and its messages' ids come from records alone (the second and a hash of
 * the question), so that a later export, which only adds newer records, lengthens a thread and changes no id; one that
 * begins later is joined to what is stored (`gemini-joins.ts`).
 */
import type { Activity } from './gemini-activities.ts'

/** Milliseconds of silence after which a thread ends. */
export const threadGap = 30 * 60 * 1000

export interface Threads {
  /** The thread of the record that was added at `place` (from 0); undefined for one that is there twice. */
  threadOf(place: number): number | undefined
  /** How many records a thread has. */
  sizeOf(thread: number): number
  /** Where a record stands in the order of time. */
  rankOf(place: number): number
}

export interface ThreadPlan {
  /** Begins the records of the next file. */
  nextFile(): void
  /** Takes the next record, in the file's order. */
  add(activity: Pick<Activity, 'id' | 'time'>): void
  finish(): Threads
}

export function planThreads(): ThreadPlan {
  const times: number[] = []
  const starts: number[] = []
  const taken = new Set<string>()
  const double = new Set<number>()

  return {
    nextFile: () => void starts.push(times.length),
    add({ id, time }) {
      // A record without a readable time stays beside its neighbour in the file.
      const neighbour = times.length > (starts.at(-1) ?? 0) ? times.at(-1) : undefined
      if (taken.has(id)) double.add(times.length)
      taken.add(id)
      times.push(time ?? neighbour ?? 0)
    },
    finish() {
      const order = inOrderOfTime(times, starts)
      const threads = new Int32Array(times.length).fill(-1)
      const ranks = new Int32Array(times.length)
      const sizes: number[] = []
      let before = Number.NEGATIVE_INFINITY
      for (const [rank, place] of order.entries()) {
        ranks[place] = rank
        if (double.has(place)) continue
        const time = times[place] ?? 0
        if (time - before > threadGap) sizes.push(0)
        before = time
        threads[place] = sizes.length - 1
        sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + 1
      }
      return {
        threadOf: (place) => ((threads[place] ?? -1) < 0 ? undefined : threads[place]),
        sizeOf: (thread) => sizes[thread] ?? 0,
        rankOf: (place) => ranks[place] ?? 0,
      }
    },
  }
}

/** Places, oldest first. Equal times keep their file's order, which is newest first unless its times rise. */
function inOrderOfTime(times: readonly number[], starts: readonly number[]): number[] {
  const tie = new Int32Array(times.length)
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? times.length
    const rises = (times[start] ?? 0) < (times[end - 1] ?? 0)
    for (let place = start; place < end; place++) tie[place] = rises ? place : start + (end - 1 - place)
  }
  return [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || (tie[a] ?? 0) - (tie[b] ?? 0))
}
