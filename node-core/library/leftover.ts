/** Parts that speak of what was deleted already: said elsewhere at the same time. A further tombstone names them, so that they go too. */
import { eventTypes } from '../contract/events.ts'
import { toBase32 } from '../contract/ids.ts'
import type { Change } from '../log/append.ts'
import { openChunk, valueIn } from '../log/chunk.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { contributionOf } from './content.ts'
import { digestParts } from './deletion.ts'
import { findRow } from './load.ts'
import { nameOf } from './rows.ts'
import { states } from './tables.ts'

interface Left {
  type: string
  digest: Uint8Array
  sealed: Uint8Array
}
/** So many at once: the rest comes the next time. */
const MOST = 5000
const selectLeft = `SELECT e.type, k.digest, k.sealed FROM chunk_left l JOIN chunk k ON k.id = l.chunk
  JOIN event e ON e.account = k.account AND e.position = k.position WHERE l.account = ? AND k.sealed IS NOT NULL LIMIT ${MOST}`

/** Tombstones for what is left, to be appended. Errors: `seal-broken`, `event-chunks`, `event-schema`. */
export async function leftoverTombstones(reader: Reader, account: number, keys: AccountKeys): Promise<Change[]> {
  const ended = new Map<string, { conversation: Uint8Array; incarnation: number; chunks: { digest: Uint8Array }[] }>()
  for (const { type, digest, sealed } of await reader.all<Left>(selectLeft, [account])) {
    const about = subjectOf(type, valueIn(openChunk(account, digest, sealed, keys.sealer)))
    if (!about) continue
    const { conversation, incarnation } = about
    if (!(await isEnded(reader, account, keys, conversation, incarnation))) continue
    const id = `${toBase32(conversation)}/${incarnation}`
    ended.set(id, { conversation, incarnation, chunks: [...(ended.get(id)?.chunks ?? []), { digest }] })
  }
  return [...ended.values()].map(({ chunks, ...of }) => ({
    type: 'library.conversation-deleted',
    parts: digestParts(chunks).map((some) => ({ ...of, chunks: some })),
  }))
}

interface Subject {
  conversation: Uint8Array
  incarnation: number
}

/** What a part speaks of. */
function subjectOf(type: string, value: unknown): Subject | undefined {
  switch (type) {
    case 'library.conversations-imported':
      return contributionOf(value)
    case 'library.conversation-edited':
      return eventTypes[type].parse(value)
    case 'library.tagged':
    case 'library.note-written': {
      const { target } = eventTypes[type].parse(value)
      return target ? { conversation: target.conversation, incarnation: target.incarnation ?? 0 } : undefined
    }
    default:
      return undefined
  }
}

async function isEnded(
  reader: Reader,
  account: number,
  keys: AccountKeys,
  conversation: Uint8Array,
  incarnation: number,
): Promise<boolean> {
  const row = await findRow(reader, account, nameOf(keys, conversation))
  return row !== undefined && (row.incarnation > incarnation || (row.incarnation === incarnation && row.state === states.deleted))
}
