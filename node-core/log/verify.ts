/**
 * Verification of a whole log from its bytes alone: what a stranger who holds the envelopes could check, plus, with
 * the keys, every payload. Pure but for reading; trusts nothing that a projection says.
 */
import { type ErrorCode, isVivimError, VivimError } from '../contract/errors.ts'
import { capabilityFor, type EventType, eventTypes, type Grant, grantSchema } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { verifyGrant } from '../crypto/grants.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { openChunk, valueIn } from './chunk.ts'
import { eventIdOf } from './cid.ts'
import { compareHlc, type Hlc, parseEnvelope, type SignedEnvelope, verifyEnvelope } from './envelope.ts'

/** What a verification found. `problems` is empty for a sound log. */
export interface Verification {
  events: number
  chunks: number
  /** Chunks that are gone under a tombstone that names them. */
  dropped: number
  problems: { position: number; event: string; code: ErrorCode; detail: string }[]
}

interface Seen {
  seq: number
  id: Uint8Array
  time: Hlc
  grant?: Grant
}
interface EventRow {
  position: number
  id: Uint8Array
  envelope: Uint8Array
  seq: number
  type: string
}
interface ChunkRow {
  part: number
  digest: Uint8Array
  sealed: Uint8Array | null
}

const PAGE = 100
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Walks an account's log. Long; tells `onProgress` the position now and then. */
export async function verifyLog(
  reader: Reader,
  account: { id: number; did: Did },
  sealer: Sealer,
  signal: AbortSignal,
  onProgress?: (position: number) => void,
): Promise<Verification> {
  const result: Verification = { events: 0, chunks: 0, dropped: 0, problems: [] }
  const devices = new Map<Did, Seen>()
  const ids = new Set<string>()
  const missing = new Map<string, { position: number; event: string }>()
  const named = new Set<string>()
  for (let from = 0; ; ) {
    signal.throwIfAborted()
    const rows = await reader.all<EventRow>(
      'SELECT position, id, envelope, seq, type FROM event WHERE account = ? AND position > ? ORDER BY position LIMIT ?',
      [account.id, from, PAGE],
    )
    for (const row of rows) {
      const event = eventIdOf(row.id)
      const report = (code: ErrorCode, detail: string): void => {
        result.problems.push({ position: row.position, event, code, detail })
      }
      result.events++
      try {
        const signed = parseEnvelope(row.envelope)
        if (Buffer.compare(signed.id, row.id) !== 0)
          throw new VivimError('event-not-canonical', 'The stored id is not the envelope’s.')
        const chunks = await reader.all<ChunkRow>(
          'SELECT part, digest, sealed FROM chunk WHERE account = ? AND position = ? ORDER BY part',
          [account.id, row.position],
        )
        const values = openAll(account.id, signed, chunks, sealer)
        for (const [part, value] of values.entries()) {
          result.chunks++
          if (value === undefined) missing.set(hex(signed.envelope.chunks[part] as Uint8Array), { position: row.position, event })
          for (const digest of namedBy(signed.envelope.type, value)) named.add(hex(digest))
        }
        checkChain(account.did, signed, devices, ids, values)
        ids.add(hex(row.id))
      } catch (error) {
        if (!isVivimError(error)) throw error
        report(error.code, error.detail ?? error.message)
      }
    }
    const last = rows.at(-1)
    if (!last) break
    from = last.position
    onProgress?.(from)
  }
  for (const [digest, where] of missing) {
    if (named.has(digest)) result.dropped++
    else result.problems.push({ ...where, code: 'event-chunks', detail: 'A part is missing and no tombstone names it.' })
  }
  return result
}

function openAll(account: number, signed: SignedEnvelope, chunks: readonly ChunkRow[], sealer: Sealer): unknown[] {
  return signed.envelope.chunks.map((digest, part) => {
    const row = chunks.find((chunk) => chunk.part === part)
    if (!row || Buffer.compare(row.digest, digest) !== 0)
      throw new VivimError('event-chunks', `Part ${part} is not the one that was signed.`)
    if (!row.sealed) return undefined
    const value = valueIn(openChunk(account, digest, row.sealed, sealer))
    const schema = eventTypes[signed.envelope.type as EventType]
    if (schema && !schema.safeParse(value).success)
      throw new VivimError('event-schema', `Part ${part} of ${signed.envelope.type}.`)
    return value
  })
}

/** The rules by which a log accepts an event (PROTOCOL.md, Events), over what was seen before it. */
function checkChain(
  owner: Did,
  signed: SignedEnvelope,
  devices: Map<Did, Seen>,
  ids: ReadonlySet<string>,
  values: readonly unknown[],
): void {
  const { envelope } = signed
  const seen = devices.get(envelope.device)
  if (envelope.owner !== owner) throw new VivimError('event-not-granted', 'It belongs to another account.')
  if (!verifyEnvelope(signed)) throw new VivimError('event-signature')
  if (envelope.seq !== (seen?.seq ?? 0) + 1)
    throw new VivimError('event-sequence', `Number ${envelope.seq} after ${seen?.seq ?? 0}.`)
  if (seen ? !envelope.prev || Buffer.compare(envelope.prev, seen.id) !== 0 : envelope.prev !== null) {
    throw new VivimError('event-sequence', 'It does not name the event before it.')
  }
  for (const dep of envelope.deps) if (!ids.has(hex(dep.id))) throw new VivimError('event-missing-cause')
  if (seen && compareHlc(envelope.time, seen.time) <= 0) throw new VivimError('event-sequence', 'Its clock goes back.')
  const grant = seen?.grant ?? firstGrant(owner, envelope.device, envelope.type, values)
  const needed = capabilityFor(envelope.type)
  if (needed && !grant?.capabilities.includes(needed))
    throw new VivimError('event-not-granted', `${envelope.type} needs “${needed}”.`)
  devices.set(envelope.device, { seq: envelope.seq, id: signed.id, time: envelope.time, ...(grant ? { grant } : {}) })
}

/** A device's chain begins with its grant by the root; the root's own begins with the genesis. */
function firstGrant(owner: Did, device: Did, type: string, values: readonly unknown[]): Grant | undefined {
  if (device === owner) {
    if (type !== 'account.created') throw new VivimError('event-not-granted', 'The root’s chain does not begin with the genesis.')
    return undefined
  }
  const grant = grantSchema.safeParse(values[0])
  if (
    type !== 'device.granted' ||
    !grant.success ||
    grant.data.device !== device ||
    grant.data.account !== owner ||
    grant.data.issuer !== owner ||
    !verifyGrant(grant.data)
  ) {
    throw new VivimError('event-not-granted', 'The device’s chain does not begin with a grant of the root.')
  }
  return grant.data
}

/** Chunks that a tombstone of this type allows to be missing. */
function namedBy(type: string, value: unknown): Uint8Array[] {
  if (type !== 'library.conversation-deleted' && type !== 'library.note-deleted' && type !== 'imports.erased') return []
  const parsed = eventTypes[type].safeParse(value)
  return parsed.success ? parsed.data.chunks : []
}
