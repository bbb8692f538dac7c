import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { auth } from '../../node-core/contract/api/auth.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { Capability, Output, SessionId } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

type SessionList = Output<(typeof auth)['sessions.list']>
export type SessionEntry = SessionList['items'][number]

/** Every session of the account. They are no part of the log, so that nothing tells when they change. */
export function useSessions() {
  const { call } = useClient()
  return useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => call(auth['sessions.list'], {}, signal),
    refetchOnMount: 'always',
    refetchInterval: 15_000,
  })
}

/** Ends sessions, at once; one that has ended meanwhile is as good. */
export function useEndSessions() {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (sessions: readonly SessionId[]) => {
      for (const session of sessions) {
        try {
          await call(auth['sessions.end'], { session })
        } catch (error) {
          if (!isVivimError(error, 'not-found')) throw error
        }
        queries.setQueryData<SessionList>(
          ['sessions'],
          (list) => list && { items: list.items.filter(({ id }) => id !== session) },
        )
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
}

/** Makes a sign-in link for another browser: path and fragment, to be put behind the node's address. */
export function useCreateLink() {
  const { call } = useClient()
  return useMutation({
    mutationFn: (capabilities: Capability[]) => call(auth['links.create'], { capabilities }),
    // Whoever has the link can sign in: it is not kept when its dialog closes.
    gcTime: 0,
  })
}
