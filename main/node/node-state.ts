/** How the node of the app stands, for windows, the tray and the lifetime. */
import type { VivimError } from '../../node-core/contract/errors.ts'

/** Where the node is and the session that opens it. */
export interface NodeAddress {
  /** `http://127.0.0.1:<port>` */
  origin: string
  token: string
}

export type NodeState =
  /** On its way, for the first time or again. */
  | { readonly state: 'starting' }
  | { readonly state: 'ready' }
  /** It said why it cannot start. It is tried again by itself only where that can help: `again`. */
  | { readonly state: 'failed'; readonly error: VivimError; readonly again: boolean }
  /** It ended unasked too often: nothing is tried until a person says so. */
  | { readonly state: 'given-up'; readonly ends: number }
  /** It was stopped, and stays so until it is started. */
  | { readonly state: 'stopped' }

/** One end of the node that nobody asked for. Times are milliseconds since 1970. */
export interface Crash {
  readonly at: number
  /** The process's exit code: negative or above 128 where a signal or the system ended it. */
  readonly code: number
  /** Whether it had been ready. */
  readonly ready: boolean
  /** How long it ran, in milliseconds. */
  readonly ran: number
  /** The last that it wrote to its standard error. */
  readonly words: string
}
