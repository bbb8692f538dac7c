/** What the log asks of a projection, and how a projection reads an event. */
import type { Did } from '../contract/ids.ts'
import type { Transaction } from '../ports/storage.ts'
import type { Hlc } from './envelope.ts'

/** One part of a stored event's payload. */
export interface StoredPart {
  /** Local integer key of the chunk. */
  readonly chunk: number
  readonly digest: Uint8Array
  /** The decoded value; undefined where a tombstone dropped it. */
  value(): unknown
  /** What its type's schema made of the value, where that was asked already. */
  readonly parsed?: unknown
}
/** An event as projections and followers see it. */
export interface StoredEvent {
  readonly account: number
  readonly owner: Did
  readonly position: number
  readonly id: Uint8Array
  readonly device: Did
  readonly seq: number
  readonly time: Hlc
  readonly type: string
  readonly parts: readonly StoredPart[]
  /**
   * What the event's maker worked out beforehand with the projection's own pure functions, off the writer's
   * thread. A projection may use it, must be able to do without it (a rebuild has none), and never trusts it
   * where the store has moved on since.
   */
  readonly prepared?: unknown
  /** True where bytes of a part came after the event: the parts without a value were applied before, or are awaited. */
  readonly refilled?: boolean
  /** True in a rebuild: bytes that are here were not dropped by any event, later ones included. */
  readonly again?: boolean
}
/** Several events being applied in one transaction; what they come to stands when `end` has been called. */
export interface Together {
  apply(tx: Transaction, event: StoredEvent): Promise<void>
  end(tx: Transaction): Promise<void>
}
/**
 * A projection: tables that are a function of the log. `apply` runs inside the append's transaction.
 * Unknown event types are skipped. A new `version` rebuilds from the log.
 */
export interface Projection {
  readonly name: string
  readonly version: number
  apply(tx: Transaction, event: StoredEvent): Promise<void>
  /** The same for several events of one transaction, where some of the work is best done once for all, at their end. */
  together?(): Together
  /** Removes all that `apply` made for an account. */
  clear(tx: Transaction, account: number): Promise<void>
  /** Ends a rebuild, in the transaction that makes the projection current again; `position` is the newest event's. */
  finish?(tx: Transaction, account: { id: number; did: Did }, position: number): Promise<void>
}
