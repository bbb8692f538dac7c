// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** The terms of a segment that is being built: numbered as they are met, sorted at the end. */
import { compareBytes } from './bytes.ts'

/** So many terms fit a sort key beside four bytes of each; beyond it the sort is slower. */
const termLimit = 2 ** 21

const grow = (array: Uint32Array): Uint32Array<ArrayBuffer> => {
  const grown = new Uint32Array(array.length * 2)
  grown.set(array)
  return grown
}

/** Terms by their bytes, in an open-addressing table over one arena. */
export class TermTable {
  count = 0
  /** Where each term begins in the arena; one more than there are terms. */
  starts: Uint32Array
  /** How often each term was met. */
  uses: Uint32Array
  arena: Uint8Array
  #hashes: Int32Array
  #slots: Int32Array

  constructor(expected = 128) {
    let capacity = 128
    while (capacity < expected) capacity *= 2
    this.starts = new Uint32Array(capacity + 1)
    this.uses = new Uint32Array(capacity)
    this.arena = new Uint8Array(capacity * 8)
    this.#hashes = new Int32Array(capacity)
    this.#slots = new Int32Array(capacity * 2)
  }

  /** Forgets all terms, and keeps the memory. */
  clear(): void {
    this.count = 0
    this.#slots.fill(0)
  }

  /** The number of the term `bytes[from..to]`, which hashes to `hash`; counts the use. */
  intern(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#slots.length - 1
    const slots = this.#slots
    let slot = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const held = slots[slot]!
      if (held === 0) break
      const id = held - 1
      if (this.#hashes[id] === hash && this.#equals(id, bytes, from, to)) {
        this.uses[id]!++
        return id
      }
      slot = (slot + 1) & mask
    }
    const id = this.#insert(bytes, from, to, hash)
    slots[slot] = id + 1
    if (this.count * 2 > slots.length) this.#rehash()
    return id
  }

  #equals(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.starts[id]!
    if (this.starts[id + 1]! - start !== to - from) return false
    const arena = this.arena
    for (let i = from, j = start; i < to; i++, j++) if (arena[j] !== bytes[i]) return false
    return true
  }

  #insert(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const id = this.count++
    if (id >= this.uses.length) {
      this.uses = grow(this.uses)
      const starts = new Uint32Array(this.uses.length + 1)
      starts.set(this.starts)
      this.starts = starts
      const hashes = new Int32Array(this.uses.length)
      hashes.set(this.#hashes)
      this.#hashes = hashes
    }
    const start = this.starts[id]!
    const end = start + to - from
    if (end > this.arena.length) {
      const arena = new Uint8Array(Math.max(this.arena.length * 2, end))
      arena.set(this.arena)
      this.arena = arena
    }
    for (let i = from, j = start; i < to; i++, j++) this.arena[j] = bytes[i]!
    this.starts[id + 1] = end
    this.#hashes[id] = hash
    this.uses[id] = 1
    return id
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4)
    const mask = slots.length - 1
    for (let id = 0; id < this.count; id++) {
      const hash = this.#hashes[id]!
      let slot = (hash ^ (hash >>> 15)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = id + 1
    }
    this.#slots = slots
  }

  /** The terms' numbers in the order of their bytes. */
  sorted(): Uint32Array {
    const ids = new Uint32Array(this.count)
    for (let id = 0; id < ids.length; id++) ids[id] = id
    this.#sort(ids, 0, ids.length, 0)
    return ids
  }

  /** Sorts `ids[low..high]`, equal in their first `depth` bytes: native sort on the next four bytes, then their ties. */
  #sort(ids: Uint32Array, low: number, high: number, depth: number): void {
    const { arena, starts } = this
    if (high - low < 12) {
      for (let i = low + 1; i < high; i++) {
        const id = ids[i]!
        let j = i - 1
        while (
          j >= low &&
          compareBytes(arena, starts[ids[j]!]! + depth, starts[ids[j]! + 1]!, arena, starts[id]! + depth, starts[id + 1]!) > 0
        ) {
          ids[j + 1] = ids[j]!
          j--
        }
        ids[j + 1] = id
      }
      return
    }
    if (high - low > termLimit) {
      ids.subarray(low, high).sort((a, b) => compareBytes(arena, starts[a]!, starts[a + 1]!, arena, starts[b]!, starts[b + 1]!))
      return
    }
    const keys = new Float64Array(high - low)
    for (let i = low; i < high; i++) {
      const end = starts[ids[i]! + 1]!
      let at = starts[ids[i]!]! + depth
      let word = 0
      for (let byte = 0; byte < 4; byte++, at++) word = word * 256 + (at < end ? arena[at]! : 0)
      keys[i - low] = word * termLimit + (i - low)
    }
    keys.sort()
    const before = ids.slice(low, high)
    let run = low
    for (let i = low; i < high; i++) {
      const key = keys[i - low]!
      ids[i] = before[key % termLimit]!
      if (i > low && Math.floor(key / termLimit) !== Math.floor(keys[i - low - 1]! / termLimit)) {
        if (i - run > 1) this.#sort(ids, run, i, depth + 4)
        run = i
      }
    }
    if (high - run > 1) this.#sort(ids, run, high, depth + 4)
  }
}
