import { describe, expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { doctorHandlers } from './doctor.ts'

const handlersOf = (store: TestStore) =>
  doctorHandlers({
    reader: store.reader,
    writer: { check: async () => [], projections: async () => ['library'], rebuild: async () => {} },
    keysOf: store.keyring.keysOf,
    blobs: store.blobs,
    clock: store.clock,
    accounts: () => [store.account],
    forget() {},
  })
async function verified(store: TestStore, signal = new AbortController().signal) {
  const events = []
  for await (const event of await handlersOf(store)['doctor.verify']({}, { caller: 'local', capabilities: [], signal }))
    events.push(event)
  return events
}

describe('the doctor', () => {
  it('tells how far it is, and what it has checked in the end', async () => {
    await using store = await testStore()
    const blob = (
      await store.blobs.put(
        store.account.did,
        (async function* () {
          yield Buffer.from('picture')
        })(),
      )
    ).id
    await store.import([
      {
        source: 'chatgpt',
        key: 'k',
        messages: [
          {
            id: 'm',
            parent: null,
            role: 'user',
            parts: [{ type: 'attachment', kind: 'image', name: 'p.png', mime: 'image/png', pointer: 'p', blob }],
          },
        ],
      },
    ])
    // more than two pages of the log
    for (let n = 0; n < 250; n++) await store.call('notes.create', { text: `note ${n}` })
    const { events, chunks } = (await store.reader.get<{ events: number; chunks: number }>(
      'SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM chunk) AS chunks',
    )) ?? { events: 0, chunks: 0 }

    const all = await verified(store)
    const steps = all.flatMap((one) => (one.event === 'progress' ? [one.data] : []))
    const logSteps = steps.filter(({ stage }) => stage.startsWith('Signatures'))
    const told = logSteps.map(({ done }) => done)
    expect([told[0], told.at(-1)]).toEqual([0, events])
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told.some((done) => done > 0 && done < events)).toBe(true)
    for (const { total } of logSteps) expect(total).toBe(events)
    expect(steps.filter(({ stage }) => stage === 'Files').map(({ done, total }) => [done, total])).toEqual([
      [0, 1],
      [1, 1],
    ])
    expect(all.at(-1)).toEqual({ event: 'done', data: { problems: 0, events, chunks, files: 1, seconds: 0 } })

    await store.blobs.delete(store.account.did, blob)
    const faulty = await verified(store)
    expect(faulty.filter(({ event }) => event === 'problem')).toMatchObject([{ data: { where: blob } }])
    expect(faulty.at(-1)).toMatchObject({ data: { problems: 1, files: 1 } })
    await expect(verified(store, AbortSignal.abort())).rejects.toThrow()
  })
})
