// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Decoding postings and positions; see format.ts for their bytes. */

/** Times of a term in a document are told apart up to here. */
export const timesLimit = 0x7fff

/** Decodes `count` postings from the front of `bytes` into `documents` and `times` (a 16-bit one keeps at most {@link timesLimit}). */
export function decodePostings(bytes: Uint8Array, count: number, documents: Uint32Array, times: Uint16Array | Uint32Array): void {
  const most = times instanceof Uint16Array ? timesLimit : 0xffffffff
  let document = 0
  let at = 0
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++]!
    let value = byte & 127
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++]!
      value |= (byte & 127) << shift
    }
    document += value >>> 1
    documents[i] = document
    if (value & 1) times[i] = 1
    else {
      byte = bytes[at++]!
      value = byte & 127
      for (let shift = 7; byte > 127; shift += 7) {
        byte = bytes[at++]!
        value |= (byte & 127) << shift
      }
      times[i] = Math.min(value, most)
    }
  }
}

/** Adds `count` postings from `bytes[from…]` to `times`, which is indexed by document. */
export function addPostings(bytes: Uint8Array, from: number, count: number, times: Uint16Array): void {
  let document = 0
  let at = from
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++]!
    let value = byte & 127
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++]!
      value |= (byte & 127) << shift
    }
    document += value >>> 1
    let sum = times[document]!
    if (value & 1) sum++
    else {
      byte = bytes[at++]!
      value = byte & 127
      for (let shift = 7; byte > 127; shift += 7) {
        byte = bytes[at++]!
        value |= (byte & 127) << shift
      }
      sum += value
    }
    times[document] = Math.min(sum, timesLimit)
  }
}

/** Positions are told apart below this; so a (document, position) pair is one exact number. */
export const positionSpan = 2 ** 24

/** A term's postings, decoded. */
export interface Postings {
  documents: Uint32Array
  times: Uint32Array
}

/**
 * Appends to `keys`, once each, `document index × positionSpan + position − offset` for each place of a term in the
 * `wanted` documents (ascending). Of a position before `offset` comes a key that no phrase's first word has.
 */
export function collectPlaces(
  { documents, times }: Postings,
  positions: Uint8Array,
  wanted: Uint32Array,
  offset: number,
  keys: number[],
): void {
  const count = documents.length
  let i = 0
  let at = 0
  for (let w = 0; w < wanted.length; w++) {
    const target = wanted[w]!
    let passed = 0
    while (i < count && documents[i]! < target) passed += times[i++]!
    // A varint ends with the byte whose top bit is clear.
    while (passed > 0) passed -= (positions[at++]! >>> 7) ^ 1
    if (i === count) return
    if (documents[i] !== target) continue
    let place = 0
    for (let t = times[i++]!; t > 0; t--) {
      let byte = positions[at++]!
      let value = byte & 127
      for (let shift = 7; byte > 127; shift += 7) {
        byte = positions[at++]!
        value |= (byte & 127) << shift
      }
      place += value
      const key = w * positionSpan + place - offset
      if (keys[keys.length - 1] !== key) keys.push(key)
    }
  }
}
