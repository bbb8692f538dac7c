import { useMutation, useQueryClient } from '@tanstack/react-query'
import { snippets } from '../../node-core/contract/api/snippets.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { Input } from '../../node-core/contract/method.ts'
import { useClient } from '../app/client-context.tsx'

const longestPause = 5000

/** Keeps a text in the library. While the node does not answer it is sent again and again: under one key it is kept once. */
export function useCapture() {
  const { call } = useClient()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (snippet: Input<(typeof snippets)['library.capture']>) => call(snippets['library.capture'], snippet),
    retry: (_, error) => isVivimError(error, 'unavailable'),
    retryDelay: (failures) => Math.min(500 * 2 ** failures, longestPause),
    onSuccess: () => {
      for (const resource of ['conversations', 'facets', 'status']) void queries.invalidateQueries({ queryKey: [resource] })
    },
  })
}
