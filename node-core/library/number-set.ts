/** Sets of small whole numbers, a bit each. */
export class NumberSet {
  #bits = new Uint32Array(8)

  add(number: number): void {
    const word = number >>> 5
    if (word >= this.#bits.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.#bits.length * 2))
      grown.set(this.#bits)
      this.#bits = grown
    }
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (number & 31))
  }

  delete(number: number): void {
    const word = number >>> 5
    if (word < this.#bits.length) this.#bits[word] = (this.#bits[word] ?? 0) & ~(1 << (number & 31))
  }

  /** How many are in `other` too. */
  countIn(other: NumberSet): number {
    let count = 0
    for (let word = 0; word < this.#bits.length; word++) count += ones((this.#bits[word] ?? 0) & (other.#bits[word] ?? 0))
    return count
  }

  addAll(other: NumberSet): void {
    for (const number of other) this.add(number)
  }

  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (let word = 0; word < this.#bits.length; word++) {
      for (let bits = this.#bits[word] ?? 0; bits !== 0; bits &= bits - 1) yield word * 32 + 31 - Math.clz32(bits & -bits)
    }
  }
}

function ones(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}
