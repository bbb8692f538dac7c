/** Small sealed values, filled up to few sizes: equal or similar ones must not be told by how long they are. */
import { decode } from '@ipld/dag-cbor'
import { encode } from '../log/dag-cbor.ts'
import type { AccountKeys } from '../ports/sealer.ts'

/** Cells are multiples of so many bytes. */
const CELL = 128
const LENGTH = 4

export function sealCell(keys: AccountKeys, place: string, value: unknown): Uint8Array {
  const bytes = encode(value)
  const cell = new Uint8Array(Math.ceil((LENGTH + bytes.length) / CELL) * CELL)
  new DataView(cell.buffer).setUint32(0, bytes.length)
  cell.set(bytes, LENGTH)
  return keys.sealer.seal(place, cell)
}

/** The bytes are our own, authenticated: their shape is known. Error: `seal-broken`. */
export function openCell<T>(keys: AccountKeys, place: string, sealed: Uint8Array): T {
  const cell = keys.sealer.open(place, sealed)
  const length = new DataView(cell.buffer, cell.byteOffset).getUint32(0)
  return decode<T>(cell.subarray(LENGTH, LENGTH + length))
}
