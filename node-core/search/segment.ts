// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Builds a segment from documents, in memory: tokens are noted as they come and turned into postings by one counting sort. */
import type { SearchDocument } from '../ports/documents.ts'
import { lengthCode } from './columns.ts'
import type { EmitBlock } from './format.ts'
import { SegmentBuffers } from './segment-buffers.ts'
import { SegmentWriter } from './segment-writer.ts'
import { TermTable } from './terms.ts'
import type { Tokenizer } from './tokenize.ts'

/** Set on a token that stands where the token before it stands: a part of an identifier. */
const samePlace = 0x80000000
const idMask = 0x7fffffff

const atLeast = (array: Uint32Array, length: number): Uint32Array =>
  array.length >= length ? array : new Uint32Array(length * 2)

/** Documents to one segment: `add` each, then `finish`; then the next. */
export class SegmentBuilder {
  documents = 0
  readonly #terms: TermTable
  readonly #tokenizer: Tokenizer
  /** Of all documents behind one another: term number, and {@link samePlace}. */
  #tokens: Uint32Array
  #tokenCount = 0
  #next: Uint32Array = new Uint32Array(256)
  #documentOf: Uint32Array = new Uint32Array(256)
  #positionOf: Uint32Array = new Uint32Array(256)
  #buffers: SegmentBuffers | undefined
  #heads: { document: Omit<SearchDocument, 'text'>; tokens: number; words: number }[] = []
  readonly #models = new Map<string, number>()
  #ascending = true

  /** `characters`: what the texts will have together, as far as is known, to size the tables by. */
  constructor(tokenizer: Tokenizer, characters = 0) {
    this.#tokenizer = tokenizer
    this.#terms = new TermTable(Math.min(characters / 12, 65536))
    this.#tokens = new Uint32Array(Math.max(256, characters / 4))
  }

  /** Forgets all documents, and keeps the memory for the next segment's. */
  clear(): void {
    this.documents = 0
    this.#terms.clear()
    this.#tokenCount = 0
    this.#heads = []
    this.#models.clear()
    this.#ascending = true
  }

  /** Takes one document; `text` is not kept. */
  add({ text, ...document }: SearchDocument): void {
    const tokenizer = this.#tokenizer
    const terms = this.#terms
    let last = -1
    let at = this.#tokenCount
    tokenizer.open(text)
    for (let count = tokenizer.fill(); count > 0; count = tokenizer.fill()) {
      if (at + count > this.#tokens.length) {
        const grown = new Uint32Array((at + count) * 2)
        grown.set(this.#tokens)
        this.#tokens = grown
      }
      const tokens = this.#tokens
      const { bytes, from, to, hash, position } = tokenizer
      for (let i = 0; i < count; i++) {
        const id = terms.intern(bytes, from[i]!, to[i]!, hash[i]!)
        const place = position[i]!
        tokens[at++] = place === last ? id | samePlace : id
        last = place
      }
    }
    const before = this.#heads.at(-1)?.document
    if (
      before &&
      (before.conversation > document.conversation ||
        (before.conversation === document.conversation && before.ordinal > document.ordinal))
    )
      this.#ascending = false
    this.#heads.push({ document, tokens: at - this.#tokenCount, words: tokenizer.positions })
    if (document.model !== undefined && !this.#models.has(document.model)) this.#models.set(document.model, this.#models.size + 1)
    this.#tokenCount = at
    this.documents++
  }

  /** Hands every block to `emit` and answers the facts' block. */
  finish(emit: EmitBlock): Uint8Array {
    this.#buffers ??= new SegmentBuffers(this.documents)
    const writer = new SegmentWriter(emit, this.#buffers)
    const { documentOf, positionOf, ends } = this.#scatter(writer)
    const { arena, starts, uses } = this.#terms
    for (const id of this.#terms.sorted()) {
      const end = ends[id]!
      const documents = writePostings(writer, documentOf, positionOf, end - uses[id]!, end)
      writer.term(arena, starts[id]!, starts[id + 1]!, documents)
    }
    return writer.finish([...this.#models.keys()])
  }

  /** Writes the documents in order, and sorts their tokens by term, stably: `ends[id]` is the end of a term's run. */
  #scatter(writer: SegmentWriter): { documentOf: Uint32Array; positionOf: Uint32Array; ends: Uint32Array } {
    const { uses, count } = this.#terms
    this.#next = atLeast(this.#next, count)
    this.#documentOf = atLeast(this.#documentOf, this.#tokenCount)
    this.#positionOf = atLeast(this.#positionOf, this.#tokenCount)
    const next = this.#next
    for (let id = 0, sum = 0; id < count; sum += uses[id++]!) next[id] = sum
    const documentOf = this.#documentOf
    const positionOf = this.#positionOf
    const tokens = this.#tokens
    let start = 0
    const runs = this.#heads.map((head) => {
      const run = { ...head, start }
      start += head.tokens
      return run
    })
    if (!this.#ascending) {
      runs.sort((a, b) => a.document.conversation - b.document.conversation || a.document.ordinal - b.document.ordinal)
    }
    let number = 0
    for (const { document, start: from, tokens: length, words } of runs) {
      const model = document.model === undefined ? 0 : this.#models.get(document.model)!
      writer.document(document.conversation, document.ordinal, document.time, document.role, model, lengthCode(words))
      let position = -1
      for (let i = from; i < from + length; i++) {
        const token = tokens[i]!
        if (token < samePlace) position++
        const slot = next[token & idMask]!++
        documentOf[slot] = number
        positionOf[slot] = position
      }
      number++
    }
    return { documentOf, positionOf, ends: next }
  }
}

/** Writes one term's sorted tokens as postings and positions; answers in how many documents it is. */
function writePostings(
  writer: SegmentWriter,
  documentOf: Uint32Array,
  positionOf: Uint32Array,
  from: number,
  to: number,
): number {
  const { postings, positions } = writer
  let documents = 0
  let before = 0
  for (let at = from; at < to; ) {
    const document = documentOf[at]!
    const first = at
    let place = 0
    do {
      positions.varint(positionOf[at]! - place)
      place = positionOf[at]!
      at++
    } while (at < to && documentOf[at] === document)
    const times = at - first
    postings.varint((document - before) * 2 + (times === 1 ? 1 : 0))
    if (times > 1) postings.varint(times)
    before = document
    documents++
  }
  return documents
}
