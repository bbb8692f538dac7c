/** Keeps what is on the screen true: the node says what changed, and the queries concerned load again. */
import type { QueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { store } from '../../node-core/contract/api/store.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { Client } from '../client.ts'
import type { Pages } from './pages.ts'

/** Resources whose answers an event of a type can change, by the first part of its name and of the query's key. */
const touched: Readonly<Record<string, readonly string[]>> = {
  library: ['conversations', 'units', 'facets', 'notes', 'tags', 'status', 'search'],
  imports: ['imports', 'conversations', 'facets', 'status', 'storage', 'search'],
  account: ['account', 'status'],
  device: ['account', 'devices'],
}
/** During an import there are many events a second; screens follow at this pace. In milliseconds. */
const pace = 1000
const firstPause = 500
const longestPause = 15_000

export interface Live {
  /** Whether the node answers; screens say so where it does not. */
  readonly reachable: boolean
  subscribe(changed: () => void): () => void
  /** Tries at once, not after the pause. */
  retry(): void
}

/** What a page that listens tells the others of its browser, and what they ask of it. */
const told = z.discriminatedUnion('say', [
  z.object({ say: z.literal('changed'), id: z.string().optional(), types: z.array(z.string()) }),
  z.object({ say: z.literal('reachable'), reachable: z.boolean() }),
  z.object({ say: z.enum(['asks', 'retry']) }),
])
type Told = z.infer<typeof told>

/**
 * Follows until `signal` is aborted. One page of a browser listens, and opens a new connection after longer and longer
 * pauses when one ends; it tells the others, of which one takes its place when it is closed.
 */
export function followChanges(client: Client, queries: QueryClient, pages: Pages, signal: AbortSignal): Live {
  let reachable = true
  let last: string | undefined
  let leads = false
  let wake = () => {}
  const listeners = new Set<() => void>()
  const tell = (message: Told) => {
    if (!signal.aborted) pages.tell(message)
  }
  const become = (next: boolean) => {
    if (reachable === next) return
    reachable = next
    for (const listener of listeners) listener()
  }
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const refresh = () => {
    timer = undefined
    const resources = [...waiting]
    waiting.clear()
    for (const resource of resources) void queries.invalidateQueries({ queryKey: [resource] })
  }
  const mark = (types: readonly string[]) => {
    const groups = types.length === 0 ? Object.keys(touched) : types.map((type) => type.split('.')[0] ?? '')
    for (const group of groups) for (const resource of touched[group] ?? []) waiting.add(resource)
    if (waiting.size > 0) timer ??= setTimeout(refresh, pace)
  }
  const changed = (types: readonly string[]) => {
    mark(types)
    tell({ say: 'changed', id: last, types: [...types] })
  }
  const answers = (next: boolean) => {
    become(next)
    tell({ say: 'reachable', reachable: next })
  }
  const follow = async () => {
    leads = true
    let pause = firstPause
    while (!signal.aborted) {
      let open = false
      try {
        const from = last === undefined ? {} : { lastEventId: last }
        const opened = () => {
          open = true
          if (!reachable) changed([])
          answers(true)
          pause = firstPause
        }
        for await (const event of client.listen(store['events.stream'], from, signal, opened)) {
          last = event.id
          changed(event.data.types)
        }
      } catch (error) {
        if (signal.aborted) return
        // A session that ended while it was listened to may be renewed: asking again says whether.
        if (isVivimError(error, 'unauthenticated', 'session-expired') && !open) return
        answers(!isVivimError(error, 'unavailable'))
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, pause)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      pause = Math.min(pause * 2, longestPause)
    }
  }
  pages.hear((message) => {
    const { data } = told.safeParse(message)
    if (data?.say === 'changed') {
      last = data.id ?? last
      mark(data.types)
    } else if (data?.say === 'reachable') become(data.reachable)
    else if (data?.say === 'retry') wake()
    else if (data && leads) tell({ say: 'reachable', reachable })
  }, signal)
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  void pages.lead(follow, signal)
  tell({ say: 'asks' })
  return {
    get reachable() {
      return reachable
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    retry() {
      wake()
      tell({ say: 'retry' })
    },
  }
}
