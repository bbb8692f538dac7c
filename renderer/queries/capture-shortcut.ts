import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useHost } from '../app/host-context.tsx'

const key = ['capture-shortcut']

/** The shortcut that opens the small window for a snippet; asked for only where there is one. */
export function useCaptureShortcut() {
  const host = useHost()
  return useQuery({
    queryKey: key,
    queryFn: () => host.call('capture.shortcut', undefined),
    enabled: host.offers('capture.shortcut'),
  })
}

/** Another one from now on; null: none. */
export function useChooseShortcut() {
  const host = useHost()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (keys: string | null) => host.call('capture.choose', { keys }),
    onSuccess: (state) => queries.setQueryData(key, state),
  })
}
