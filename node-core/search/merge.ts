/**
 * Merging in the background. A merge writes its segment in many short transactions, out of sight, and puts it in the
 * place of its inputs in one; whatever it is stopped by, the index is whole, and the next run removes what it left.
 * Invariant: one merger per account at a time.
 */
import { setImmediate } from 'node:timers/promises'
import { VivimError } from '../contract/errors.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Transaction, Transactor } from '../ports/storage.ts'
import { type Deletion, markDeleted, noneDeleted, readDeletions } from './deletions.ts'
import { blockNumber, blockPlace, factsBlock } from './format.ts'
import { keepNewest, MergeInput } from './merge-input.ts'
import { type MergePolicy, planMerge, usualPolicy } from './merge-plan.ts'
import { mergeSegments } from './merge-segments.ts'
import { blockLoader, openSegment } from './open-segment.ts'
import { toHex } from './prepare.ts'
import { forgetDeletions, removeDead } from './remove.ts'
import { SegmentBuffers } from './segment-buffers.ts'
import { SegmentWriter } from './segment-writer.ts'
import {
  building,
  bumpVersion,
  dead,
  insertBlock,
  insertSegmentRow,
  type LiveSegment,
  live,
  selectLive,
  selectVersion,
} from './tables.ts'

/** Bytes that one transaction writes: some milliseconds with its sync. */
const writeBytes = 384 * 1024
/** After so many documents or terms, or so many bytes of them, others get their turn. */
const callsPerTurn = 2048
const bytesPerTurn = 64 * 1024
const together = 64
const replaceInputs = `UPDATE search_segment SET state = ${dead} WHERE account = ? AND state = ${live}
AND id IN (${Array.from({ length: together }, () => '?').join(', ')})`
const showOutput = `UPDATE search_segment SET state = ?, documents = ?, bytes = ? WHERE account = ? AND id = ? AND state = ${building}`
const hideOutput = `UPDATE search_segment SET state = ${dead} WHERE account = ? AND id = ?`
const raiseSeq = `UPDATE search_segment SET seq = ? WHERE account = ? AND id = ? AND seq < ? AND state = ${live}`

/**
 * Does one piece of merging, if there is any; answers whether there was: call it until there is not. Some 10 µs for a
 * document; at most 64 MB. Errors: `seal-broken`, the store's; throws `signal`'s reason when it is aborted.
 */
export async function mergeOnce(
  storage: Transactor,
  account: number,
  sealer: Sealer,
  random: RandomBytes,
  policy: Partial<MergePolicy>,
  signal: AbortSignal,
): Promise<boolean> {
  await removeDead(storage, account, signal)
  const segments = await storage.all<LiveSegment>(selectLive, [account])
  const merger = { storage, account, sealer, random, signal }
  const inputs = policy.purge ? await planPurge(merger, segments) : planMerge(segments, { ...usualPolicy, ...policy })
  if (inputs.length > 0) await merge(merger, inputs)
  await removeDead(storage, account, signal)
  await forgetDeletions(storage, account, signal)
  return inputs.length > 0
}

interface Merger {
  storage: Transactor
  account: number
  sealer: Sealer
  random: RandomBytes
  signal: AbortSignal
}

/** The first segment that holds deleted documents; those that hold none are marked as free of all deletions so far. */
async function planPurge({ storage, account, sealer, signal }: Merger, segments: readonly LiveSegment[]): Promise<LiveSegment[]> {
  const state = await storage.get<{ version: number }>(selectVersion, [account])
  const deletions = await readDeletions(storage, account, 0)
  const version = state?.version ?? 0
  for (const row of segments) {
    signal.throwIfAborted()
    const newer = deletions.filter(({ before_seq }) => before_seq > row.seq && before_seq <= version)
    if (newer.length === 0) continue
    const segment = await openSegment(row, keepNewest(blockLoader(storage, sealer, account, row.id)))
    if ((await markDeleted(segment, newer, noneDeleted(segment))) > 0) return [row]
    await storage.transaction((tx) => tx.run(raiseSeq, [version, account, row.id, version]))
    await setImmediate()
  }
  return []
}

