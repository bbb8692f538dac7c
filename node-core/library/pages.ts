/** Cutting pages out of a conversation: of units along a path, of messages in a tree. */
import { VivimError } from '../contract/errors.ts'
import { type ConversationId, type MessageId, splitMessageId } from '../contract/ids.ts'
import { childrenOf } from '../contract/tree.ts'
import { hexOf, type Place } from './paths.ts'
import type { Library, ShownTree } from './read.ts'
import type { TreeEntry } from './tree-block.ts'
import { unitsOf } from './units.ts'
import { idOfEntry, siblingsIn, type UnitView, unitView } from './views.ts'

/** The units from one place of a path up to another. */
export async function unitsBetween(
  library: Library,
  tree: ShownTree,
  path: readonly TreeEntry[],
  from: Place,
  to: Place,
): Promise<UnitView[]> {
  const entries = path.slice(from.at, to.unit > 0 ? to.at + 1 : to.at)
  const messages = await library.messagesAt(tree, entries)
  const siblings = siblingsIn(tree)
  return entries.flatMap((entry, n) => {
    const message = messages[n]
    if (!message) return []
    const first = n === 0 ? from.unit : 0
    const last = from.at + n === to.at ? to.unit : Number.POSITIVE_INFINITY
    return unitsOf(message)
      .filter((unit) => unit.index >= first && unit.index < last)
      .map((unit) => unitView(tree.id, entry, message, unit, unit.index === 0 ? siblings(entry) : undefined))
  })
}

/** Where a path's message begins. Error: `not-found`. */
export function atMessage(path: readonly TreeEntry[], id: MessageId): Place {
  const at = path.findIndex((entry) => entry.id === hexOf(splitMessageId(id).message))
  if (at === -1) throw new VivimError('not-found', 'start is not on this path.')
  return { at, unit: 0 }
}
/** Where a path's unit stands. Error: `not-found`. */
export function atUnit(path: readonly TreeEntry[], id: string): Place {
  const [conversation, message, unit] = id.split('-')
  return { ...atMessage(path, `${conversation}-${message}` as MessageId), unit: Number(unit ?? 0) }
}

/** A path's end. */
export const leafOf = (conversation: ConversationId, path: readonly TreeEntry[]): MessageId | null => {
  const last = path.at(-1)
  return last ? idOfEntry(conversation, last.id) : null
}

/** All entries of a tree, each behind the one that it answers. */
export function parentsFirst(entries: readonly TreeEntry[]): TreeEntry[] {
  const children = childrenOf(entries)
  const out: TreeEntry[] = []
  const stack = [...(children.get(null) ?? [])].reverse()
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    out.push(entry)
    stack.push(...[...(children.get(entry.id) ?? [])].reverse())
  }
  return out
}
