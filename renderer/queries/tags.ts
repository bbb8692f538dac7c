import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import { notes } from '../../node-core/contract/api/notes.ts'
import type { ConversationId, Cursor } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'
import type { Target } from './notes.ts'

export type Tag = Output<(typeof notes)['tags.add']>

const keyOf = (conversation: ConversationId) => ['tags', conversation] as const

/** All tags that a person gave in a conversation: to itself, its messages and units. */
export function useTags(conversation: ConversationId) {
  const { call } = useClient()
  return useQuery({
    queryKey: keyOf(conversation),
    queryFn: async ({ signal }) => {
      const all: Tag[] = []
      let cursor: Cursor | null = null
      do {
        const more: { cursor?: Cursor } = cursor ? { cursor } : {}
        const page = await call(notes['tags.list'], { target: conversation, within: true, limit: 200, ...more }, signal)
        all.push(...page.items)
        cursor = page.next
      } while (cursor)
      return all
    },
  })
}

/** Names of tags that are in use, the most frequent first: to choose from. */
export function useTagNames() {
  const { call } = useClient()
  return useQuery({
    queryKey: ['facets'],
    queryFn: ({ signal }) => call(conversations['facets.get'], {}, signal),
    select: ({ tags }) => tags.map(({ value }) => value),
  })
}

/** Puts a tag on targets, or takes it off; shown at once. */
export function useSetTag(conversation: ConversationId) {
  const { call } = useClient()
  const queries = useQueryClient()
  const key = keyOf(conversation)
  return useMutation({
    mutationFn: async ({ targets, tag, on }: { targets: readonly Target[]; tag: string; on: boolean }) => {
      for (const target of targets) await call(notes[on ? 'tags.add' : 'tags.remove'], { target, tag })
    },
    onMutate: async ({ targets, tag, on }) => {
      await queries.cancelQueries({ queryKey: key })
      const before = queries.getQueryData<Tag[]>(key)
      const others = (before ?? []).filter((one) => one.tag !== tag || !targets.includes(one.target))
      const added = on ? targets.map((target) => ({ target, tag, time: 0 })) : []
      queries.setQueryData<Tag[]>(key, [...others, ...added])
      return { before }
    },
    onError: (_error, _change, context) => queries.setQueryData(key, context?.before),
    onSettled: () => {
      for (const resource of ['tags', 'facets', 'conversations']) void queries.invalidateQueries({ queryKey: [resource] })
    },
  })
}
