/** A note: a Yjs document whose text `note` is what was written, so that edits from several devices merge. Pure over bytes. */
import { hash } from 'node:crypto'
import { decode, encode } from '@ipld/dag-cbor'
import * as Y from 'yjs'
import type { EventTarget } from '../contract/events.ts'
import { difference } from '../contract/text-carry.ts'
import { anySize } from '../contract/text-cut.ts'
import { readUpdate, textName } from '../contract/text-update.ts'
import { pack, unpack } from '../log/chunk.ts'
import type { AccountKeys } from '../ports/sealer.ts'

/** What a note's sealed column holds. */
export interface NoteState {
  id: Uint8Array
  target: EventTarget | null
  update: Uint8Array
  /** Where it stands in the place of its target's text: that text. */
  edits?: { original: string }
}

const TEXT = textName
const placeOf = (account: number, name: Uint8Array): string => `note/${account}/${Buffer.from(name).toString('hex')}/sealed`

export const noteName = (keys: AccountKeys, id: Uint8Array): Uint8Array => keys.keyed('note', id)
export const sealNote = (account: number, keys: AccountKeys, name: Uint8Array, note: NoteState): Uint8Array =>
  keys.sealer.seal(placeOf(account, name), pack(encode(note)))
export const openNote = (account: number, keys: AccountKeys, name: Uint8Array, sealed: Uint8Array): NoteState =>
  decode(unpack(keys.sealer.open(placeOf(account, name), sealed)))

/**
 * The id of the document that stands in the place of a unit's text: the same on every device that edits the same text.
 * `time`: how often it was given up before.
 */
export const editId = (unit: string, original: string, time: number): Uint8Array =>
  hash('sha256', ['vivim/v1/edit', unit, hash('sha256', original), time].join('\0'), 'buffer').subarray(0, 16)
/** What such a document begins with: the text as it was, by a client of no device. */
export function editBase(id: Uint8Array, original: string): Uint8Array {
  const doc = new Y.Doc({ gc: false })
  try {
    doc.clientID = Buffer.from(id).readUInt32LE()
    doc.getText(TEXT).insert(0, original)
    return Y.encodeStateAsUpdate(doc)
  } finally {
    doc.destroy()
  }
}

/** The text of a document's state. */
export function textIn(update: Uint8Array): string {
  const plain = plainText(update)
  if (plain !== undefined) return plain
  const doc = docOf(update)
  try {
    return doc.getText(TEXT).toString()
  } finally {
    doc.destroy()
  }
}
/** The text of a document that was written once and never changed, without making the document; undefined of any other. */
function plainText(update: Uint8Array): string | undefined {
  const { clients, deletions } = readUpdate(update, anySize)
  const [struct, more] = clients.length === 1 && deletions.length === 0 ? (clients[0]?.structs ?? []) : []
  if (!struct || more || struct.kind !== 'text' || struct.clock !== 0) return undefined
  // its length stands first, seven bits in a byte
  let from = struct.content
  while ((update[from] ?? 0) > 127) from++
  return Buffer.from(update.buffer, update.byteOffset, struct.to).toString('utf8', from + 1)
}
/** Two states together; in any order the same. */
export const mergeUpdates = (a: Uint8Array, b: Uint8Array): Uint8Array => Y.mergeUpdates([a, b])
/** The same text without what was deleted of it; edits of it that were made elsewhere meanwhile still fit. */
export function tidied(update: Uint8Array): Uint8Array {
  const doc = new Y.Doc({ gc: true })
  try {
    Y.applyUpdate(doc, update)
    return Y.encodeStateAsUpdate(doc)
  } finally {
    doc.destroy()
  }
}

/** Bytes of a text's hash in a revision, and of the state vector behind it; of a document with more writers than fit none is said. */
const HASH = 8
const VECTOR = 600
const hashOf = (text: string): Uint8Array => hash('sha256', text, 'buffer').subarray(0, HASH)

/** Names a state, so that a writer can say what it read: a hash of the text, then the state vector. */
export function revisionOf(update: Uint8Array): Uint8Array {
  const vector = Y.encodeStateVectorFromUpdate(update)
  return Buffer.concat([hashOf(textIn(update)), vector.length > VECTOR ? new Uint8Array(0) : vector])
}

