// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** How many slips lie between two words: a letter too many, missing, wrong, or two swapped (optimal string alignment). */

const width = 80
const rows = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)] as const

/** The distance of two words of fewer than 80 letters, or `limit + 1` where it is more than `limit`. */
export function distance(a: ArrayLike<number>, aLength: number, b: ArrayLike<number>, bLength: number, limit: number): number {
  const far = limit + 1
  if (Math.abs(aLength - bLength) > limit || aLength >= width || bLength >= width) return far
  let [before, last, row]: [Uint8Array, Uint8Array, Uint8Array] = [rows[0], rows[1], rows[2]]
  for (let j = 0; j <= bLength; j++) last[j] = Math.min(j, far)
  for (let i = 1; i <= aLength; i++) {
    const from = Math.max(1, i - limit)
    const to = Math.min(bLength, i + limit)
    row[from - 1] = from === 1 && i < far ? i : far
    let least = row[from - 1]!
    for (let j = from; j <= to; j++) {
      let cost = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const insert = row[j - 1]! + 1
      if (insert < cost) cost = insert
      const remove = (j === i + limit ? far : last[j]!) + 1
      if (remove < cost) cost = remove
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        const swap = before[j - 2]! + 1
        if (swap < cost) cost = swap
      }
      if (cost > far) cost = far
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > limit) return far
    ;[before, last, row] = [last, row, before]
  }
  return Math.min(far, last[bLength]!)
}

/**
 * The distances of many words in order of their letters from one: what a word shares with the one before is not worked
 * out again, and where that much is already too far the word is not looked at.
 */
export class Distances {
  readonly #word: ArrayLike<number>
  readonly #limit: number
  /** Row `i` is of a word's first `i` letters. */
  readonly #rows = new Uint8Array(width * width)
  /** Rows that hold for the last word. */
  #valid = 0
  /** So many letters of the last word are too far, whatever follows. */
  #hopeless = width

  constructor(word: ArrayLike<number>, limit: number) {
    this.#word = word
    this.#limit = limit
    for (let j = 0; j <= word.length && j < width; j++) this.#rows[j] = Math.min(j, limit + 1)
  }

  /** As {@link distance}. `shared`: how many letters the word begins with like the one asked about before; all are asked about. */
  of(word: ArrayLike<number>, length: number, shared: number): number {
    const limit = this.#limit
    const far = limit + 1
    if (shared < this.#valid) this.#valid = shared
    if (shared >= this.#hopeless) return far
    this.#hopeless = width
    const rows = this.#rows
    const other = this.#word
    const wanted = other.length
    if (Math.abs(length - wanted) > limit || length >= width || wanted >= width) return far
    for (let i = this.#valid + 1; i <= length; i++) {
      const at = i * width
      const above = at - width
      const letter = word[i - 1]
      const from = Math.max(1, i - limit)
      const to = Math.min(wanted, i + limit)
      rows[at + from - 1] = from === 1 && i < far ? i : far
      let least = rows[at + from - 1]!
      for (let j = from; j <= to; j++) {
        let cost = rows[above + j - 1]! + (letter === other[j - 1] ? 0 : 1)
        const insert = rows[at + j - 1]! + 1
        if (insert < cost) cost = insert
        const remove = (j === i + limit ? far : rows[above + j]!) + 1
        if (remove < cost) cost = remove
        if (i > 1 && j > 1 && letter === other[j - 2] && word[i - 2] === other[j - 1]) {
          const swap = rows[above - width + j - 2]! + 1
          if (swap < cost) cost = swap
        }
        if (cost > far) cost = far
        rows[at + j] = cost
        if (cost < least) least = cost
      }
      this.#valid = i
      if (least > limit) {
        this.#hopeless = i
        return far
      }
    }
    return Math.min(far, rows[length * width + wanted]!)
  }
}
