/** The pace of the node, set by who runs it: at first normal, and so it stays where nobody sets another. */
import type { Pace, PacedWork, PaceSet } from '../ports/pace.ts'

export interface PaceControl extends Pace {
  set(next: PaceSet): void
  /** Other nodes should be asked at once. */
  look(): void
}

const works: readonly PacedWork[] = ['sync', 'files', 'upkeep']
const allowed = ({ level, sync }: PaceSet, work: PacedWork): boolean =>
  (work === 'sync' ? level !== 'paused' : level === 'normal') && (work === 'upkeep' || sync)

export function createPace(): PaceControl {
  let now: PaceSet = { level: 'normal', sync: true }
  const ends = new Map(works.map((work) => [work, new AbortController()]))
  const waiting = new Set<() => void>()
  const lookers: (() => void)[] = []
  const endOf = (work: PacedWork): AbortController => ends.get(work) ?? new AbortController()
  const look = (): void => {
    for (const looker of lookers) looker()
  }

  return {
    allows: (work) => allowed(now, work),
    async when(work, signal) {
      while (!allowed(now, work) && !signal.aborted)
        await new Promise<void>((resolve) => {
          const go = (): void => {
            waiting.delete(go)
            signal.removeEventListener('abort', go)
            resolve()
          }
          waiting.add(go)
          signal.addEventListener('abort', go)
        })
    },
    during: (work) => endOf(work).signal,
    onLook: (listener) => void lookers.push(listener),
    set(next) {
      const before = now
      now = next
      let more = false
      for (const work of works) {
        if (allowed(before, work) && !allowed(next, work)) endOf(work).abort()
        if (!allowed(before, work) && allowed(next, work)) {
          more = true
          ends.set(work, new AbortController())
        }
      }
      for (const go of [...waiting]) go()
      // what was held back is asked for at once
      if (more) look()
    },
    look,
  }
}