/** The text as it was at a revision: undefined for one that is not of this document, or whose text is no longer known. */
export function textAt(update: Uint8Array, revision: Uint8Array): string | undefined {
  const [wanted, vector] = [revision.subarray(0, HASH), revision.subarray(HASH)]
  const is = (text: string): boolean => Buffer.compare(hashOf(text), wanted) === 0
  const now = textIn(update)
  if (is(now) || vector.length === 0) return is(now) ? now : undefined
  try {
    // what was deleted since then was there still, what was deleted before it no longer: no clock says which is which
    const [standing, all] = [true, false].map((gone) => textIn(Y.encodeStateAsUpdate(docUpTo(update, vector, gone))))
    if (standing !== undefined && is(standing)) return standing
    return all !== undefined && (is(all) || !isTidied(update)) ? all : undefined
  } catch {
    return undefined
  }
}
const isTidied = (update: Uint8Array): boolean =>
  readUpdate(update, anySize).clients.some(({ structs }) => structs.some(({ kind }) => kind === 'gone'))

/** Characters that one update inserts at most: three bytes each fit into a chunk. */
const PIECE = 64_000

/**
 * The updates that turn the text into `text`, in their order: one, or as many as keep each small enough for a part of
 * an event. With `seen`, the text that its writer had before: only what the writer
 * changed is changed, so that edits made elsewhere meanwhile survive. `client` is a random 32-bit number.
 */
export function rewrite(state: Uint8Array | undefined, text: string, client: number, seen?: string): Uint8Array[] {
  const doc = docOf(state)
  try {
    doc.clientID = client
    const shared = doc.getText(TEXT)
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    const now = shared.toString()
    const wanted = seen === undefined || seen === now ? text : merged(seen, now, text)
    const [from, to, insert] = difference(now, wanted)
    const pieces = piecesOf(insert)
    doc.transact(() => {
      if (to > from) shared.delete(from, to - from)
      if (pieces[0]) shared.insert(from, pieces[0])
    })
    let at = from + (pieces[0]?.length ?? 0)
    for (const piece of pieces.slice(1)) {
      shared.insert(at, piece)
      at += piece.length
    }
    // where nothing changes, that it was written is still said
    return updates.length > 0 ? updates : [Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc))]
  } finally {
    doc.destroy()
  }
}

function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0; from < text.length; ) {
    const end = Math.min(text.length, from + PIECE)
    // a pair of surrogates stays together
    const to = end < text.length && isLow(text.charCodeAt(end)) ? end - 1 : end
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}

/** Both changes of `base` together, as two devices of Yjs would merge them. */
function merged(base: string, theirs: string, ours: string): string {
  const [a, b] = [new Y.Doc(), new Y.Doc()]
  a.clientID = 1
  b.clientID = 2
  a.getText(TEXT).insert(0, base)
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
  for (const [doc, text] of [
    [a, theirs],
    [b, ours],
  ] as const) {
    const [from, to, insert] = difference(base, text)
    doc.getText(TEXT).delete(from, to - from)
    doc.getText(TEXT).insert(from, insert)
  }
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b))
  return a.getText(TEXT).toString()
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** The document as of a state vector: nothing newer is integrated, and what is deleted by now is there still unless `gone`. */
function docUpTo(update: Uint8Array, vector: Uint8Array, gone: boolean): Y.Doc {
  const whole = docOf(update)
  const wanted = Y.decodeStateVector(vector)
  const has = Y.decodeStateVector(Y.encodeStateVector(whole))
  for (const [client, clock] of wanted) if ((has.get(client) ?? 0) < clock) throw new RangeError('an unknown revision')
  return Y.createDocFromSnapshot(whole, new Y.Snapshot(gone ? Y.snapshot(whole).ds : Y.createDeleteSet(), wanted))
}

function docOf(update: Uint8Array | undefined): Y.Doc {
  const doc = new Y.Doc({ gc: false })
  if (update) Y.applyUpdate(doc, update)
  return doc
}
