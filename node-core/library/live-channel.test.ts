import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { testStore } from '../../tests/kit/store.ts'
import type { Capability } from '../contract/method.ts'
import { noteChannel } from './live-channel.ts'
import { createLiveNotes } from './live-notes.ts'

async function opened() {
  const store = await testStore()
  const { reader, keyring, accountOf, random, writer, account } = store
  const live = createLiveNotes({
    reader,
    keysOf: keyring.keysOf,
    accountOf,
    random,
    append: (id, changes) => writer.append(id, changes),
    nameOf: () => 'a browser',
    after: () => () => {},
    onError: (error) => {
      throw error
    },
  })
  const channel = noteChannel(live)
  const connect = (capabilities: Capability[] = ['read', 'write']) => {
    const gone = new AbortController()
    const sent: { payload: object; id: number | undefined }[] = []
    const end = channel.open({
      caller: { account: account.did, session: 'a'.repeat(26) as never, capabilities },
      signal: gone.signal,
      send: (payload, id) => void sent.push({ payload, id }),
      drained: async () => {},
    })
    return { sent, say: async (payload: unknown, id?: number) => end.receive(payload, id), gone }
  }
  const { id: note } = await store.call('notes.create', { text: 'begin' })
  const settled = async (): Promise<void> => {
    for (let n = 0; n < 30; n++) await new Promise((resolve) => setImmediate(resolve))
  }
  return { store, live, note, connect, settled }
}
const typed = (text: string): string => {
  const doc = new Y.Doc()
  doc.getText('note').insert(0, text)
  return Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64url')
}

describe('notes over live connections', () => {
  it('bring the document, then what others change, as one object for all of them', async () => {
    const { note, connect, settled, store } = await opened()
    const [writer, one, two] = [connect(), connect(['read']), connect(['read'])]
    for (const each of [writer, one, two]) await each.say({ do: 'follow', note })
    await settled()
    expect(one.sent.map(({ payload }) => payload)).toMatchObject([
      { note, event: 'changed' },
      { note, event: 'opened' },
    ])
    await writer.say({ do: 'change', note, update: typed('more '), save: true }, 7)
    await settled()
    expect(one.sent.at(-1)?.payload).toMatchObject({ note, event: 'changed' })
    expect(two.sent.at(-1)?.payload).toBe(one.sent.at(-1)?.payload)
    expect(writer.sent.at(-1)).toEqual({ payload: {}, id: 7 })
    expect((await store.call('notes.get', { note })).text).toMatch(/more /)
  })

  it('are left by a word and by going away', async () => {
    const { note, connect, settled } = await opened()
    const [one, two, three] = [connect(), connect(), connect()]
    for (const each of [one, two, three]) await each.say({ do: 'follow', note })
    await two.say({ do: 'leave', note })
    three.gone.abort()
    await settled()
    const left = one.sent.filter(({ payload }) => 'event' in payload && payload.event === 'left')
    expect(left).toHaveLength(2)
    await two.say({ do: 'follow', note })
    await settled()
    expect(two.sent.at(-1)?.payload).toMatchObject({ event: 'opened', data: { others: [{ name: 'a browser' }] } })
  })

  it('take no change from who may only read, of a note that is not open, or in another form', async () => {
    const { note, connect } = await opened()
    const [reader, writer] = [connect(['read']), connect()]
    await reader.say({ do: 'follow', note })
    await expect(reader.say({ do: 'change', note, update: typed('x') })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(writer.say({ do: 'change', note, update: typed('x') })).rejects.toMatchObject({ code: 'conflict' })
    await expect(writer.say({ do: 'follow', note: 'a'.repeat(26) })).rejects.toMatchObject({ code: 'not-found' })
    await expect(writer.say({ do: 'anything', note })).rejects.toMatchObject({ code: 'bad-request' })
    await writer.say({ do: 'follow', note })
    await expect(writer.say({ do: 'follow', note })).rejects.toMatchObject({ code: 'conflict' })
  })
})
