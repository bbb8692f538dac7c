/**
 * What the tray shows of the node: asked for over the app's own session when something changed there, at most every few
 * seconds, and every half minute for what changes without an event.
 */
import { z } from 'zod'
import { entityPattern } from '../../node-core/contract/ids.ts'
import type { Later, NodeProcess } from '../node/node-process.ts'
import type { NodeAddress } from '../node/node-state.ts'

export interface NodeView {
  /** Whether others than this machine may reach it. */
  readonly network: boolean
  readonly importing: boolean
  /** Whether there is something that a person should do something about. */
  readonly trouble: boolean
  readonly nodes: readonly { readonly behind: boolean; readonly trouble: boolean }[]
  /** The conversations that changed last; none where titles are not wanted. */
  readonly recent: readonly { readonly id: string; readonly title: string | null }[]
}

export interface Watch {
  readonly view: NodeView | undefined
  /** Asks now: what is shown may be looked at. */
  look(): void
}
export interface WatchParts {
  readonly node: Pick<NodeProcess, 'address' | 'on' | 'state'>
  readonly send: typeof fetch
  readonly later: Later
  /** Whether titles are to be asked for. */
  titles(): boolean
  onChange(): void
}

/** Milliseconds: between two questions, until the next one without an event, until a stream that broke is opened again. */
const pace = { least: 3000, most: 30_000, again: 10_000 } as const
const recentMost = 7

const statusShape = z.object({
  reach: z.string(),
  imports: z.object({ running: z.number(), waiting: z.number() }),
  integrity: z.object({ state: z.string() }),
  nodes: z.array(
    z.object({ behind: z.object({ here: z.number(), there: z.number() }).nullable(), trouble: z.unknown().nullable() }),
  ),
  warnings: z.array(z.object({ code: z.string() })),
})
const recentShape = z.object({
  items: z.array(z.object({ id: z.string().regex(entityPattern), title: z.string().nullable() })),
})

export function createWatch({ node, send, later, titles, onChange }: WatchParts): Watch {
  let view: NodeView | undefined
  let shown = ''
  let ends = new AbortController()
  let cancelNext: (() => void) | undefined
  let asking = false
  let again = false

  const become = (next: NodeView | undefined) => {
    view = next
    const text = JSON.stringify(next ?? null)
    if (text === shown) return
    shown = text
    onChange()
  }
  const schedule = (milliseconds: number, { signal } = ends) => {
    cancelNext?.()
    cancelNext = later(milliseconds, () => {
      if (!signal.aborted) void ask()
    })
  }
  async function ask(): Promise<void> {
    if (asking) {
      again = true
      return
    }
    asking = true
    const { signal } = ends
    try {
      const address = await node.address(signal)
      const status = statusShape.parse(await json(send, address, '/api/v1/status', signal))
      const path = `/api/v1/conversations?limit=${recentMost}`
      const { items } = titles() ? recentShape.parse(await json(send, address, path, signal)) : { items: [] }
      if (!signal.aborted) become(viewOf(status, items))
    } catch {
      // It was stopped, or is busy: what is shown stays until it answers, or its state says more.
    } finally {
      asking = false
      if (!signal.aborted) schedule(again ? pace.least : pace.most)
      again = false
    }
  }
  /** Hears that something changed; opened again where it breaks off. */
  async function listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const { origin, token } = await node.address(signal)
        const answer = await send(`${origin}/api/v1/events/stream`, { headers: { authorization: `Bearer ${token}` }, signal })
        let soon = false
        for await (const _ of answer.body ?? []) {
          if (soon) continue
          soon = true
          if (asking) again = true
          else schedule(pace.least)
          later(pace.least, () => {
            soon = false
          })
        }
      } catch {
        // The node went away, or the session ended.
      }
      await new Promise<void>((resolve) => {
        const off = later(pace.again, resolve)
        signal.addEventListener('abort', () => {
          off()
          resolve()
        })
      })
    }
  }
  const begin = () => {
    ends = new AbortController()
    void ask()
    void listen(ends.signal)
  }
  node.on(({ state }) => {
    ends.abort()
    cancelNext?.()
    if (state === 'ready') begin()
    else become(undefined)
  })
  if (node.state.state === 'ready') begin()
  return {
    get view() {
      return view
    },
    look() {
      if (!ends.signal.aborted && node.state.state === 'ready') void ask()
    },
  }
}

async function json(send: typeof fetch, { origin, token }: NodeAddress, path: string, signal: AbortSignal): Promise<unknown> {
  const answer = await send(origin + path, { headers: { authorization: `Bearer ${token}` }, signal })
  if (!answer.ok) throw new Error(`status ${answer.status}`)
  return await answer.json()
}

const viewOf = (
  { reach, imports, integrity, nodes, warnings }: z.output<typeof statusShape>,
  recent: NodeView['recent'],
): NodeView => ({
  network: reach === 'network',
  importing: imports.running + imports.waiting > 0,
  // That the 24 words were not asked back yet is said in the window, again and again: it is no trouble of the node's.
  trouble: integrity.state === 'damaged' || warnings.some(({ code }) => code !== 'phrase-unconfirmed'),
  nodes: nodes.map(({ behind, trouble }) => ({
    behind: (behind?.here ?? 0) + (behind?.there ?? 0) > 0,
    trouble: trouble !== null,
  })),
  recent,
})
