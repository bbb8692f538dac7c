/**
 * The two locks. The windows': their session ends, nothing of the library stays in a page, and the node goes on. Of everything:
 * the node is stopped too, and its keys are forgotten.
 */
import type { LockedBy } from './state.ts'

export type LockState = { readonly is: 'open' | 'closed' } | { readonly is: 'windows'; readonly by: LockedBy }

/** For whoever offers to lock: menus, the tray. */
export interface Locks {
  readonly state: LockState
  /** Ends the windows' session; where everything is locked nothing happens. */
  lockWindows(by?: LockedBy): void
  /** Stops the node and forgets its keys; resolves once it has stopped. */
  lockEverything(): Promise<void>
  /** Lets the windows in again, or starts the node again. Whoever calls has asked what there is to ask. */
  unlock(): void
  /** Calls `listener` whenever the state changes; answers how to end that. */
  on(listener: (state: LockState) => void): () => void
}

export interface LockParts {
  /** Tells the node to end the windows' session, or to begin one again. */
  tellNode(lock: 'lock' | 'unlock'): void
  stopNode(): Promise<void>
  startNode(): void
  forgetKeys(): void
  /** Loads every window's page anew: what it held in memory is gone with it. */
  clearWindows(): void
}

export function createLocks({ tellNode, stopNode, startNode, forgetKeys, clearWindows }: LockParts): Locks {
  let state: LockState = { is: 'open' }
  const listeners = new Set<(state: LockState) => void>()
  const become = (next: LockState) => {
    state = next
    for (const listener of listeners) listener(next)
  }
  let stopping: Promise<void> | undefined
  return {
    get state() {
      return state
    },
    lockWindows(by = 'person') {
      if (state.is !== 'open') return
      become({ is: 'windows', by })
      tellNode('lock')
      clearWindows()
    },
    async lockEverything() {
      if (state.is !== 'closed') {
        become({ is: 'closed' })
        clearWindows()
        stopping = stopNode().finally(forgetKeys)
      }
      await stopping
    },
    unlock() {
      const { is } = state
      if (is === 'open') return
      become({ is: 'open' })
      if (is === 'windows') tellNode('unlock')
      // It may be closing its store still.
      else void stopping?.then(startNode)
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
