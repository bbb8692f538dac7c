// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** A segment that is being merged, read once from front to back. Memory: one block of each stream. */
import { type DocumentBlock, documentsPerBlock } from './columns.ts'
import { DictionaryCursor } from './dictionary.ts'
import { streamBlockBytes } from './format.ts'
import type { LoadBlock, OpenSegment } from './open-segment.ts'

/** Keeps the newest block of each stream: ranges that follow one another read it again and again. */
export function keepNewest(load: LoadBlock): LoadBlock {
  const kept: ({ number: number; bytes: Uint8Array } | undefined)[] = []
  return (number) => {
    const stream = number >>> 24
    const newest = kept[stream]
    if (newest?.number === number) return newest.bytes
    return Promise.resolve(load(number)).then((bytes) => {
      kept[stream] = { number, bytes }
      return bytes
    })
  }
}

/** Marks a document that the merge leaves out. */
export const leftOut = 0xffffffff

export class MergeInput {
  readonly segment: OpenSegment
  /** One bit for each deleted document. */
  readonly deleted: Uint8Array
  /** The present document's number in this segment, its block, and its place in the block. */
  document = -1
  block: DocumentBlock | undefined
  at = -1
  /** The present document's length code. */
  code = 0
  /** Where each document goes; undefined where all go behind one another from `base` on. */
  map: Uint32Array | undefined
  base = 0
  /** The present term. */
  cursor: DictionaryCursor | undefined
  #lengths: Uint8Array = new Uint8Array()
  #dictionaryIndex = 0

  constructor(segment: OpenSegment, deleted: Uint8Array) {
    this.segment = segment
    this.deleted = deleted
    this.map = new Uint32Array(segment.facts.documents).fill(leftOut)
  }

  /** Goes to the next document; a promise where a block has to be read. */
  nextDocument(): boolean | Promise<boolean> {
    if (++this.document >= this.segment.facts.documents) return false
    this.at++
    if (this.document % documentsPerBlock === 0) return this.#openDocuments()
    this.code = this.#lengths[this.document % streamBlockBytes]!
    return true
  }

  async #openDocuments(): Promise<boolean> {
    this.at = 0
    this.block = await this.segment.documents(this.document / documentsPerBlock)
    if (this.document % streamBlockBytes === 0)
      this.#lengths = await this.segment.block('lengths', this.document / streamBlockBytes)
    this.code = this.#lengths[this.document % streamBlockBytes]!
    return true
  }

  /** After the last document: drops the map where a base says the same. */
  settleMap(): void {
    const { map } = this
    if (!map || map.length === 0) return
    const base = map[0]!
    if (base === leftOut) return
    for (let i = 1; i < map.length; i++) if (map[i] !== base + i) return
    this.base = base
    this.map = undefined
  }

  /** Goes to the next term; a promise where a block has to be read. */
  nextTerm(): boolean | Promise<boolean> {
    return this.cursor?.next() ? true : this.#openDictionary()
  }

  async #openDictionary(): Promise<boolean> {
    const index = this.#dictionaryIndex++
    const block = this.segment.facts.dictionary[index]
    if (!block) return false
    this.cursor = new DictionaryCursor(await this.segment.block('dictionary', index), block)
    return this.cursor.next()
  }
}
