import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import type { ConversationId, Cursor, MessageId } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'
import { inOrder } from './conversations.ts'

export type Conversation = Output<(typeof conversations)['conversations.get']>
export type OutlineEntry = Output<(typeof conversations)['conversations.outline']>['items'][number]
/** What a person may set over what was imported; null goes back to that. */
export interface ConversationEdit {
  readonly title?: string | null
  readonly archived?: boolean | null
  readonly starred?: boolean | null
}

const keyOf = (conversation: ConversationId) => ['conversations', 'one', conversation] as const

/** One conversation without its messages. */
export function useConversation(conversation: ConversationId) {
  const { call } = useClient()
  return useQuery({
    queryKey: keyOf(conversation),
    queryFn: ({ signal }) => call(conversations['conversations.get'], { conversation }, signal),
  })
}

/** Sets title, star and archive; shown at once, taken back where the node refuses. */
export function useEditConversation(conversation: ConversationId) {
  const { call } = useClient()
  const queries = useQueryClient()
  const key = keyOf(conversation)
  return useMutation({
    scope: inOrder,
    mutationFn: (edit: ConversationEdit) => call(conversations['conversations.edit'], { conversation, ...edit }),
    onMutate: async ({ title, archived, starred }) => {
      await queries.cancelQueries({ queryKey: key })
      const before = queries.getQueryData<Conversation>(key)
      if (before) {
        const shown: Conversation = {
          ...before,
          ...(typeof title === 'string' ? { title } : {}),
          ...(typeof archived === 'boolean' ? { archived } : {}),
          ...(typeof starred === 'boolean' ? { starred } : {}),
        }
        queries.setQueryData(key, shown)
      }
      return { before }
    },
    onError: (_error, _edit, context) => context?.before && queries.setQueryData(key, context.before),
    onSuccess: (after) => {
      queries.setQueryData(key, after)
      void queries.invalidateQueries({ queryKey: ['conversations'], predicate: ({ queryKey }) => queryKey[1] !== 'one' })
    },
  })
}

/** Deletes for good. */
export function useDeleteConversation(conversation: ConversationId) {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    scope: inOrder,
    mutationFn: () => call(conversations['conversations.delete'], { conversation }),
    onSuccess: () => {
      for (const resource of ['conversations', 'units', 'notes', 'tags', 'search'])
        queries.removeQueries({ queryKey: [resource], predicate: ({ queryKey }) => queryKey.includes(conversation) })
      for (const resource of ['conversations', 'facets', 'search', 'status'])
        void queries.invalidateQueries({ queryKey: [resource] })
    },
  })
}

/** The questions and headings of one path. */
export function useOutline(conversation: ConversationId, leaf: MessageId | undefined) {
  const { call } = useClient()
  return useInfiniteQuery({
    queryKey: ['conversations', 'outline', conversation, leaf ?? null],
    queryFn: ({ pageParam, signal }) =>
      call(
        conversations['conversations.outline'],
        { conversation, ...(leaf ? { leaf } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      ),
    initialPageParam: undefined as Cursor | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
}