async function merge(merger: Merger, rows: readonly LiveSegment[]): Promise<void> {
  const { storage, account, random, signal } = merger
  const id = random(16)
  const deletions = await storage.transaction(async (tx) => {
    await tx.run(bumpVersion, [account])
    await tx.run(insertSegmentRow, [id, 0, 0, building, account])
    return readDeletions(tx, account, 0)
  })
  try {
    const output = new Output(merger, id)
    const inputs: MergeInput[] = []
    for (const row of rows) {
      inputs.push(await openInput(merger, row, deletions))
      await setImmediate()
    }
    const buffers = new SegmentBuffers(rows.reduce((sum, { documents }) => sum + documents, 0))
    const writer = new SegmentWriter((stream, index, bytes) => output.add(blockNumber(stream, index), bytes), buffers)
    const models = await mergeSegments(inputs, writer, pacer(writer, output))
    output.add(factsBlock, writer.finish(models))
    await output.flush()
    signal.throwIfAborted()
    await storage.transaction((tx) => replace(tx, account, rows, id, writer.documents, output.written))
  } catch (error) {
    await storage.transaction((tx) => tx.run(hideOutput, [account, id]))
    throw error
  }
}

/** Stores what is sealed, and gives others on this thread their turn, every few milliseconds. */
function pacer(writer: SegmentWriter, output: Output): () => Promise<void> | undefined {
  let calls = 0
  let bytes = 0
  return () => {
    if (++calls < callsPerTurn && writer.bytes - bytes < bytesPerTurn) return undefined
    calls = 0
    bytes = writer.bytes
    return output.pending >= writeBytes ? output.flush() : setImmediate()
  }
}

async function openInput(
  { storage, account, sealer }: Merger,
  row: LiveSegment,
  deletions: readonly Deletion[],
): Promise<MergeInput> {
  const segment = await openSegment(row, keepNewest(blockLoader(storage, sealer, account, row.id)))
  const deleted = noneDeleted(segment)
  await markDeleted(segment, deletions, deleted)
  return new MergeInput(segment, deleted)
}

/** Puts the merged segment in its inputs' place, unless one of them is no longer live (the account was cleared). */
async function replace(
  tx: Transaction,
  account: number,
  rows: readonly LiveSegment[],
  id: Uint8Array,
  documents: number,
  bytes: number,
): Promise<void> {
  let replaced = 0
  for (let at = 0; at < rows.length; at += together) {
    const ids = rows.slice(at, at + together).map((row) => row.id)
    const filler = ids[0]
    while (filler && ids.length < together) ids.push(filler)
    replaced += (await tx.run(replaceInputs, [account, ...ids])).changes
  }
  const shown = await tx.run(showOutput, [documents > 0 ? live : dead, documents, bytes, account, id])
  if (replaced !== rows.length || shown.changes !== 1) throw new VivimError('conflict', 'The index was cleared meanwhile.')
  await tx.run(bumpVersion, [account])
}

/** Seals blocks and stores them in short transactions. */
class Output {
  /** Bytes that wait to be stored. */
  pending = 0
  /** Bytes in all. */
  written = 0
  readonly #merger: Merger
  readonly #id: Uint8Array
  readonly #hex: string
  #blocks: { number: number; sealed: Uint8Array }[] = []

  constructor(merger: Merger, id: Uint8Array) {
    this.#merger = merger
    this.#id = id
    this.#hex = toHex(id)
  }

  add(number: number, bytes: Uint8Array): void {
    const { sealer, account } = this.#merger
    const sealed = sealer.seal(blockPlace(account, this.#hex, number), bytes)
    this.#blocks.push({ number, sealed })
    this.pending += sealed.length
    this.written += sealed.length
  }

  async flush(): Promise<void> {
    const { storage, account, signal } = this.#merger
    const blocks = this.#blocks
    this.#blocks = []
    this.pending = 0
    for (let at = 0; at < blocks.length; ) {
      signal.throwIfAborted()
      const from = at
      for (let bytes = 0; at < blocks.length && bytes < writeBytes; at++) bytes += blocks[at]?.sealed.length ?? 0
      await storage.transaction(async (tx) => {
        for (const { number, sealed } of blocks.slice(from, at)) await tx.run(insertBlock, [account, this.#id, number, sealed])
      })
      await setImmediate()
    }
  }
}
