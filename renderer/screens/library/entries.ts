/** What the list shows: conversations of a listing, or titles that were found. */
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import type { Summary } from '../../queries/conversations.ts'
import type { Hit } from '../../queries/search.ts'
import type { Dated } from './groups.ts'

export interface Entry extends Dated {
  readonly id: ConversationId
  readonly title: string | null
  readonly source: Summary['source']
  /** Where the words stand in the title. */
  readonly marks: readonly (readonly [number, number])[]
  /** Undefined for a title that was found until the conversation is known. */
  readonly summary: Summary | undefined
}

export const entryOf = (summary: Summary, order: 'updated' | 'created'): Entry => ({
  id: summary.id,
  title: summary.title,
  source: summary.source,
  time: summary[order],
  marks: [],
  summary,
})

/** A found title; undefined where the hit is none. */
export function entryOfHit({ conversation, snippet, time, kind }: Hit): Entry | undefined {
  if (!conversation || kind !== 'title') return undefined
  // A long title comes cut; marks are of what came.
  return { ...conversation, title: snippet.text, time, marks: snippet.marks, summary: undefined }
}
