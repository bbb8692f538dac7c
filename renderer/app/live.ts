/** Keeps what is on the screen true: the node says what changed, and the queries concerned load again. */
import type { QueryClient } from '@tanstack/react-query'
import { store } from '../../node-core/contract/api/store.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { Client } from '../client.ts'

/** Resources whose answers an event of a type can change, by the first part of its name and of the query's key. */
const touched: Readonly<Record<string, readonly string[]>> = {
  library: ['conversations', 'units', 'facets', 'notes', 'tags', 'status', 'search'],
  imports: ['imports', 'conversations', 'facets', 'status', 'storage', 'search'],
  account: ['account', 'status'],
  device: ['account'],
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

/** Listens until `signal` is aborted; opens a new connection after longer and longer pauses when one ends. */
export function followChanges(client: Client, queries: QueryClient, signal: AbortSignal): Live {
  let reachable = true
  let last: string | undefined
  let wake = () => {}
  const listeners = new Set<() => void>()
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
  const follow = async () => {
    let pause = firstPause
    while (!signal.aborted) {
      try {
        const from = last === undefined ? {} : { lastEventId: last }
        const opened = () => {
          if (!reachable) mark([])
          become(true)
          pause = firstPause
        }
        for await (const event of client.listen(store['events.stream'], from, signal, opened)) {
          last = event.id
          mark(event.data.types)
        }
      } catch (error) {
        if (signal.aborted) return
        if (isVivimError(error, 'unauthenticated', 'session-expired')) return
        become(!isVivimError(error, 'unavailable'))
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, pause)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      pause = Math.min(pause * 2, longestPause)
    }
  }
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  void follow()
  return {
    get reachable() {
      return reachable
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    retry: () => wake(),
  }
}
