/**
 * How much the node does by itself, as the machine has it at present: on battery, on a network that costs, about to sleep,
 * or because a person paused it. What a person asks for is never held back. Adapter: `node/pace.ts`.
 */

/** `saving`: events go on, files and tidying wait. `paused`: nothing is begun. */
export type PaceLevel = 'normal' | 'saving' | 'paused'
export interface PaceSet {
  readonly level: PaceLevel
  /** Whether it exchanges with other nodes: a person may have paused that. */
  readonly sync: boolean
}

/** `sync`: events to and from other nodes; `files`: what they name; `upkeep`: tidying that can wait. */
export type PacedWork = 'sync' | 'files' | 'upkeep'

export interface Pace {
  allows(work: PacedWork): boolean
  /** Resolves when the work may be done, at once where it may be now, or when the signal aborts. */
  when(work: PacedWork, signal: AbortSignal): Promise<void>
  /** Aborts when the work may not be done any more; aborted where it may not be now. */
  during(work: PacedWork): AbortSignal
  /** Calls `listener` when other nodes should be asked at once: after a sleep, on another network. */
  onLook(listener: () => void): void
}
