/** Reading stored events as they travel. */
import type { SignedEvent } from '../contract/api/sync.ts'
import { VivimError } from '../contract/errors.ts'
import { openChunk } from '../log/chunk.ts'
import { chunksBetween } from '../log/chunk-place.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'

/** Events that stand side by side are read so many at a time: an event's parts may be large. */
const SPAN = 16

const selectEnvelopes =
  'SELECT position, device AS local, seq, type, envelope FROM event WHERE account = ? AND position BETWEEN ? AND ? ORDER BY position'
const selectChunks = 'SELECT id, position, digest, sealed FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id'

interface EventRow {
  position: number
  local: number
  seq: number
  type: string
  envelope: Uint8Array
}
interface ChunkRow {
  id: number
  position: number
  digest: Uint8Array
  sealed: Uint8Array | null
}

/** The events that stand at given places, in order. `within`: the places of the parts of imports that are given. */
export async function* readEvents(
  reader: Reader,
  { id, sealer, within }: { id: number; sealer: Sealer; within?: ReadonlySet<number> | undefined },
  positions: readonly number[],
): AsyncGenerator<SignedEvent & { local: number; position: number; seq: number }> {
  for (let at = 0; at < positions.length; ) {
    const first = positions[at] ?? 0
    let count = 1
    while (count < SPAN && positions[at + count] === first + count) count++
    const last = first + count - 1
    const rows = await reader.all<EventRow>(selectEnvelopes, [id, first, last])
    if (rows.length < count) throw new VivimError('storage-corrupt', 'An event is missing.')
    const parts = await reader.all<ChunkRow>(selectChunks, chunksBetween(id, first, last))
    let part = 0
    for (const { position, local, seq, type, envelope } of rows) {
      const scoped = within !== undefined && type === 'library.conversations-imported'
      const chunks: SignedEvent['chunks'] = []
      for (let next = parts[part]; next?.position === position; next = parts[++part]) {
        const given = scoped && !within.has(next.id) ? null : next.sealed
        chunks.push(given ? plain(openChunk(id, next.digest, given, sealer)) : null)
      }
      yield { position, local, seq, envelope: plain(envelope), chunks }
    }
    at += count
  }
}

/** What is encoded knows bytes as `Uint8Array` alone. */
export const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
