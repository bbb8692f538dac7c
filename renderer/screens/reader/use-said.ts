import { useMemo } from 'react'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { type Note, type Target, useNotes } from '../../queries/notes.ts'
import { useTags } from '../../queries/tags.ts'

export interface Said {
  notesOn(target: Target): readonly Note[]
  /** The person's own versions of a unit. */
  editsOf(unit: Target): readonly Note[]
  tagsOn(target: Target): readonly string[]
  /** Whether the notes are still on their way. */
  readonly pending: boolean
  /** Of the conversation and everything in it. */
  readonly notes: number
}
const nothing: readonly never[] = []

/** What the person said of a conversation and of what is in it, by what it is about. */
export function useSaid(conversation: ConversationId): Said {
  const { data: notes, isPending: pending } = useNotes(conversation)
  const { data: tags } = useTags(conversation)
  return useMemo(() => {
    const notesOn = new Map<Target | null, Note[]>()
    const editsOf = new Map<Target | null, Note[]>()
    // The oldest first: as they were written.
    for (const note of [...(notes ?? [])].sort((a, b) => a.created - b.created)) {
      const where = note.edits ? editsOf : notesOn
      where.set(note.target, [...(where.get(note.target) ?? []), note])
    }
    const tagsOn = new Map<Target, string[]>()
    for (const { target, tag } of tags ?? []) tagsOn.set(target, [...(tagsOn.get(target) ?? []), tag].sort())
    return {
      notesOn: (target) => notesOn.get(target) ?? nothing,
      editsOf: (unit) => editsOf.get(unit) ?? nothing,
      pending,
      tagsOn: (target) => tagsOn.get(target) ?? nothing,
      notes: notes?.filter(({ edits }) => !edits).length ?? 0,
    }
  }, [notes, tags, pending])
}
