/** Makes an {@link ExportFile} of anything that can be streamed. */
import { importReason } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import type { RandomAccess } from './access.ts'
import { memoryAccess, pieces } from './access.ts'
import { refuse } from './refuse.ts'

/** Starts a new stream of all the bytes. A caller that wants no more than the `first` ones says so, to save reading ahead. */
export type Open = (signal?: AbortSignal, first?: number) => AsyncIterable<Uint8Array>

/** `open` fails with `import-damaged` where the bytes break off before `size`. */
export function exportFile(path: string, size: number, open: Open): ExportFile {
  return {
    path,
    size,
    stream: (signal) => open(signal),
    head: async (n) => (n < size ? await gather(open(undefined, n), n, true) : await gather(open(), size, false)),
    bytes: async (limit, signal) => {
      if (size > limit) throw refuse('import-too-large', path, importReason('entry-large', { size, limit }))
      return await gather(open(signal), size, false)
    },
  }
}

/** A file whose bytes stand as they are in `access`. */
export const plainFile = (path: string, access: RandomAccess): ExportFile =>
  exportFile(path, access.size, (signal, first) => pieces(access, path, 0, Math.min(access.size, first ?? access.size), signal))

/** A file that is in memory already. */
export const memoryFile = (path: string, content: Uint8Array | string): ExportFile =>
  plainFile(path, memoryAccess(typeof content === 'string' ? Buffer.from(content) : content))

/** The first `n` bytes of a stream; `early` leaves it there, otherwise it runs to its end and its checks. */
async function gather(stream: AsyncIterable<Uint8Array>, n: number, early: boolean): Promise<Uint8Array> {
  const bytes = new Uint8Array(n)
  let length = 0
  for await (const piece of stream) {
    const part = piece.subarray(0, n - length)
    bytes.set(part, length)
    length += part.length
    if (early && length === n) break
  }
  return bytes.subarray(0, length)
}
