import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { notes } from '../../node-core/contract/api/notes.ts'
import type { ConversationId, Cursor, MessageId, UnitId } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

export type Note = Output<(typeof notes)['notes.get']>
/** What notes and tags hang on. */
export type Target = ConversationId | MessageId | UnitId

const keyOf = (conversation: ConversationId) => ['notes', conversation] as const

/** All notes of a conversation, those inside it too, the last changed first. */
export function useNotes(conversation: ConversationId) {
  const { call } = useClient()
  return useQuery({
    queryKey: keyOf(conversation),
    queryFn: async ({ signal }) => {
      const all: Note[] = []
      let cursor: Cursor | null = null
      do {
        const more: { cursor?: Cursor } = cursor ? { cursor } : {}
        const page = await call(notes['notes.list'], { target: conversation, limit: 200, ...more }, signal)
        all.push(...page.items)
        cursor = page.next
      } while (cursor)
      return all
    },
  })
}

/** Every note that there is, the last changed first, a page at a time. */
export function useAllNotes() {
  const { call } = useClient()
  const query = useInfiniteQuery({
    queryKey: ['notes', 'all'],
    queryFn: ({ signal, pageParam }) => call(notes['notes.list'], pageParam ? { cursor: pageParam } : {}, signal),
    initialPageParam: null as Cursor | null,
    getNextPageParam: ({ next }) => next,
  })
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data])
  return { ...query, items }
}

/**
 * Writes a new note, or the new text of one: the revision that was read goes along, so that edits elsewhere are merged.
 * `conversation`: whose notes are shown; without a target the note stands on its own.
 */
export function useWriteNote(conversation?: ConversationId) {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ target, note, text }: { target?: Target; note?: Note; text: string }) =>
      note
        ? call(notes['notes.update'], { note: note.id, text, revision: note.revision })
        : call(notes['notes.create'], { text, ...(target ? { target } : {}) }),
    onSuccess: (written) => {
      if (conversation)
        queries.setQueryData<Note[]>(keyOf(conversation), (all) => all && [written, ...all.filter(({ id }) => id !== written.id)])
      void queries.invalidateQueries({ queryKey: ['notes'] })
    },
  })
}

/** Makes the person's version of a unit's text, where there is none yet; answers its note. */
export function useBeginEdit(conversation: ConversationId) {
  const { call } = useClient()
  const queries = useQueryClient()
  return async (unit: UnitId): Promise<Note> => {
    const note = await call(notes['units.edit'], { unit })
    queries.setQueryData<Note[]>(keyOf(conversation), (all) => all && [note, ...all.filter(({ id }) => id !== note.id)])
    return note
  }
}

/** Shows a note as the node has it now, where it was written as a document. */
export function useNoteSaved(conversation: ConversationId) {
  const { call } = useClient()
  const queries = useQueryClient()
  return async ({ id: note }: Note): Promise<void> => {
    const written = await call(notes['notes.get'], { note })
    queries.setQueryData<Note[]>(keyOf(conversation), (all) => all?.map((one) => (one.id === note ? written : one)))
    void queries.invalidateQueries({ queryKey: ['notes'] })
  }
}

/** Deletes a note for good. */
export function useDeleteNote(conversation?: ConversationId) {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (note: Note) => call(notes['notes.delete'], { note: note.id }),
    onSuccess: (_done, { id }) => {
      if (conversation) queries.setQueryData<Note[]>(keyOf(conversation), (all) => all?.filter((note) => note.id !== id))
      void queries.invalidateQueries({ queryKey: ['notes'] })
    },
  })
}
