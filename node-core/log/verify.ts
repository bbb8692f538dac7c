/**
 * Verification of a whole log from its bytes alone: what a stranger who holds the envelopes could check, plus, with
 * the keys, every payload. Pure but for reading; trusts nothing that a projection says, nor the columns beside an
 * envelope, which projections are made from.
 */
import { type ErrorCode, isVivimError, VivimError } from '../contract/errors.ts'
import { type EventType, eventTypes, isTombstone } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { stands } from './authority.ts'
import { type Chains, checkNext, emptyChains, follow, hexOf } from './chain.ts'
import { openChunk, valueIn } from './chunk.ts'
import { chunksBetween, chunksOfAccount } from './chunk-place.ts'
import { eventIdOf } from './cid.ts'
import { parseEnvelope, type SignedEnvelope } from './envelope.ts'
import { isAuthority } from './stored-authority.ts'

/** What a verification found. `problems` is empty for a sound log; the first thousand are kept. */
export interface Verification {
  events: number
  chunks: number
  /** Chunks that are gone under a tombstone that names them, or of what is void. */
  dropped: number
  problems: Problem[]
}
/** `position` 0: the log as a whole. */
interface Problem {
  position: number
  event: string
  code: ErrorCode
  detail: string
}

interface EventRow {
  position: number
  id: Uint8Array
  envelope: Uint8Array
  device: Did | null
  seq: number
  milliseconds: number
  counter: number
  type: string
}
interface ChunkRow {
  part: number
  digest: Uint8Array
  sealed: Uint8Array | null
}
/** Where a run began whose events no signature has proved yet, by the id of the newest of them: what follows that one may. */
type Unproved = Map<string, { position: number; event: string }>
/** What the walk remembers of payloads: those that are gone, and those that tombstones name. */
interface Payloads {
  missing: Map<string, { position: number; made: { id: Uint8Array; device: Did; seq: number } }>
  named: Set<string>
}

const PAGE = 100
const PROBLEMS = 1000
const selectEvents = `SELECT e.position, e.id, e.envelope, d.did AS device, e.seq, e.milliseconds, e.counter, e.type
  FROM event e LEFT JOIN device d ON d.account = e.account AND d.id = e.device WHERE e.account = ? AND e.position > ? ORDER BY e.position LIMIT ?`
const selectChunks = 'SELECT part, digest, sealed FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id'
const selectStray = `SELECT count(*) AS stray FROM chunk k WHERE k.id BETWEEN ? AND ?
  AND NOT EXISTS (SELECT 1 FROM event e WHERE e.account = k.account AND e.position = k.position)`

/** Walks an account's log. Long; tells `onProgress` now and then how many events it has checked. */
export async function verifyLog(
  reader: Reader,
  account: { id: number; did: Did },
  sealer: Sealer,
  signal: AbortSignal,
  onProgress?: (events: number) => void,
): Promise<Verification> {
  const result: Verification = { events: 0, chunks: 0, dropped: 0, problems: [] }
  const report = (problem: Problem): void => void (result.problems.length < PROBLEMS && result.problems.push(problem))
  const chains = emptyChains(account.did)
  const payloads: Payloads = { missing: new Map(), named: new Set() }
  const unproved: Unproved = new Map()
  for (let from = 0; ; ) {
    signal.throwIfAborted()
    const rows = await reader.all<EventRow>(selectEvents, [account.id, from, PAGE])
    for (const row of rows) {
      result.events++
      const chunks = await reader.all<ChunkRow>(selectChunks, chunksBetween(account.id, row.position, row.position))
      result.chunks += chunks.length
      for (const error of faultsOf(account.id, row, chunks, chains, payloads, unproved, sealer)) {
        report({ position: row.position, event: eventIdOf(row.id), code: error.code, detail: error.detail ?? error.message })
      }
    }
    const last = rows.at(-1)
    if (!last) break
    from = last.position
    onProgress?.(result.events)
  }
  for (const [digest, { position, made }] of payloads.missing) {
    // what a revoked device said above its cut is void, and so is what it dropped of that: its tombstone need not be here
    if (payloads.named.has(digest) || !stands(chains.authority, made)) result.dropped++
    else
      report({
        ...{ position, event: eventIdOf(made.id), code: 'event-chunks' },
        detail: 'A part is missing and no tombstone names it.',
      })
  }
  for (const where of unproved.values())
    report({ ...where, code: 'event-signature', detail: 'It has no signature, and no later event of its device proves it.' })
  for (const detail of await headFaults(reader, account.id, chains))
    report({ position: 0, event: '', code: 'event-sequence', detail })
  const strays = await reader.get<{ stray: number }>(selectStray, chunksOfAccount(account.id))
  if (strays?.stray)
    report({ position: 0, event: '', code: 'event-chunks', detail: `${strays.stray} payload parts belong to no event.` })
  return result
}

