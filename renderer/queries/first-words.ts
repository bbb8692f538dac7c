import { useQuery } from '@tanstack/react-query'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import type { ConversationId } from '../../node-core/contract/ids.ts'
import { useClient } from '../app/client-context.tsx'

const most = 120

/** How a conversation without a title begins; empty where nothing in it is of words. */
export function useFirstWords(id: ConversationId, wanted: boolean) {
  const { call } = useClient()
  return useQuery({
    queryKey: ['units', 'first-words', id],
    queryFn: async ({ signal }) => {
      const { items } = await call(conversations['conversations.units'], { conversation: id, limit: 10 }, signal)
      const said = items.filter(({ role, text }) => role !== 'system' && text.trim() !== '')
      const first = said.find(({ role }) => role === 'user') ?? said[0]
      return (first?.text ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, most)
    },
    enabled: wanted,
    // What a conversation begins with hardly ever changes.
    staleTime: 600_000,
  })
}
