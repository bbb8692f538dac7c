import { describe, expect, it } from 'vitest'
import { testStore } from '../../tests/kit/store.ts'
import { createWakeups, follow, runFollower } from './follow.ts'

const conversation = (key: string) => ({ source: 'chatgpt' as const, key, title: key, messages: [] })

async function followed() {
  const store = await testStore()
  const wakeups = createWakeups()
  const tail = { reader: store.reader, account: store.account.id, sealer: store.keys.sealer, wakeups }
  const append = async (key: string) => {
    await store.import([conversation(key)])
    wakeups.wake(store.account.id)
  }
  return { store, wakeups, tail, append }
}

describe('follow', () => {
  it('gives what is there, then what comes, in order and once', async () => {
    const { tail, append } = await followed()
    const stop = new AbortController()
    await append('a')
    const seen: number[] = []
    const reading = (async () => {
      for await (const event of follow(tail, 0, stop.signal)) {
        seen.push(event.position)
        if (seen.length === 5) stop.abort()
      }
    })()
    await append('b')
    await append('c')
    await reading
    expect(seen).toEqual([1, 2, 3, 4, 5])
  })

  it('does not sleep over a commit that comes between its looking and its sleeping', async () => {
    const { store, wakeups, tail, append } = await followed()
    const stop = new AbortController()
    // commits right after each look that found nothing
    let looks = 0
    const reader: typeof tail.reader = {
      get: (sql, parameters) => store.reader.get(sql, parameters),
      iterate: (sql, parameters) => store.reader.iterate(sql, parameters),
      async all<Row>(sql: string, parameters?: readonly (null | number | bigint | string | Uint8Array)[]): Promise<Row[]> {
        const rows = await store.reader.all<Row>(sql, parameters)
        if (sql.includes('FROM event') && rows.length === 0 && looks++ < 3) await append(`late ${looks}`)
        return rows
      },
    }
    const seen: number[] = []
    for await (const event of follow({ ...tail, reader, wakeups }, 0, stop.signal)) {
      seen.push(event.position)
      if (seen.length === 5) stop.abort()
    }
    expect(seen).toEqual([1, 2, 3, 4, 5])
  })

  it('ends when it is told to, asleep or awake, and leaves nothing waiting', async () => {
    const { tail, wakeups } = await followed()
    const stop = new AbortController()
    const seen: number[] = []
    const reading = (async () => {
      for await (const { position } of follow(tail, 0, stop.signal)) seen.push(position)
    })()
    await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    await reading
    expect(seen).toEqual([1, 2])
    for await (const { position } of follow(tail, 0, new AbortController().signal)) if (position === 1) break
    wakeups.wake(tail.account)
  })
})

describe('a follower', () => {
  it('goes on behind its checkpoint, and sees again what it had not finished', async () => {
    const { store, tail, append } = await followed()
    await append('a')
    const handled: number[] = []
    const stop = new AbortController()
    const failing = {
      name: 'f',
      async handle({ position }: { position: number }) {
        handled.push(position)
        if (position === 3) throw new Error('cut off')
      },
    }
    await expect(runFollower(tail, store.storage, failing, stop.signal)).rejects.toThrow('cut off')
    const going = {
      name: 'f',
      async handle({ position }: { position: number }) {
        handled.push(position)
        if (position === 4) stop.abort()
      },
    }
    const running = runFollower(tail, store.storage, going, stop.signal)
    await append('b')
    await running
    expect(handled).toEqual([1, 2, 3, 3, 4])
    expect(await store.reader.get('SELECT position FROM follower WHERE name = ?', ['f'])).toEqual({ position: 4 })
    // each has its own
    const other = { name: 'g', handle: async ({ position }: { position: number }) => void (position === 4 && again.abort()) }
    const again = new AbortController()
    await runFollower(tail, store.storage, other, again.signal)
    expect(await store.reader.all('SELECT name, position FROM follower ORDER BY name')).toEqual([
      { name: 'f', position: 4 },
      { name: 'g', position: 4 },
    ])
  })
})
