/** Bytes that can be read at any position: a local file, a range of another, an unpacked archive, memory. */

import { VivimError } from '../../contract/errors.ts'
import { importReason } from '../../contract/import-reasons.ts'
import { refuse } from './refuse.ts'

export interface RandomAccess {
  /** Bytes in all. */
  readonly size: number
  /** The `length` bytes from `position`; fewer only where the end is nearer. The bytes belong to the caller. */
  read(position: number, length: number): Promise<Uint8Array>
  /** Frees what stands behind it; a second call does nothing. */
  close(): Promise<void>
}

/** What one read asks for: large enough that the calls cost little, small enough that a few of them are no burden. */
const pieceBytes = 256 * 1024

/** Bytes that are in memory already. */
export const memoryAccess = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: async (position, length) => bytes.subarray(position, position + length),
  close: async () => {},
})

/** The `size` bytes of `access` from `start`; closing it leaves `access` open. */
export const sliceAccess = (access: RandomAccess, start: number, size: number): RandomAccess => ({
  size,
  read: (position, length) => access.read(start + position, Math.max(0, Math.min(length, size - position))),
  close: async () => {},
})

/** Throws `cancelled` once `signal` has been raised. */
export function throwIfCancelled(signal?: AbortSignal): void {
  if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
}

/**
 * The bytes of `access` from `start` to `end` in pieces; the next piece is read while the caller works on the last.
 * Fails with `import-damaged`, naming `path`, where there are fewer bytes than `end` promises.
 */
export async function* pieces(
  access: RandomAccess,
  path: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  throwIfCancelled(signal)
  const read = (position: number): Promise<Uint8Array> | undefined => {
    if (position >= end) return undefined
    const piece = access.read(position, Math.min(pieceBytes, end - position))
    piece.catch(() => {}) // a caller that stops early never awaits it; one that goes on still sees the failure
    return piece
  }
  let position = start
  for (let next = read(position); next; ) {
    const piece = await next
    throwIfCancelled(signal)
    if (piece.length === 0) throw refuse('import-damaged', path, importReason('breaks-off', { byte: position - start }))
    position += piece.length
    next = read(position)
    yield piece
  }
}
