/** Live connections as features see them: each registers a channel, and every connection may use it. */
import type { Did } from '../contract/ids.ts'
import type { Capability, SessionId } from '../contract/method.ts'

/** Who is connected, as the door has proved it. */
export interface LiveCaller {
  readonly account: Did
  readonly session: SessionId
  /** The device that proved itself; absent where the session came of a link. */
  readonly device?: Did
  readonly capabilities: readonly Capability[]
}

/** One connection, as one channel sees it. */
export interface LiveLink {
  readonly caller: LiveCaller
  /** Aborted when the caller goes away, its session ends, or the node stops. */
  readonly signal: AbortSignal
  /**
   * Sends a message of the channel (what JSON holds, and bytes). Nothing waits: a connection that has too much unsent is
   * closed, and its caller catches up when it comes again. One object sent to many is encoded once: do not change it.
   */
  send(payload: object, id?: number): void
  /** Resolves when what was sent has left this process, or the connection is gone. */
  drained(): Promise<void>
}

/** What a channel does for one connection. */
export interface LiveEnd {
  /** Messages come one at a time. What is thrown is answered as an `error` message; the connection stays. */
  receive(payload: unknown, id: number | undefined): void | Promise<void>
  /** The connection is gone. */
  close?(): void
}

/** One kind of messages. */
export interface LiveChannel {
  /** As in the messages: lower-case letters and hyphens. */
  readonly type: string
  /** What a caller needs for it. */
  readonly capability: Capability
  /** Called at a connection's first message of this kind. */
  open(link: LiveLink): LiveEnd
}
