/** A note: a Yjs document whose text `note` is what was written, so that edits from several devices merge. Pure over bytes. */
import { decode, encode } from '@ipld/dag-cbor'
import * as Y from 'yjs'
import type { EventTarget } from '../contract/events.ts'
import { pack, unpack } from '../log/chunk.ts'
import type { AccountKeys } from '../ports/sealer.ts'

/** What a note's sealed column holds. */
export interface NoteState {
  id: Uint8Array
  target: EventTarget | null
  update: Uint8Array
}

const TEXT = 'note'
const placeOf = (account: number, name: Uint8Array): string => `note/${account}/${Buffer.from(name).toString('hex')}/sealed`

export const noteName = (keys: AccountKeys, id: Uint8Array): Uint8Array => keys.keyed('note', id)
export const sealNote = (account: number, keys: AccountKeys, name: Uint8Array, note: NoteState): Uint8Array =>
  keys.sealer.seal(placeOf(account, name), pack(encode(note)))
export const openNote = (account: number, keys: AccountKeys, name: Uint8Array, sealed: Uint8Array): NoteState =>
  decode(unpack(keys.sealer.open(placeOf(account, name), sealed)))

/** The text of a document's state. */
export function textIn(update: Uint8Array): string {
  const doc = docOf(update)
  try {
    return doc.getText(TEXT).toString()
  } finally {
    doc.destroy()
  }
}
/** Two states together; in any order the same. */
export const mergeUpdates = (a: Uint8Array, b: Uint8Array): Uint8Array => Y.mergeUpdates([a, b])
/** Names a state, so that a writer can say what it read: the state vector. */
export const revisionOf = (update: Uint8Array): Uint8Array => Y.encodeStateVectorFromUpdate(update)

/** The text as it was at a revision: undefined for one that is not of this document, or of a part of it that is no longer known. */
export function textAt(update: Uint8Array, revision: Uint8Array): string | undefined {
  try {
    return textIn(Y.encodeStateAsUpdate(docUpTo(update, revision)))
  } catch {
    return undefined
  }
}

/**
 * The update that turns the text into `text`. With `seen`, the text that its writer had before: only what the writer
 * changed is changed, so that edits made elsewhere meanwhile survive. `client` is a random 32-bit number.
 */
export function rewrite(state: Uint8Array | undefined, text: string, client: number, seen?: string): Uint8Array {
  const doc = docOf(state)
  try {
    doc.clientID = client
    const shared = doc.getText(TEXT)
    const before = Y.encodeStateVector(doc)
    const now = shared.toString()
    const wanted = seen === undefined || seen === now ? text : merged(seen, now, text)
    const [from, to, insert] = difference(now, wanted)
    doc.transact(() => {
      if (to > from) shared.delete(from, to - from)
      if (insert.length > 0) shared.insert(from, insert)
    })
    return Y.encodeStateAsUpdate(doc, before)
  } finally {
    doc.destroy()
  }
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

/** Where `b` differs from `a`: [from, to) of `a` becomes the text. Never splits a surrogate pair. */
function difference(a: string, b: string): [from: number, to: number, insert: string] {
  let from = 0
  while (from < a.length && from < b.length && a[from] === b[from]) from++
  if (isLow(a.charCodeAt(from)) || isLow(b.charCodeAt(from))) from = Math.max(0, from - 1)
  let tail = 0
  while (tail < a.length - from && tail < b.length - from && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  if (isLow(a.charCodeAt(a.length - tail))) tail = Math.max(0, tail - 1)
  return [from, a.length - tail, b.slice(from, b.length - tail)]
}
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** The document as of a state vector: nothing newer is integrated. Garbage collection is off, so that deleted text is still there. */
function docUpTo(update: Uint8Array, revision: Uint8Array): Y.Doc {
  const whole = docOf(update)
  const wanted = Y.decodeStateVector(revision)
  const has = Y.decodeStateVector(Y.encodeStateVector(whole))
  for (const [client, clock] of wanted) if ((has.get(client) ?? 0) < clock) throw new RangeError('an unknown revision')
  return Y.createDocFromSnapshot(whole, new Y.Snapshot(Y.createDeleteSet(), wanted))
}

function docOf(update: Uint8Array | undefined): Y.Doc {
  const doc = new Y.Doc({ gc: false })
  if (update) Y.applyUpdate(doc, update)
  return doc
}
