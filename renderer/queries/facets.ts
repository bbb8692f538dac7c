import { useQuery } from '@tanstack/react-query'
import { conversations } from '../../node-core/contract/api/conversations.ts'
import type { Output } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

export type Facets = Output<(typeof conversations)['facets.get']>

/** What conversations can be filtered by, with counts. */
export function useFacets() {
  const { call } = useClient()
  return useQuery({ queryKey: ['facets'], queryFn: ({ signal }) => call(conversations['facets.get'], {}, signal) })
}
