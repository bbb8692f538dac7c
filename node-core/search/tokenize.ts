// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/**
 * Text to terms. A term is a folded word in UTF-8 (at most {@link termBytes} bytes), or a pair of ideographs. Every
 * ideograph begins exactly one term: with its right neighbour, or alone at the end of a run; so a longer run is a
 * phrase of its pairs and a single character is a prefix. Identifiers in camelCase also yield their parts, at the
 * same position. An emoji is a term: whole sequences (a family, a flag) are one, told apart from the emoji they are made
 * of, while tones of skin and the choice between picture and text fold away. No stemming: people look for what was written.
 */
import {
  asciiFold,
  classOf,
  expansion,
  expansionOf,
  foldedOf,
  ideograph,
  lookUp,
  pictograph,
  separator,
  transparent,
} from './fold.ts'

/** Longest term; the rest of a longer word is not told apart. */
export const termBytes = 64
/** Positions from here on are not told apart. */
export const positionLimit = 0xffffff

const batch = 1024
/** Most parts of an identifier; what has more is no identifier but encoded bytes. */
const partLimit = 8
const basis = 0x811c9dc5 | 0
const prime = 0x01000193

/** The hash of a term's bytes that {@link Tokenizer} yields. */
export function termHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = basis
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, prime)
  return hash
}

/** Composes what macOS and half-width forms take apart: conjoining Hangul, kana with a voicing mark. */
function composedIdeograph(text: string, at: number, width: number): { codePoint: number; width: number } | undefined {
  const code = text.charCodeAt(at)
  const next = text.charCodeAt(at + width)
  const hangul = code >= 0x1100 && code <= 0x115f && next >= 0x1160 && next <= 0x11a7
  const voiced = next === 0x3099 || next === 0x309a || next === 0xff9e || next === 0xff9f
  if (!hangul && !voiced) return undefined
  const last = text.charCodeAt(at + 2)
  const whole = hangul && last >= 0x11a8 && last <= 0x11ff ? width + 2 : width + 1
  const composed = text.slice(at, at + whole).normalize('NFKC')
  return composed.length === 1 ? { codePoint: composed.charCodeAt(0), width: whole } : undefined
}

/**
 * Reads a text in batches: `open(text)`, then `fill()` until it answers 0. Term `i` of a batch is
 * `bytes[from[i]..to[i]]`, stands at `position[i]` and covers the UTF-16 range `start[i]..end[i]` of the text.
 */
export class Tokenizer {
  readonly bytes: Uint8Array = new Uint8Array((batch + partLimit) * (termBytes + 4))
  readonly from: Uint32Array = new Uint32Array(batch + partLimit)
  readonly to: Uint32Array = new Uint32Array(batch + partLimit)
  readonly hash: Int32Array = new Int32Array(batch + partLimit)
  readonly position: Uint32Array = new Uint32Array(batch + partLimit)
  readonly start: Uint32Array = new Uint32Array(batch + partLimit)
  readonly end: Uint32Array = new Uint32Array(batch + partLimit)
  count = 0
  /** Positions passed so far: the length of the text in words. */
  positions = 0
  #text = ''
  #at = 0
  #used = 0
  #asked = false
  #runBefore = false
  readonly #partByte = new Uint32Array(partLimit + 1)
  readonly #partStart = new Uint32Array(partLimit + 1)

  /** Begins a text. `asked` reads it as a question: no parts of identifiers, no single ideograph after a pair. */
  open(text: string, asked = false): void {
    this.#text = text
    this.#at = 0
    this.#asked = asked
    this.#runBefore = false
    this.positions = 0
  }

  /** The next terms; how many, 0 at the end of the text. */
  fill(): number {
    const text = this.#text
    const length = text.length
    let at = this.#at
    this.count = 0
    this.#used = 0
    while (at < length && this.count < batch - partLimit) {
      const code = text.charCodeAt(at)
      if (code < 128) {
        if (asciiFold[code] === 0) {
          at++
          this.#runBefore = false
        } else at = this.#word(at)
        continue
      }
      const codePoint = code >= 0xd800 && code <= 0xdbff ? text.codePointAt(at)! : code
      const looked = lookUp(codePoint)
      const kind = classOf(looked)
      if (kind === separator || kind === transparent) {
        at += codePoint > 0xffff ? 2 : 1
        if (kind === separator) this.#runBefore = false
      } else if (kind === pictograph) at = this.#pictograph(at, codePoint)
      else at = kind === ideograph ? this.#ideograph(at, codePoint, foldedOf(looked)) : this.#word(at)
    }
    this.#at = at
    return this.count
  }

