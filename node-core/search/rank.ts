// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** bm25, and the best of many. */
import { codeLength } from './columns.ts'

const k1 = 1.2
const b = 0.75

/** Taken off for each clause that only a misspelling satisfied: more than any clauses together can score. */
export const alikePenalty = 4096

/** How rare a clause is: `matching` of `documents` hold it. */
export const rarity = (documents: number, matching: number): number =>
  Math.log(1 + (documents - matching + 0.5) / (matching + 0.5))

/** bm25's length part for each length code, where documents have `average` words. */
export const lengthNorms = (average: number): Float64Array =>
  codeLength.map((length) => k1 * (1 - b + (b * length) / Math.max(1, average)))

/** What `times` occurrences in a document of norm `norm` add to its score. */
export const weight = (idf: number, times: number, norm: number): number => (idf * times * (k1 + 1)) / (times + norm)

/** Keeps the `size` best (score, document), greatest score first, then least document; documents come in order. */
export class Best {
  readonly #size: number
  readonly #scores: Float64Array
  readonly #documents: Uint32Array
  count = 0

  constructor(size: number) {
    this.#size = size
    this.#scores = new Float64Array(size)
    this.#documents = new Uint32Array(size)
  }

  /** Offers the next document; what is no better than the worst of a full list falls through. */
  offer(score: number, document: number): void {
    if (this.count < this.#size) this.#up(this.count++, score, document)
    else if (score > this.#scores[0]!) this.#down(score, document)
  }

  /** The least score that still gets in, once the list is full. */
  get least(): number {
    return this.count < this.#size ? Number.NEGATIVE_INFINITY : this.#scores[0]!
  }

  /** What was kept, best first. */
  sorted(): { score: number; document: number }[] {
    return Array.from({ length: this.count }, (_, i) => ({ score: this.#scores[i]!, document: this.#documents[i]! })).sort(
      (x, y) => y.score - x.score || x.document - y.document,
    )
  }

  /** Whether entry `i` is worse than (score, document). */
  #worse(i: number, score: number, document: number): boolean {
    return this.#scores[i]! < score || (this.#scores[i] === score && this.#documents[i]! > document)
  }

  #put(i: number, score: number, document: number): void {
    this.#scores[i] = score
    this.#documents[i] = document
  }

  #up(from: number, score: number, document: number): void {
    let i = from
    while (i > 0) {
      const parent = (i - 1) >>> 1
      if (this.#worse(parent, score, document)) break
      this.#put(i, this.#scores[parent]!, this.#documents[parent]!)
      i = parent
    }
    this.#put(i, score, document)
  }

  #down(score: number, document: number): void {
    let i = 0
    for (;;) {
      let child = i * 2 + 1
      if (child >= this.count) break
      if (child + 1 < this.count && this.#worse(child + 1, this.#scores[child]!, this.#documents[child]!)) child++
      if (!this.#worse(child, score, document)) break
      this.#put(i, this.#scores[child]!, this.#documents[child]!)
      i = child
    }
    this.#put(i, score, document)
  }
}
