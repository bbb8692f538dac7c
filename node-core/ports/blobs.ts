/**
 * File bytes, content-addressed and sealed; events and projections refer to them by {@link BlobId}.
 * Acceptance suite: `tests/acceptance/blobs.ts`. Errors: `blob-not-found`, `storage-full`, `storage-corrupt`.
 */
import type { BlobId, Did } from '../contract/ids.ts'

export interface Blobs {
  /**
   * Stores a stream durably, one copy for equal bytes of one account, and answers its id, its size in bytes, and the
   * bytes on disk that it took: 0 where it was there already.
   */
  put(account: Did, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<{ id: BlobId; size: number; added: number }>
  /** Size in bytes, or undefined where this account has no such blob. */
  size(account: Did, id: BlobId): Promise<number | undefined>
  /** The bytes from `start` up to but without `end`; every frame is authenticated before it is handed on. */
  read(account: Did, id: BlobId, range?: { start: number; end: number }, signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** Removes the bytes; absent already is fine. */
  delete(account: Did, id: BlobId): Promise<void>
  /**
   * Removes what is not among `keep` and was last put before `before` (milliseconds since 1970), for as long as
   * `goOn` says so. Answers how many.
   */
  sweep(account: Did, keep: ReadonlySet<BlobId>, before: number, goOn?: () => boolean): Promise<number>
  /** Bytes on disk of one account. */
  used(account: Did): Promise<number>
}