  #emit(from: number, to: number, hash: number, start: number, end: number): void {
    const at = this.count++
    this.from[at] = from
    this.to[at] = to
    this.hash[at] = hash
    this.position[at] = Math.min(this.positions, positionLimit)
    this.start[at] = start
    this.end[at] = end
  }

  #word(start: number): number {
    const text = this.#text
    const length = text.length
    const bytes = this.bytes
    const from = this.#used
    const full = from + termBytes - 4
    let used = from
    let hash = basis
    let parts = 0
    let lower = false
    let upper = false
    let at = start
    while (at < length) {
      const code = text.charCodeAt(at)
      if (code < 128) {
        const folded = asciiFold[code]!
        if (folded === 0) break
        if (code !== folded) {
          if ((lower || (upper && isLower(text.charCodeAt(at + 1)))) && parts <= partLimit) {
            this.#partByte[parts] = used
            this.#partStart[parts++] = at
          }
          lower = false
          upper = true
        } else lower = true
        if (used < full) {
          bytes[used++] = folded
          hash = Math.imul(hash ^ folded, prime)
        }
        at++
        continue
      }
      const codePoint = code >= 0xd800 && code <= 0xdbff ? text.codePointAt(at)! : code
      const looked = lookUp(codePoint)
      const kind = classOf(looked)
      if (kind === separator || kind === ideograph || kind === pictograph) break
      at += codePoint > 0xffff ? 2 : 1
      if (kind === transparent) continue
      lower = true
      const before = used
      if (kind === expansion)
        for (const character of expansionOf(codePoint)) used = this.#append(character.codePointAt(0)!, used, full)
      else used = this.#append(foldedOf(looked), used, full)
      for (let byte = before; byte < used; byte++) hash = Math.imul(hash ^ bytes[byte]!, prime)
    }
    this.#used = used
    this.#runBefore = false
    this.#emit(from, used, hash, start, at)
    if (parts > 0 && parts < partLimit && !this.#asked) this.#parts(parts, from, used, start, at)
    this.positions++
    return at
  }

  /** The parts of an identifier, two letters and longer, as terms of their own. */
  #parts(parts: number, from: number, to: number, start: number, end: number): void {
    for (let part = 0; part <= parts; part++) {
      const first = part === 0 ? from : this.#partByte[part - 1]!
      const last = part === parts ? to : this.#partByte[part]!
      if (last - first < 2) continue
      const begins = part === 0 ? start : this.#partStart[part - 1]!
      this.#emit(first, last, termHash(this.bytes, first, last), begins, part === parts ? end : this.#partStart[part]!)
    }
  }

  #ideograph(start: number, codePoint: number, folded: number): number {
    const text = this.#text
    let width = codePoint > 0xffff ? 2 : 1
    let whole = folded
    const composed = composedIdeograph(text, start, width)
    if (composed) ({ codePoint: whole, width } = composed)
    const from = this.#used
    let used = this.#append(whole, from, from + termBytes)
    const next = start + width
    let end = next
    const follower = next < text.length ? text.codePointAt(next)! : 0
    const looked = follower < 128 ? separator : lookUp(follower)
    const paired = classOf(looked) === ideograph
    if (paired) {
      const other = composedIdeograph(text, next, follower > 0xffff ? 2 : 1)
      used = this.#append(other?.codePoint ?? foldedOf(looked), used, from + termBytes)
      end += other?.width ?? (follower > 0xffff ? 2 : 1)
    }
    this.#used = used
    if (paired || !this.#asked || !this.#runBefore) this.#emit(from, used, termHash(this.bytes, from, used), start, end)
    this.#runBefore = paired
    this.positions++
    return next
  }

  /** An emoji with what is joined to it; of regional indicators a pair, which is a flag. */
  #pictograph(start: number, first: number): number {
    const text = this.#text
    const from = this.#used
    const full = from + termBytes - 4
    let used = this.#append(first, from, full)
    let at = start + (first > 0xffff ? 2 : 1)
    let flag = isRegional(first)
    for (;;) {
      const next = text.codePointAt(at) ?? 0
      const width = next > 0xffff ? 2 : 1
      if (isVariant(next)) at += width
      else if ((flag && isRegional(next)) || isTag(next)) {
        flag = false
        used = this.#append(next, used, full)
        at += width
      } else if (next === joiner) {
        const joined = text.codePointAt(at + 1) ?? 0
        if (classOf(lookUp(joined)) !== pictograph || isRegional(joined)) break
        used = this.#append(joined, this.#append(joiner, used, full), full)
        at += joined > 0xffff ? 3 : 2
      } else break
    }
    this.#used = used
    this.#runBefore = false
    this.#emit(from, used, termHash(this.bytes, from, used), start, at)
    this.positions++
    return at
  }

  #append(codePoint: number, at: number, full: number): number {
    if (at >= full) return at
    const bytes = this.bytes
    if (codePoint < 0x80) bytes[at++] = codePoint
    else if (codePoint < 0x800) {
      bytes[at++] = 0xc0 | (codePoint >> 6)
      bytes[at++] = 0x80 | (codePoint & 63)
    } else {
      if (codePoint < 0x10000) bytes[at++] = 0xe0 | (codePoint >> 12)
      else {
        bytes[at++] = 0xf0 | (codePoint >> 18)
        bytes[at++] = 0x80 | ((codePoint >> 12) & 63)
      }
      bytes[at++] = 0x80 | ((codePoint >> 6) & 63)
      bytes[at++] = 0x80 | (codePoint & 63)
    }
    return at
  }
}

const joiner = 0x200d
/** A tone of skin, or the wish for a picture or for text. */
const isVariant = (codePoint: number): boolean =>
  codePoint === 0xfe0f || codePoint === 0xfe0e || (codePoint >= 0x1f3fb && codePoint <= 0x1f3ff)
const isRegional = (codePoint: number): boolean => codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff
/** What spells a region behind a black flag. */
const isTag = (codePoint: number): boolean => codePoint >= 0xe0020 && codePoint <= 0xe007f
const isLower = (code: number): boolean => code >= 97 && code <= 122
