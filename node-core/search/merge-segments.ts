// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Several segments to one: documents in the order of their names, then terms in the order of their bytes. */
import { compareBytes } from './bytes.ts'
import { isDeleted } from './deletions.ts'
import { Heap } from './heap.ts'
import { leftOut, type MergeInput } from './merge-input.ts'
import { decodePostings } from './postings.ts'
import type { SegmentWriter } from './segment-writer.ts'

/** Writes `inputs` to `writer`; `step` is awaited now and then, to let what was written go. Answers the models. */
export async function mergeSegments(
  inputs: readonly MergeInput[],
  writer: SegmentWriter,
  step: () => Promise<void> | undefined,
): Promise<string[]> {
  const models = await mergeDocuments(inputs, writer, step)
  for (const input of inputs) input.settleMap()
  await mergeTerms(inputs, writer, step)
  return models
}

function documentBefore(a: MergeInput, b: MergeInput): boolean {
  const difference = a.block!.conversation(a.at) - b.block!.conversation(b.at) || a.block!.ordinal(a.at) - b.block!.ordinal(b.at)
  return difference === 0 ? a.segment.row.seq < b.segment.row.seq : difference < 0
}

async function mergeDocuments(
  inputs: readonly MergeInput[],
  writer: SegmentWriter,
  step: () => Promise<void> | undefined,
): Promise<string[]> {
  const models = new Map<string, number>()
  const heap = new Heap<MergeInput>(documentBefore)
  for (const input of inputs) if (await input.nextDocument()) heap.push(input)
  for (let input = heap.top; input; input = heap.top) {
    if (!isDeleted(input.deleted, input.document)) {
      const { block, at } = input
      input.map![input.document] = writer.documents
      const name = block!.model(at) === 0 ? undefined : input.segment.facts.models[block!.model(at) - 1]!
      let model = 0
      if (name !== undefined) {
        model = models.get(name) ?? models.size + 1
        models.set(name, model)
      }
      writer.document(block!.conversation(at), block!.ordinal(at), block!.time(at), block!.role(at), model, input.code)
    }
    const next = input.nextDocument()
    if (next === true || (next !== false && (await next))) heap.settle()
    else heap.pop()
    const stepping = step()
    if (stepping) await stepping
  }
  return [...models.keys()]
}

function termBefore(a: MergeInput, b: MergeInput): boolean {
  const order = compareBytes(a.cursor!.term, 0, a.cursor!.length, b.cursor!.term, 0, b.cursor!.length)
  return order === 0 ? a.base < b.base : order < 0
}

async function mergeTerms(
  inputs: readonly MergeInput[],
  writer: SegmentWriter,
  step: () => Promise<void> | undefined,
): Promise<void> {
  const heap = new Heap<MergeInput>(termBefore)
  for (const input of inputs) if (await input.nextTerm()) heap.push(input)
  const group: MergeInput[] = []
  for (let first = heap.pop(); first; first = heap.pop()) {
    const { term, length } = first.cursor!
    group.length = 0
    group.push(first)
    for (
      let other = heap.top;
      other && compareBytes(other.cursor!.term, 0, other.cursor!.length, term, 0, length) === 0;
      other = heap.top
    ) {
      group.push(other)
      heap.pop()
    }
    const parts: TermPart[] = []
    for (const input of group) {
      const { documents, postings, postingsEnd, positions, positionsEnd } = input.cursor!
      const heads = input.segment.range('postings', postings, postingsEnd)
      const places = input.segment.range('positions', positions, positionsEnd)
      parts.push({
        input,
        count: documents,
        postings: heads instanceof Uint8Array ? heads : await heads,
        positions: places instanceof Uint8Array ? places : await places,
      })
    }
    const documents = group.every(({ map }) => map === undefined) ? appendParts(parts, writer) : mixParts(parts, writer)
    if (documents > 0) writer.term(term, 0, length, documents)
    const stepping = step()
    if (stepping) await stepping
    for (const input of group) {
      const next = input.nextTerm()
      if (next === true || (next !== false && (await next))) heap.push(input)
    }
  }
}

interface TermPart {
  input: MergeInput
  count: number
  postings: Uint8Array
  positions: Uint8Array
}

function writeHead({ postings }: SegmentWriter, delta: number, times: number): void {
  postings.varint(delta * 2 + (times === 1 ? 1 : 0))
  if (times > 1) postings.varint(times)
}

/** Parts whose documents follow one another, in the order of their bases: numbers are shifted, positions copied whole. */
function appendParts(parts: readonly TermPart[], writer: SegmentWriter): number {
  const { postings: out, positions } = writer
  let before = 0
  let documents = 0
  for (const part of parts) {
    const bytes = part.postings
    let document = part.input.base
    let at = 0
    for (let i = 0; i < part.count; i++) {
      let byte = bytes[at++]!
      let value = byte & 127
      for (let shift = 7; byte > 127; shift += 7) {
        byte = bytes[at++]!
        value |= (byte & 127) << shift
      }
      document += value >>> 1
      out.varint((document - before) * 2 + (value & 1))
      before = document
      if (value & 1) continue
      const from = at
      while (bytes[at++]! > 127);
      out.append(bytes, from, at)
    }
    positions.append(part.positions)
    documents += part.count
  }
  return documents
}

/** Parts whose documents mix, or of which some are left out. */
function mixParts(parts: readonly TermPart[], writer: SegmentWriter): number {
  const total = parts.reduce((sum, { count }) => sum + count, 0)
  const target = new Uint32Array(total)
  const times = new Uint32Array(total)
  const partOf = new Uint16Array(total)
  const places = new Uint32Array(total + 1)
  let n = 0
  for (const [p, { input, count, postings, positions }] of parts.entries()) {
    const documents = new Uint32Array(count)
    const occurrences = new Uint32Array(count)
    decodePostings(postings, count, documents, occurrences)
    let at = 0
    for (let i = 0; i < count; i++) {
      const from = at
      for (let t = occurrences[i]!; t > 0; t--) while (positions[at++]! > 127);
      const document = documents[i]!
      const goes = input.map ? input.map[document]! : input.base + document
      if (goes === leftOut) continue
      target[n] = goes
      times[n] = occurrences[i]!
      partOf[n] = p
      places[n++] = from
    }
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => target[a]! - target[b]!)
  let before = 0
  for (const i of order) {
    writeHead(writer, target[i]! - before, times[i]!)
    before = target[i]!
    const { positions } = parts[partOf[i]!]!
    let end = places[i]!
    for (let t = times[i]!; t > 0; t--) while (positions[end++]! > 127);
    writer.positions.append(positions, places[i]!, end)
  }
  return n
}
