import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { nodes, type OtherNode } from '../../node-core/contract/api/nodes.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import { useClient } from '../app/client-context.tsx'

export type { OtherNode }

const key = ['nodes']

/** The nodes that this one follows. How that goes is no part of the log, so that it is asked for. */
export function useOtherNodes() {
  const { call } = useClient()
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await call(nodes['nodes.list'], {}, signal)).items,
    refetchOnMount: 'always',
    refetchInterval: 3000,
  })
}

export function useChangeNode() {
  const { call } = useClient()
  const queries = useQueryClient()
  const onSettled = () => queries.invalidateQueries({ queryKey: key })
  const sync = useMutation({ mutationFn: (node: string) => call(nodes['nodes.sync'], { node }), onSettled })
  const remove = useMutation({ mutationFn: (node: string) => call(nodes['nodes.remove'], { node }), onSettled })
  return { sync, remove }
}

/** What is asked of another node. */
export interface NodeRequest {
  /** Its pairing link, or its address. */
  readonly url: string
  readonly code: string | undefined
}
/** How adding a node stands. */
export type Adding =
  | { readonly step: 'form'; readonly error?: unknown }
  | { readonly step: 'asking' }
  /** Nobody who is trusted vouches for it: the person compares. */
  | { readonly step: 'compare'; readonly request: NodeRequest; readonly fingerprint: string }
  /** It waits for the person’s confirmation there. */
  | { readonly step: 'confirm'; readonly number: string }
  | { readonly step: 'done'; readonly node: OtherNode }

/** Adds a node, in as many steps as it takes; what is under way is given up with its window. */
export function useAddNode() {
  const { listen } = useClient()
  const queries = useQueryClient()
  const [adding, setAdding] = useState<Adding>({ step: 'form' })
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  async function ask(request: NodeRequest, authority?: string): Promise<void> {
    stop.current?.abort()
    const controller = new AbortController()
    stop.current = controller
    const { signal } = controller
    setAdding({ step: 'asking' })
    try {
      for await (const { event, data } of listen(nodes['nodes.add'], { ...request, authority }, signal)) {
        if (event === 'done') {
          setAdding({ step: 'done', node: data })
          await queries.invalidateQueries({ queryKey: key })
          return
        }
        setAdding(
          event === 'authority'
            ? { step: 'compare', request, fingerprint: data.fingerprint }
            : { step: 'confirm', number: data.fingerprint },
        )
        if (event === 'authority') return
      }
      throw new VivimError('unavailable')
    } catch (error) {
      if (!signal.aborted) setAdding({ step: 'form', error })
    }
  }
  return { adding, ask: (request: NodeRequest, authority?: string) => void ask(request, authority) }
}
