/** Both clients over the same handlers: what a command sees must not depend on where the node runs. */
import { rm } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type Door, echoHandlers, newDid, openDoor } from '../../../tests/kit/door.ts'
import { type Api, api } from '../../contract/api/index.ts'
import { VivimError } from '../../contract/errors.ts'
import type { Did, NoteId } from '../../contract/ids.ts'
import type { Handlers } from '../../contract/method.ts'
import { createDispatch } from '../../dispatch.ts'
import type { NodeClient } from './client.ts'
import { insideClient } from './inside.ts'
import { answers, socketClient } from './socket.ts'

const [one, two] = [newDid(), newDid()]
const note = 'a'.repeat(26) as NoteId
async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}
const asText = async (bytes: AsyncIterable<Uint8Array>) => Buffer.concat(await all(bytes)).toString()

const handlers = (accounts: Did[]): Handlers<Api> => ({
  ...echoHandlers(api),
  'accounts.list': async () => ({ items: accounts.map((did) => ({ did, name: null, created: 0 })) }),
  'notes.get': async ({ note: id }, { account }) => ({
    id,
    target: null,
    text: `of ${account}`,
    revision: '1',
    created: 1,
    updated: 2,
  }),
  'notes.delete': async () => {
    throw new VivimError('not-found', 'There is no such note.')
  },
  // Out of contract: a node of another version.
  'facets.get': async () => ({ sources: 'many' }) as never,
  async 'imports.upload'({ name }, { body }) {
    const text = await asText(body.bytes)
    if (text === '') throw new VivimError('import-empty')
    return {
      id: 'a'.repeat(26) as never,
      name: `${name} ${text.length}`,
      state: 'waiting',
      format: null,
      started: 0,
      finished: null,
      conversations: 0,
      messages: 0,
    }
  },
  async 'export.get'({ source }) {
    if (source) throw new VivimError('not-found', 'Nothing of it.')
    return {
      mediaType: 'application/zip',
      async *open() {
        for (let piece = 0; piece < 64; piece++) yield new Uint8Array(65_536).fill(97)
      },
    }
  },
  async *'doctor.verify'() {
    yield { event: 'progress', data: { stage: 'Pages', done: 1, total: null } }
    yield { event: 'problem', data: { where: 'blob', what: 'gone' } }
    yield { event: 'done', data: { problems: 1, events: 0, chunks: 0, files: 0, seconds: 2 } }
  },
  async *'doctor.rebuild'({ projections }) {
    yield { event: 'progress', data: { stage: projections?.[0] ?? 'all', done: 1, total: 2 } }
    throw new VivimError('storage-full')
  },
  async *'events.stream'(_, { signal }) {
    yield { id: '7', event: 'changed', data: { position: 7, types: [] } }
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  },
})

let door: Door | undefined
let client: NodeClient
const close = async () => {
  await client?.[Symbol.asyncDispose]()
  await door?.[Symbol.asyncDispose]()
  door = undefined
}
afterEach(close)
async function open(kind: 'socket' | 'inside', { accounts = [one], account }: { accounts?: Did[]; account?: Did } = {}) {
  await close()
  if (kind === 'inside') {
    client = insideClient({ dispatch: createDispatch(api, handlers(accounts)), close: async () => undefined }, account)
  } else {
    door = await openDoor({ handlers: handlers(accounts), accounts })
    client = socketClient(door.socketPath, account)
  }
}

describe.each(['socket', 'inside'] as const)('a client (%s)', (kind) => {
  it('calls, and gives typed answers', async () => {
    await open(kind)
    expect(await client.call('notes.get', { note })).toEqual({
      id: note,
      target: null,
      text: `of ${one}`,
      revision: '1',
      created: 1,
      updated: 2,
    })
    expect(client.remote).toBe(kind === 'socket')
  })

  it('throws the error that the node answered', async () => {
    await open(kind)
    await expect(client.call('notes.delete', { note })).rejects.toMatchObject({
      code: 'not-found',
      detail: 'There is no such note.',
    })
    await expect(client.call('notes.get', { note: 'x' as never })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(client.download('export.get', { source: ['claude'] })).rejects.toMatchObject({
      code: 'not-found',
      detail: 'Nothing of it.',
    })
  })

  it('refuses answers that are out of contract', async () => {
    await open(kind)
    await expect(client.call('facets.get', {})).rejects.toMatchObject({
      code: 'internal',
      detail: expect.stringContaining('version'),
    })
  })

  it('uploads a stream', async () => {
    await open(kind)
    const bytes = async function* () {
      for (let n = 0; n < 10; n++) yield Buffer.alloc(50_000, 'x')
    }
    expect(await client.upload('imports.upload', { name: 'a b.zip' }, bytes())).toMatchObject({
      name: 'a b.zip 500000',
      state: 'waiting',
    })
    await expect(client.upload('imports.upload', { name: 'a' }, (async function* () {})())).rejects.toMatchObject({
      code: 'import-empty',
    })
  })

  it('downloads a stream', async () => {
    await open(kind)
    const { bytes } = await client.download('export.get', {})
    expect((await asText(bytes)).length).toBe(64 * 65_536)
  })

  it('follows events to their end, and to their failure', async () => {
    await open(kind)
    expect((await all(client.events('doctor.verify', {}))).map(({ event }) => event)).toEqual(['progress', 'problem', 'done'])
    const seen: string[] = []
    const following = (async () => {
      for await (const { event } of client.events('doctor.rebuild', { projections: ['search'] })) seen.push(event)
    })()
    await expect(following).rejects.toMatchObject({ code: 'storage-full' })
    expect(seen).toEqual(['progress'])
  })

  it('lets go of a stream that nobody reads on', async () => {
    await open(kind)
    for await (const event of client.events('events.stream', {})) {
      expect(event).toMatchObject({ id: '7' })
      break
    }
  })

  it('asks which of several accounts is meant', async () => {
    await open(kind, { accounts: [one, two] })
    await expect(client.call('notes.get', { note })).rejects.toMatchObject({ code: 'bad-request' })
    await open(kind, { accounts: [one, two], account: two })
    expect(await client.call('notes.get', { note })).toMatchObject({ text: `of ${two}` })
    expect((await client.call('accounts.list', {})).items).toHaveLength(2)
    await open(kind, { account: two })
    await expect(client.call('notes.get', { note })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a socket', () => {
  it('answers while a node is behind it', async () => {
    await open('socket')
    const address = door?.socketPath ?? ''
    expect(await answers(address)).toBe(true)
    await door?.[Symbol.asyncDispose]()
    door = undefined
    expect(await answers(address)).toBe(false)
    await rm(address, { force: true })
    expect(await answers(address)).toBe(false)
    await expect(client.call('notes.get', { note })).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('ends what waits when the command is stopped', async () => {
    await open('socket')
    const stopped = new AbortController()
    const waiting = (async () => {
      for await (const { event } of client.events('events.stream', {}, stopped.signal)) if (event === 'changed') stopped.abort()
    })()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  })
})
