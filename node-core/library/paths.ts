/** Pages of a path through a conversation. Pure. */
import { VivimError } from '../contract/errors.ts'
import type { Cursor } from '../contract/ids.ts'
import { byIdOf, newestLeaf, pathTo } from '../contract/tree.ts'
import type { ShownTree } from './read.ts'
import type { TreeEntry } from './tree-block.ts'

/** A unit's place: a message of the path and a unit of it. Messages as such have unit 0. */
export interface Place {
  at: number
  unit: number
}

/** The path to read: through `leaf` and on to its newest end, or the active one. Error: `not-found` for a message that is not there. */
export function pathOf(tree: ShownTree, leaf: string | undefined): readonly TreeEntry[] {
  if (leaf === undefined) return tree.view.leaf ? pathTo(byIdOf(tree.entries), tree.view.leaf) : []
  const byId = byIdOf(tree.entries)
  const through = byId.get(leaf)
  if (!through) throw new VivimError('not-found')
  return pathTo(byId, newestLeaf(tree.entries, through))
}

/** An opaque name of a place; it stays right when the conversation grows. */
export const cursorAt = (entry: TreeEntry | undefined, unit: number): Cursor | null =>
  entry ? (Buffer.from(`${entry.id}.${unit}`).toString('base64url') as Cursor) : null

/** The place that a cursor names. Error: `bad-request`. */
export function placeOf(path: readonly TreeEntry[], cursor: Cursor): Place {
  const [id, unit] = Buffer.from(cursor, 'base64url').toString().split('.')
  const at = path.findIndex((entry) => entry.id === id)
  if (at === -1 || !/^\d+$/.test(unit ?? '')) throw new VivimError('bad-request', 'cursor: not of this listing.')
  return { at, unit: Number(unit) }
}

/** Moves a place by `by` units, forwards or backwards, within the path. */
export function move(path: readonly TreeEntry[], from: Place, by: number): Place {
  let { at, unit } = from
  let left = Math.abs(by)
  if (by >= 0) {
    for (; at < path.length; at++) {
      const rest = (path[at]?.units ?? 0) - unit
      if (left < rest) return { at, unit: unit + left }
      left -= Math.max(rest, 0)
      unit = 0
    }
    return { at: path.length, unit: 0 }
  }
  while (left > unit) {
    if (at === 0) return { at: 0, unit: 0 }
    left -= unit
    at--
    unit = path[at]?.units ?? 0
  }
  return { at, unit: unit - left }
}

/** How many units stand before a place; of the place behind the last, how many the path has. */
export function unitsBefore(path: readonly TreeEntry[], { at, unit }: Place): number {
  let count = unit
  for (let n = 0; n < at; n++) count += path[n]?.units ?? 0
  return count
}

/** Where a path ends: behind its last unit. */
export const endOf = (path: readonly TreeEntry[]): Place => ({ at: path.length, unit: 0 })

export const hexOf = (message: Uint8Array): string => Buffer.from(message).toString('hex')
export const isFirst = (place: Place): boolean => place.at === 0 && place.unit === 0
