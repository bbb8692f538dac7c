/** What of a conversation is found by searching: a document per message that has words, and one for the title. */
import { type Message, roles } from '../contract/content.ts'
import { type Documents, documentRoles, type SearchDocument } from '../ports/documents.ts'
import type { ConversationState } from './rules.ts'
import type { TreeEntry } from './tree-block.ts'
import { searchTextOf } from './units.ts'
import { type View, viewOf } from './view.ts'

/** One document per message that has words. */
export function documentsOf(
  local: number,
  entries: readonly Pick<TreeEntry, 'id' | 'ordinal' | 'time' | 'role' | 'model'>[],
  messages: ReadonlyMap<string, Message>,
): SearchDocument[] {
  const documents: SearchDocument[] = []
  for (const entry of entries) {
    const message = messages.get(entry.id)
    const text = message ? searchTextOf(message) : ''
    if (text.length === 0) continue
    documents.push({
      conversation: local,
      ordinal: entry.ordinal,
      time: Math.floor((entry.time ?? 0) / 1000),
      role: roles.indexOf(entry.role),
      ...(entry.model !== undefined ? { model: entry.model } : {}),
      text,
    })
  }
  return documents
}

/** The numbers of all documents of a state. */
export const ordinalsOf = (state: ConversationState): number[] => [
  ...state.entries.map((entry) => entry.ordinal),
  ...(state.titleOrdinal > 0 ? [state.titleOrdinal] : []),
]

/** Gives a changed title a document of its own; the old one's number joins `dead`. */
export function retitle(
  state: ConversationState,
  before: string | null,
  dead: number[],
  local: number,
  view: View = viewOf(state),
): SearchDocument[] {
  if (view.title === before && (state.titleOrdinal > 0 || view.title === null)) return []
  if (state.titleOrdinal > 0) dead.push(state.titleOrdinal)
  state.titleOrdinal = view.title === null ? 0 : state.nextOrdinal++
  if (view.title === null) return []
  return [
    {
      conversation: local,
      ordinal: state.titleOrdinal,
      time: Math.floor((view.updated ?? 0) / 1000),
      role: documentRoles.title,
      text: view.title,
    },
  ]
}

/**
 * Documents that wait until the whole event is applied, so that an event of many parts makes one segment and not one
 * per part. What is removed again before `flush` is never indexed.
 */
export function gathering(documents: Documents): Documents & { flush(): Promise<void> } {
  let waiting: SearchDocument[] = []
  let flush = async (): Promise<void> => {}
  return {
    ...documents,
    async put(tx, account, more) {
      waiting.push(...more)
      flush = async () => {
        const all = waiting
        waiting = []
        await documents.put(tx, account, all)
      }
    },
    async remove(tx, account, conversation, ordinals) {
      waiting = waiting.filter(
        (one) => one.conversation !== conversation || (ordinals !== 'all' && !ordinals.includes(one.ordinal)),
      )
      await documents.remove(tx, account, conversation, ordinals)
    },
    flush: () => flush(),
  }
}
