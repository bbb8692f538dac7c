// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Lays a segment out as blocks, from documents in order and then terms in order. Memory: the blocks that are not full. */
import type { ByteWriter } from './bytes.ts'
import { codeLength, documentsPerBlock, packDocuments } from './columns.ts'
import {
  type DictionaryBlock,
  type DocumentRange,
  dictionaryBlockBytes,
  type EmitBlock,
  encodeFacts,
  inlineBytes,
  type Stream,
  streamBlockBytes,
} from './format.ts'
import type { SegmentBuffers } from './segment-buffers.ts'

export class SegmentWriter {
  /** Write a term's postings and positions here, then call {@link term}. */
  readonly postings: ByteWriter
  readonly positions: ByteWriter
  documents = 0
  readonly #emit: EmitBlock
  readonly #dictionary: ByteWriter
  readonly #lengths: ByteWriter
  readonly #emitted: Record<Stream, number> = { dictionary: 0, documents: 0, lengths: 0, postings: 0, positions: 0 }
  readonly #columns: Uint32Array[]
  #inBlock = 0
  #packed: Uint8Array | undefined
  #words = 0
  readonly #blocks: DictionaryBlock[] = []
  readonly #ranges: DocumentRange[] = []
  readonly #last = new Uint8Array(128)
  #lastLength = 0
  #postingsMark = 0
  #positionsMark = 0
  #postingsTotal = 0
  #positionsTotal = 0

  constructor(emit: EmitBlock, buffers: SegmentBuffers) {
    buffers.clear()
    this.#emit = emit
    this.postings = buffers.postings
    this.positions = buffers.positions
    this.#dictionary = buffers.dictionary
    this.#lengths = buffers.lengths
    this.#columns = buffers.columns
  }

  /** Bytes of postings and positions so far. */
  get bytes(): number {
    return this.#postingsTotal + this.#positionsTotal
  }

  /** The next document, after all before it by (conversation, ordinal). `code`: its length (columns.ts). */
  document(conversation: number, ordinal: number, time: number, role: number, model: number, code: number): void {
    const at = this.#inBlock++
    this.#columns[0]![at] = conversation
    this.#columns[1]![at] = ordinal
    this.#columns[2]![at] = time
    this.#columns[3]![at] = role
    this.#columns[4]![at] = model
    this.#lengths.reserve(1)
    this.#lengths.bytes[this.#lengths.length++] = code
    this.#words += codeLength[code]!
    this.documents++
    if (this.#inBlock === documentsPerBlock) this.#closeDocuments()
    this.#cut('lengths', this.#lengths)
  }

  #closeDocuments(): void {
    const count = this.#inBlock
    if (count === 0) return
    const [conversations, ordinals, times] = this.#columns
    let earliest = times![0]!
    let latest = earliest
    for (let i = 1; i < count; i++) {
      const time = times![i]!
      if (time < earliest) earliest = time
      else if (time > latest) latest = time
    }
    this.#ranges.push({
      firstConversation: conversations![0]!,
      firstOrdinal: ordinals![0]!,
      lastConversation: conversations![count - 1]!,
      lastOrdinal: ordinals![count - 1]!,
      earliest,
      latest,
    })
    const bytes = packDocuments(this.#columns, count)
    this.#inBlock = 0
    // The first block waits: a small segment keeps it inside its facts.
    if (this.#ranges.length === 1) {
      this.#packed = bytes
      return
    }
    this.#emitPacked()
    this.#emit('documents', this.#emitted.documents++, bytes)
  }

  #emitPacked(): void {
    if (this.#packed) this.#emit('documents', this.#emitted.documents++, this.#packed)
    this.#packed = undefined
  }

  /** Closes the term `bytes[from..to]`, after all before it by bytes, whose postings and positions were just written. */
  term(bytes: Uint8Array, from: number, to: number, documents: number): void {
    const dictionary = this.#dictionary
    if (dictionary.length >= dictionaryBlockBytes) {
      this.#emit('dictionary', this.#emitted.dictionary++, dictionary.copy())
      dictionary.length = 0
    }
    const last = this.#last
    const length = to - from
    let shared = 0
    if (dictionary.length === 0) {
      this.#blocks.push({ first: bytes.slice(from, to), postings: this.#postingsTotal, positions: this.#positionsTotal })
    } else {
      const most = Math.min(this.#lastLength, length)
      while (shared < most && last[shared] === bytes[from + shared]) shared++
    }
    dictionary.reserve(2 + length)
    dictionary.bytes[dictionary.length++] = shared
    dictionary.bytes[dictionary.length++] = length - shared
    for (let i = shared; i < length; i++) {
      const byte = bytes[from + i]!
      last[i] = byte
      dictionary.bytes[dictionary.length++] = byte
    }
    this.#lastLength = length
    const postings = this.postings.length - this.#postingsMark
    const positions = this.positions.length - this.#positionsMark
    dictionary.varint(documents)
    dictionary.varint(postings)
    dictionary.varint(positions)
    this.#postingsTotal += postings
    this.#positionsTotal += positions
    this.#cut('postings', this.postings)
    this.#cut('positions', this.positions)
    this.#postingsMark = this.postings.length
    this.#positionsMark = this.positions.length
  }

  /** Emits the full blocks at a stream's front. */
  #cut(stream: Stream, writer: ByteWriter): void {
    if (writer.length < streamBlockBytes) return
    let at = 0
    for (; writer.length - at >= streamBlockBytes; at += streamBlockBytes) {
      this.#emit(stream, this.#emitted[stream]++, writer.bytes.slice(at, at + streamBlockBytes))
    }
    writer.bytes.copyWithin(0, at, writer.length)
    writer.length -= at
  }

  /** Ends the segment; answers its facts, encoded. */
  finish(models: readonly string[]): Uint8Array {
    this.#closeDocuments()
    const rest = { dictionary: this.#dictionary, lengths: this.#lengths, postings: this.postings, positions: this.positions }
    const size = Object.values(rest).reduce((sum, writer) => sum + writer.length, this.#packed?.length ?? 0)
    const whole = size <= inlineBytes && Object.values(this.#emitted).every((count) => count === 0)
    if (!whole) {
      this.#emitPacked()
      for (const [stream, writer] of [
        ['dictionary', rest.dictionary],
        ['lengths', rest.lengths],
        ['postings', rest.postings],
        ['positions', rest.positions],
      ] as const) {
        if (writer.length > 0) this.#emit(stream, this.#emitted[stream]++, writer.copy())
      }
    }
    return encodeFacts({
      documents: this.documents,
      words: this.#words,
      models: [...models],
      dictionary: this.#blocks,
      ranges: this.#ranges,
      postingsBytes: this.#postingsTotal,
      positionsBytes: this.#positionsTotal,
      inline: whole
        ? {
            dictionary: rest.dictionary.view(),
            documents: this.#packed ?? new Uint8Array(),
            lengths: rest.lengths.view(),
            postings: rest.postings.view(),
            positions: rest.positions.view(),
          }
        : undefined,
    })
  }
}
