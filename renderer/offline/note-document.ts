/** A note as a Yjs document whose text `note` is what was written (PROTOCOL.md, Events): pure over bytes. */
import * as Y from 'yjs'
import { textName } from '../../node-core/contract/text-update.ts'

/** Characters that one update inserts at most: three bytes each fit into a part of an event. */
const most = 64_000

/** What several updates say, as one. */
export const merged = (updates: readonly Uint8Array[]): Uint8Array => Y.mergeUpdates([...updates])

/** The text of a document's state. */
export function textOf(state: Uint8Array): string {
  const doc = docOf(state)
  try {
    return doc.getText(textName).toString()
  } finally {
    doc.destroy()
  }
}

/**
 * The updates that turn the text into `text`, one or as many as keep each small enough, and the state they lead to. Only
 * what differs is changed, so that what others write meanwhile stays. `client`: a random 32-bit number.
 */
export function rewritten(
  state: Uint8Array | undefined,
  text: string,
  client: number,
): { updates: Uint8Array[]; state: Uint8Array } {
  const doc = docOf(state)
  try {
    doc.clientID = client
    const shared = doc.getText(textName)
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    const now = shared.toString()
    const { from, to, insert } = difference(now, text)
    if (to > from) shared.delete(from, to - from)
    for (let at = 0; at < insert.length; ) {
      const end = wholeAt(insert, Math.min(insert.length, at + most))
      shared.insert(from + at, insert.slice(at, end))
      at = end
    }
    // Where nothing changes, that it was written is still said.
    if (updates.length === 0) updates.push(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc)))
    return { updates, state: Y.encodeStateAsUpdate(doc) }
  } finally {
    doc.destroy()
  }
}

/**
 * What an update adds to a state, and the state and text it leads to; undefined where something before it is missing.
 * `added` is undefined where the state holds all of it already.
 */
export function joined(
  state: Uint8Array | undefined,
  update: Uint8Array,
): { added: Uint8Array | undefined; state: Uint8Array; text: string } | undefined {
  const doc = docOf(state)
  try {
    const added: Uint8Array[] = []
    doc.on('update', (one: Uint8Array) => added.push(one))
    Y.applyUpdate(doc, update)
    if (doc.store.pendingStructs || doc.store.pendingDs) return undefined
    return {
      added: added.length > 0 ? merged(added) : undefined,
      state: Y.encodeStateAsUpdate(doc),
      text: doc.getText(textName).toString(),
    }
  } finally {
    doc.destroy()
  }
}

function docOf(state: Uint8Array | undefined): Y.Doc {
  const doc = new Y.Doc({ gc: false })
  if (state) Y.applyUpdate(doc, state)
  return doc
}

/** Where `after` differs: [from, to) of `before` becomes `insert`. Never splits a character. */
function difference(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length)
  let from = 0
  while (from < shorter && before[from] === after[from]) from++
  from = Math.min(wholeAt(before, from), wholeAt(after, from))
  let tail = 0
  while (tail < shorter - from && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  if (isLow(after.charCodeAt(after.length - tail)) || isLow(before.charCodeAt(before.length - tail))) tail = Math.max(0, tail - 1)
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) }
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
/** The place itself, or the one before where it lies between the halves of a character. */
const wholeAt = (text: string, at: number): number => (isLow(text.charCodeAt(at)) ? Math.max(0, at - 1) : at)
