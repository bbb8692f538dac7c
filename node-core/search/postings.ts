// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Decoding postings and positions; see format.ts for their bytes. */
import { ByteReader } from './bytes.ts'

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

/**
 * Appends to `keys`, once each, `document index × positionSpan + position − offset` for each place of a term in the
 * `wanted` documents (ascending). Positions before `offset` begin no phrase and are left out.
 */
export function collectPlaces(
  postings: Uint8Array,
  positions: Uint8Array,
  count: number,
  wanted: Uint32Array,
  offset: number,
  keys: number[],
): void {
  const heads = new ByteReader(postings)
  const places = new ByteReader(positions)
  let document = 0
  let w = 0
  for (let i = 0; i < count && w < wanted.length; i++) {
    const value = heads.number()
    document += value >>> 1
    const times = value & 1 ? 1 : heads.number()
    while (w < wanted.length && wanted[w]! < document) w++
    if (wanted[w] === document) {
      let place = 0
      for (let t = 0; t < times; t++) {
        place += places.number()
        const key = w * positionSpan + place - offset
        if (place >= offset && keys[keys.length - 1] !== key) keys.push(key)
      }
    } else {
      const bytes = positions
      let { at } = places
      for (let t = 0; t < times; t++) while (bytes[at++]! > 127);
      places.at = at
    }
  }
}
