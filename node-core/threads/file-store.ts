/** Storing an import's files within the account's quota. */
import { VivimError } from '../contract/errors.ts'
import type { BlobId, Did } from '../contract/ids.ts'
import { selectUsed } from '../log/append.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { Query, Reader } from '../ports/storage.ts'

export interface FileStoreParts {
  account: { id: number; did: Did }
  blobs: Pick<Blobs, 'put' | 'delete' | 'used'>
  reader: Reader
  write(queries: readonly Query[]): Promise<void>
  signal: AbortSignal
}
export interface FileStore {
  /** Stores bytes; answers the blob's id. Errors: `quota-exceeded` (nothing of it is kept), those of {@link Blobs.put}. */
  store(bytes: AsyncIterable<Uint8Array>): Promise<BlobId>
  /** Says how many bytes the account's files take now: for the end of the import. */
  settle(): Promise<void>
}

export function fileStore({ account, blobs, reader, write, signal }: FileStoreParts): FileStore {
  /** Bytes that this import has added to the files. */
  let added = 0
  const room = async (): Promise<{ quota: number; used: number }> => {
    const row = await reader.get<{ quota: number; used: number }>(selectUsed, [account.id])
    return { quota: row?.quota ?? 0, used: (row?.used ?? 0) + added }
  }
  return {
    async store(bytes) {
      const { quota } = await room()
      const put = await blobs.put(account.did, quota === 0 ? bytes : upTo(quota, bytes), signal)
      added += put.added
      // what was there already takes no room: it is known only now
      if (quota !== 0 && put.added > 0 && (await room()).used > quota) {
        added -= put.added
        await blobs.delete(account.did, put.id)
        throw new VivimError('quota-exceeded')
      }
      return put.id
    },
    async settle() {
      if (added === 0) return
      await write([{ sql: 'UPDATE account SET files = files + ? WHERE id = ?', parameters: [added, account.id] }])
      added = 0
    },
  }
}

/** A file that is larger than all that may be kept is not written to its end. */
async function* upTo(most: number, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const piece of bytes) {
    size += piece.length
    if (size > most) throw new VivimError('quota-exceeded')
    yield piece
  }
}
