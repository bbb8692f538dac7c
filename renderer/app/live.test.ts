import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { Client } from '../client.ts'
import { followChanges } from './live.ts'
import { type Pages, pagesOf } from './pages.ts'

/** A browser whose locks and channels are those of this process, where both exist. */
const host = globalThis as unknown as Parameters<typeof pagesOf>[0]
let name = 0
beforeEach(() => {
  name += 1
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => void vi.useRealTimers())

/** A node that is listened to: it says what the test says. */
function fakeNode() {
  const open: { from: unknown; say(id: string, types: string[]): void; end(error?: Error): void }[] = []
  const client = {
    async *listen(_: unknown, from: unknown, signal: AbortSignal, opened?: () => void) {
      const said: { id: string; event: 'changed'; data: { types: string[] } }[] = []
      let ended: { error?: Error | undefined } | undefined
      let wake = () => {}
      const stream = {
        from,
        say: (id: string, types: string[]) => {
          said.push({ id, event: 'changed', data: { types } })
          wake()
        },
        end: (error?: Error) => {
          ended = { error }
          wake()
        },
      }
      signal.addEventListener('abort', () => stream.end(new Error('aborted')))
      open.push(stream)
      opened?.()
      for (;;) {
        for (const event of said.splice(0)) yield event
        if (ended?.error) throw ended.error
        if (ended) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  } as unknown as Client
  return { open, client }
}
/** A page; `stale` are the resources that it loads again. */
function newPage(client: Client, pages: Pages = pagesOf(host, `test ${name}`)) {
  const stale: unknown[] = []
  const queries = new QueryClient()
  queries.invalidateQueries = async (filters) => void stale.push(filters?.queryKey?.[0])
  const abort = new AbortController()
  const live = followChanges(client, queries, pages, abort.signal)
  return { live, stale, close: () => abort.abort() }
}

describe('the pages of a browser', () => {
  it('listen by one connection, which the next takes over where it was', async () => {
    const { open, client } = fakeNode()
    const first = newPage(client)
    await vi.waitFor(() => expect(open).toHaveLength(1))
    const second = newPage(client)
    open[0]?.say('7', ['account.name-set'])
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(1000)
      expect(first.stale).toEqual(['account', 'status'])
      expect(second.stale).toEqual(['account', 'status'])
    })
    expect(open).toHaveLength(1)

    first.close()
    await vi.waitFor(() => expect(open).toHaveLength(2))
    expect(open[1]?.from).toEqual({ lastEventId: '7' })
    second.close()
  })

  it('know together that the node does not answer, and that it does again', async () => {
    const { open, client } = fakeNode()
    const first = newPage(client)
    await vi.waitFor(() => expect(open).toHaveLength(1))
    const second = newPage(client)
    open[0]?.end(new VivimError('unavailable'))
    await vi.waitFor(() => expect([first, second].map(({ live }) => live.reachable)).toEqual([false, false]))
    const third = newPage(client)
    await vi.waitFor(() => expect(third.live.reachable).toBe(false))
    second.live.retry()
    await vi.waitFor(() => expect(open).toHaveLength(2))
    await vi.waitFor(() => expect([first, second, third].map(({ live }) => live.reachable)).toEqual([true, true, true]))
    for (const page of [first, second, third]) page.close()
  })

  it('ask again where the session ended while it was listened to, as it may be renewed', async () => {
    const { open, client } = fakeNode()
    const page = newPage(client)
    await vi.waitFor(() => expect(open).toHaveLength(1))
    open[0]?.end(new VivimError('session-expired'))
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(500)
      expect(open).toHaveLength(2)
    })
    page.close()
  })

  it('each listen alone where the browser has no locks', async () => {
    const { open, client } = fakeNode()
    const pages = [1, 2].map(() => newPage(client, pagesOf({ navigator: {} }, 'alone')))
    await vi.waitFor(() => expect(open).toHaveLength(2))
    for (const page of pages) page.close()
  })
})
