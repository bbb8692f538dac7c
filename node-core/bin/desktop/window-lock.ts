/** Whether the windows have a session: one is kept while they are open, and ended while they are locked. */

export interface WindowLock {
  set(locked: boolean): void
  /**
   * Keeps a session whenever the windows are open, until `signal` aborts.
   * @param session keeps one until its signal aborts, and has ended it when it resolves
   * @param ended called once a session has ended because the windows were locked
   */
  keep(session: (until: AbortSignal) => Promise<void>, ended: () => void, signal: AbortSignal): Promise<void>
}

export function createWindowLock(): WindowLock {
  let locked = false
  let changed = Promise.withResolvers<void>()
  let current: AbortController | undefined
  return {
    set(next) {
      if (next === locked) return
      locked = next
      if (locked) current?.abort()
      changed.resolve()
      changed = Promise.withResolvers()
    },
    async keep(session, ended, signal) {
      const stop = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      while (!signal.aborted) {
        const next = changed.promise
        if (!locked) {
          const mine = new AbortController()
          current = mine
          await session(AbortSignal.any([signal, mine.signal]))
          // Also where it was unlocked again meanwhile: that session is over, another begins at once.
          if (mine.signal.aborted && !signal.aborted) ended()
        }
        await Promise.race([next, stop])
      }
    },
  }
}