/** Everything wrong with one event. What can be gone on from is, so that one fault is not reported for all that follow it. */
function* faultsOf(
  account: number,
  row: EventRow,
  chunks: readonly ChunkRow[],
  chains: Chains,
  payloads: Payloads,
  unproved: Unproved,
  sealer: Sealer,
): Generator<VivimError> {
  let signed: SignedEnvelope
  try {
    signed = parseEnvelope(row.envelope, { inRun: true })
  } catch (error) {
    yield caught(error)
    return
  }
  const { envelope } = signed
  if (Buffer.compare(signed.id, row.id) !== 0) yield new VivimError('event-not-canonical', 'The stored id is not the envelope’s.')
  const beside = [row.device, row.seq, row.milliseconds, row.counter, row.type]
  const said = [envelope.device, envelope.seq, ...envelope.time, envelope.type]
  if (beside.some((value, n) => value !== said[n]))
    yield new VivimError('event-not-canonical', 'What stands beside the envelope is not what it says.')
  let values: unknown[] = []
  try {
    values = openAll(account, signed, chunks, sealer)
  } catch (error) {
    yield caught(error)
  }
  let grant = chains.heads.get(envelope.device)?.grant
  let first: unknown
  let refused = false
  try {
    const alone = signed.sig.length > 0 || isAuthority(envelope.type)
    grant = checkNext(chains, signed, values[0], { carried: true, ...(alone ? {} : { verified: true }) })
    // it names the one before it, and so on: what it signs is all of them
    const before = hexOf(envelope.prev ?? new Uint8Array())
    const begun = unproved.get(before) ?? { position: row.position, event: eventIdOf(row.id) }
    unproved.delete(before)
    if (!alone) unproved.set(hexOf(signed.id), begun)
    first = values[0]
    for (const [part, value] of values.entries()) {
      const digest = envelope.chunks[part]
      if (value === undefined && digest)
        payloads.missing.set(hexOf(digest), {
          position: row.position,
          made: { id: signed.id, device: envelope.device, seq: envelope.seq },
        })
      for (const one of namedBy(envelope.type, value)) payloads.named.add(hexOf(one))
    }
  } catch (error) {
    refused = true
    yield caught(error)
  }
  follow(chains, signed, grant, first, { refused })
}

function caught(error: unknown): VivimError {
  if (isVivimError(error)) return error
  throw error
}

function openAll(account: number, signed: SignedEnvelope, chunks: readonly ChunkRow[], sealer: Sealer): unknown[] {
  const { chunks: digests, type } = signed.envelope
  if (chunks.length !== digests.length)
    throw new VivimError('event-chunks', `${chunks.length} parts where ${digests.length} were signed.`)
  const schema = Object.hasOwn(eventTypes, type) ? eventTypes[type as EventType] : undefined
  return digests.map((digest, part) => {
    const row = chunks[part]
    if (row?.part !== part || Buffer.compare(row.digest, digest) !== 0)
      throw new VivimError('event-chunks', `Part ${part} is not the one that was signed.`)
    if (!row.sealed) return undefined
    const value = valueIn(openChunk(account, digest, row.sealed, sealer))
    if (schema && !schema.safeParse(value).success) throw new VivimError('event-schema', `Part ${part} of ${type}.`)
    return value
  })
}

/** A log that was cut short at its end is sound in itself: only the record of its newest events tells. */
async function headFaults(reader: Reader, account: number, { heads, forked, events }: Chains): Promise<string[]> {
  const rows = await reader.all<{ did: Did; seq: number; head: Uint8Array; closed: number }>(selectHeads, [account])
  const faults: string[] = []
  for (const { did, seq, head, closed } of rows) {
    const ends = [did, ...(forked.get(did) ?? [])].flatMap((part) => heads.get(part) ?? [])
    const sound = closed
      ? seq === 0 || events.get(hexOf(head))?.seq === seq
      : ends.some((end) => end.seq === seq && Buffer.compare(end.id, head) === 0)
    if (!sound) faults.push(`The chain of ${did} ends at ${ends[0]?.seq ?? 0} where ${seq} events are on record.`)
  }
  return faults
}
// of a chain that was forked, a part that others follow ends before the chain does
const selectHeads = `SELECT did, seq, head, EXISTS (SELECT 1 FROM device p WHERE p.account = d.account AND p.parent = d.id) AS closed
  FROM device d WHERE account = ?`

/** Chunks that a tombstone of this type allows to be missing. */
function namedBy(type: string, value: unknown): Uint8Array[] {
  if (!isTombstone(type)) return []
  const parsed = eventTypes[type].safeParse(value)
  return parsed.success ? parsed.data.chunks : []
}
