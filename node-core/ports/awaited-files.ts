/** Files that something in the library uses and that have not come yet. */
import type { BlobId } from '../contract/ids.ts'

/** What has come of a file in pieces: kept as blobs of their own until all are here. */
export interface FilePieces {
  /** Bytes of the whole file. */
  size: number
  /** In order: each piece's blob, the bytes of the file in it, and the bytes that it takes on the disk. */
  pieces: [blob: BlobId, bytes: number, added: number][]
}
export interface AwaitedFile {
  /** Its place in the list. */
  name: Uint8Array
  id: BlobId
  pieces: FilePieces | undefined
}

export interface AwaitedFiles {
  /** Those behind a place, in order. Empty while the library is being made anew. */
  list(account: number, after: Uint8Array, limit: number): Promise<AwaitedFile[]>
  count(account: number): Promise<number>
  get(account: number, id: BlobId): Promise<AwaitedFile | undefined>
  /** Whether some conversation uses a file. */
  isUsed(account: number, id: BlobId): Promise<boolean>
  /** Remembers what has come of one. */
  keep(account: number, id: BlobId, pieces: FilePieces | undefined): Promise<void>
  /** Files are here: they are awaited no longer. */
  arrived(account: number, ids: readonly BlobId[]): Promise<void>
}
