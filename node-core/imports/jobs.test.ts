import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sourceOf } from '../../tests/kit/exports.ts'
import { type TestJobsOptions, testJobs } from '../../tests/kit/jobs.ts'
import { temporaryFolder } from '../../tests/kit/sqlite.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { imports } from '../contract/api/imports.ts'
import { VivimError } from '../contract/errors.ts'
import { fromBase32, type ImportId, toBase32 } from '../contract/ids.ts'
import { createDispatch } from '../dispatch.ts'
import { archiveOf } from '../library/export-archive.ts'
import { importHandlers } from './handlers.ts'
import { sweep } from './staging.ts'

const entry = (id: string, title: string, words: string) => ({
  id,
  conversation_id: id,
  title,
  create_time: 1700000000,
  update_time: 1700000000,
  current_node: `${id}-m`,
  mapping: {
    [`${id}-m`]: {
      id: `${id}-m`,
      parent: null,
      children: [],
      message: {
        id: `${id}-m`,
        author: { role: 'user' },
        create_time: 1700000000,
        content: { content_type: 'text', parts: [words] },
        metadata: {},
      },
    },
  },
})
const exportOf = (...titles: string[]): Buffer =>
  Buffer.from(JSON.stringify(titles.map((title, n) => entry(`c-${title}-${n}`, title, `words of ${title}`))))
async function* stream(...pieces: (Buffer | Error)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Error) throw piece
    yield piece
  }
}
const titles = async (store: TestStore) => (await store.call('conversations.list', {})).items.map(({ title }) => title).sort()

describe('import jobs', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let store: TestStore
  beforeEach(async () => {
    folder = temporaryFolder()
    store = await testStore()
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    folder.remove()
  })
  const make = (options: Partial<TestJobsOptions> = {}) => testJobs(store, { directory: folder.path, ...options })
  const stagedFiles = (): string[] => {
    try {
      return readdirSync(join(folder.path, 'staging'))
    } catch {
      return []
    }
  }
  /** Holds runs back until they are let go. */
  function gates() {
    const waiting: (() => void)[] = []
    const arrived: (() => void)[] = []
    return {
      gate: () =>
        new Promise<void>((resolve) => {
          waiting.push(resolve)
          arrived.shift()?.()
        }),
      begun: () => (waiting.length > 0 ? Promise.resolve() : new Promise<void>((resolve) => void arrived.push(resolve))),
      open: () => waiting.shift()?.(),
    }
  }

  it('take an upload, keep it sealed while it waits, and report', async () => {
    const { gate, begun, open } = gates()
    const { jobs, over, ends } = make({ gate })
    const { id, state } = await jobs.receive(store.account, 'conversations.json', stream(exportOf('Quinces', 'Medlars')))
    expect(['waiting', 'checking']).toContain(state)
    await begun()
    expect(jobs.counts(store.account)).toEqual({ running: 1, waiting: 0 })
    const files = stagedFiles()
    expect(files).toHaveLength(1)
    expect(readFileSync(join(folder.path, 'staging', files[0] ?? '')).includes('Quinces')).toBe(false)
    open()
    const record = await over(id)
    expect(record).toMatchObject({ state: 'done', format: 'chatgpt', conversations: 2, messages: 2, staged: '', error: null })
    expect(record.report).toMatchObject({
      conversations: { imported: 2, updated: 0, unchanged: 0, unreadable: [] },
      messages: { total: 2, added: 2 },
    })
    expect(stagedFiles()).toEqual([])
    expect(await titles(store)).toEqual(['Medlars', 'Quinces'])
    expect(await store.events()).toEqual([
      'account.created',
      'device.granted',
      'imports.started',
      'library.conversations-imported',
      'imports.completed',
    ])
    expect(ends).toEqual([store.account.id])
  })

  it('run one after the other', async () => {
    const { gate, begun, open } = gates()
    const { jobs, over } = make({ gate })
    const first = await jobs.receive(store.account, 'a.json', stream(exportOf('A')))
    const second = await jobs.receive(store.account, 'b.json', stream(exportOf('B')))
    await begun()
    expect(jobs.counts(store.account)).toEqual({ running: 1, waiting: 1 })
    expect((await jobs.get(store.account, second.id)).record.state).toBe('waiting')
    open()
    await over(first.id)
    await begun()
    open()
    expect((await over(second.id)).state).toBe('done')
    expect(await titles(store)).toEqual(['A', 'B'])
  })

  it('keep nothing of what is empty, breaks off, or fails', async () => {
    const { jobs, over } = make()
    await expect(jobs.receive(store.account, 'x', stream())).rejects.toMatchObject({ code: 'import-empty' })
    await expect(jobs.receive(store.account, 'x', stream(Buffer.from('[{'), new VivimError('cancelled')))).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(stagedFiles()).toEqual([])
    expect(jobs.counts(store.account)).toEqual({ running: 0, waiting: 0 })
    const { id } = await jobs.receive(store.account, 'x', stream(Buffer.from('{"nothing":"known"}')))
    const failed = await over(id)
    expect(failed).toMatchObject({ state: 'failed', staged: '', error: { code: 'import-unknown-format' } })
    expect(failed.report?.error?.code).toBe('import-unknown-format')
    expect(stagedFiles()).toEqual([])
    await expect(jobs.resume(store.account, id)).rejects.toMatchObject({ code: 'import-not-resumable' })
    expect(await titles(store)).toEqual([])
  })

  it('hide what came in before a failure', async () => {
    const source = sourceOf({ 'conversations.json': exportOf('A').toString() })
    const file = source.files[0]
    let reads = 0
    const breaking = {
      ...source,
      files: file
        ? [
            {
              path: file.path,
              size: file.size,
              head: (n: number) => file.head(n),
              bytes: (limit: number) => file.bytes(limit),
              async *stream() {
                yield* file.stream()
                // whole while it is checked, and broken when it is read
                if (reads++ > 0) throw new VivimError('import-damaged', 'It breaks off.')
              },
            },
          ]
        : [],
    }
    const { jobs, over } = make({ sources: { '/broken': breaking } })
    const { id } = await jobs.openPaths(store.account, 'broken', ['/broken'])
    expect(await over(id)).toMatchObject({ state: 'failed', error: { code: 'import-damaged' } })
    expect(await titles(store)).toEqual([])
    // and a sound one brings it
    const again = await jobs.receive(store.account, 'sound', stream(exportOf('A')))
    await over(again.id)
    expect(await titles(store)).toEqual(['A'])
  })

  it('are cancelled while they wait or run', async () => {
    const { gate, begun, open } = gates()
    const { jobs } = make({ gate })
    const first = await jobs.receive(store.account, 'a', stream(exportOf('A')))
    const second = await jobs.receive(store.account, 'b', stream(exportOf('B')))
    await begun()
    // the second waits behind the first, but its end does not
    expect(await jobs.cancel(store.account, second.id)).toMatchObject({ state: 'cancelled' })
    const cancelling = jobs.cancel(store.account, first.id)
    open()
    expect(await cancelling).toMatchObject({ state: 'cancelled' })
    expect(stagedFiles()).toHaveLength(2)
  })

  it('go on when they are resumed, and double nothing', async () => {
    const { gate, begun, open } = gates()
    const { jobs, over } = make({ gate })
    const { id } = await jobs.receive(store.account, 'a', stream(exportOf('A', 'B')))
    await begun()
    const cancelling = jobs.cancel(store.account, id)
    open()
    expect((await cancelling).state).toBe('cancelled')
    expect((await jobs.get(store.account, id)).record.report).toMatchObject({ complete: false, warnings: [{ code: 'stopped' }] })
    const resumed = await jobs.resume(store.account, id)
    expect(['waiting', 'checking']).toContain(resumed.state)
    await expect(jobs.resume(store.account, id)).rejects.toMatchObject({ code: 'import-running' })
    await begun()
    open()
    expect((await over(id)).report).toMatchObject({ conversations: { imported: 2 }, messages: { added: 2 } })
    const again = await jobs.receive(store.account, 'a', stream(exportOf('A', 'B')))
    await begun()
    open()
    expect((await over(again.id)).report).toMatchObject({
      conversations: { imported: 0, updated: 0, unchanged: 2 },
      messages: { total: 2, added: 0, alreadyHad: 2 },
    })
  })

  it('that a stop interrupts go on at the next start', async () => {
    const { gate, begun, open } = gates()
    const before = make({ gate })
    const first = await before.jobs.receive(store.account, 'a', stream(exportOf('A')))
    const second = await before.jobs.receive(store.account, 'b', stream(exportOf('B')))
    await begun()
    const closing = before.jobs.close()
    open()
    await closing
    expect((await before.jobs.get(store.account, first.id)).record.state).toBe('interrupted')
    expect((await before.jobs.get(store.account, second.id)).record.state).toBe('waiting')
    expect(await titles(store)).toEqual([])

    const after = make()
    await after.jobs.goOn(store.account)
    await after.over(first.id)
    await after.over(second.id)
    expect(await titles(store)).toEqual(['A', 'B'])
    expect(stagedFiles()).toEqual([])
    await make().jobs.goOn(store.account)
    expect((await after.jobs.get(store.account, first.id)).record.state).toBe('done')
  })

  it('are undone: hidden at once, and shown again by another import', async () => {
    const { jobs, over } = make()
    const first = await jobs.receive(store.account, 'a', stream(exportOf('A', 'B')))
    await over(first.id)
    const second = await jobs.receive(store.account, 'b', stream(exportOf('A')))
    await over(second.id)
    expect(await jobs.undo(store.account, first.id)).toMatchObject({ state: 'undone' })
    expect(await titles(store)).toEqual(['A'])
    expect((await jobs.get(store.account, first.id)).record).toMatchObject({
      state: 'undone',
      report: { conversations: { imported: 2 } },
    })
    expect(await jobs.undo(store.account, first.id)).toMatchObject({ state: 'undone' })
    await jobs.undo(store.account, second.id)
    expect(await titles(store)).toEqual([])
  })

  it('end also when their end cannot be stored, and the next one runs', async () => {
    let full = false
    const append = store.writer.append
    store.writer.append = (account, changes, root) =>
      full ? Promise.reject(new VivimError('storage-full')) : append(account, changes, root)
    const { jobs, over, errors } = make({
      gate: async () => {
        full = true
      },
    })
    const first = await jobs.receive(store.account, 'a', stream(exportOf('A')))
    await over(first.id)
    expect(errors).toMatchObject([{ code: 'storage-full' }])
    const stands = await jobs.get(store.account, first.id)
    expect(stands).toMatchObject({ record: { state: 'interrupted', error: { code: 'storage-full' } }, progress: null })
    expect(stands.record.report).toMatchObject({ state: 'interrupted', error: { code: 'storage-full' } })
    expect(stagedFiles()).toHaveLength(1)
    await expect(jobs.cancel(store.account, first.id)).resolves.toMatchObject({ state: 'cancelled' })
    await expect(jobs.resume(store.account, first.id)).resolves.toMatchObject({ error: null })
    await over(first.id)
    expect(errors).toHaveLength(2)
    full = false
    // the row says that it is under way: a start goes on with it
    const again = make()
    await again.jobs.goOn(store.account)
    expect((await again.over(first.id)).state).toBe('done')
    expect(await titles(store)).toEqual(['A'])
    expect(stagedFiles()).toEqual([])
  })

  it('go on in the same node once their end can be stored, or are undone', async () => {
    let full = false
    const append = store.writer.append
    store.writer.append = (account, changes, root) =>
      full ? Promise.reject(new VivimError('storage-full')) : append(account, changes, root)
    const { jobs, over } = make({
      gate: async () => {
        full = true
      },
    })
    const first = await jobs.receive(store.account, 'a', stream(exportOf('A')))
    expect((await over(first.id)).state).toBe('interrupted')
    full = false
    expect(await jobs.undo(store.account, first.id)).toMatchObject({ state: 'undone', staged: '' })
    expect((await jobs.get(store.account, first.id)).record.state).toBe('undone')
    const other = make()
    store.writer.append = (account, changes, root) =>
      changes.some(({ type }) => type === 'imports.completed')
        ? Promise.reject(new VivimError('storage-full'))
        : append(account, changes, root)
    const second = await other.jobs.receive(store.account, 'b', stream(exportOf('B')))
    expect(await other.over(second.id)).toMatchObject({ state: 'interrupted', report: { messages: { added: 1 } } })
    store.writer.append = append
    await other.jobs.resume(store.account, second.id)
    expect(await other.over(second.id)).toMatchObject({ state: 'done', error: null, report: { conversations: { imported: 1 } } })
    expect(await titles(store)).toEqual(['B'])
    expect(stagedFiles()).toEqual([])
  })

  it('that failed and were taken back stay failed, even if that was the last thing that could be stored', async () => {
    const { jobs, over } = make()
    const write = store.writer.write
    const append = store.writer.append
    store.writer.append = async (account, changes, root) => {
      const appended = await append(account, changes, root)
      if (changes.some(({ type }) => type === 'imports.undone'))
        store.writer.write = () => Promise.reject(new VivimError('storage-full'))
      return appended
    }
    const { id } = await jobs.receive(store.account, 'x', stream(Buffer.from('{"nothing":"known"}')))
    expect(await over(id)).toMatchObject({ state: 'failed', error: { code: 'import-unknown-format' } })
    await expect(jobs.resume(store.account, id)).rejects.toMatchObject({ code: 'import-not-resumable' })
    store.writer.write = write
    const after = make()
    await after.jobs.goOn(store.account)
    expect(after.jobs.counts(store.account)).toEqual({ running: 0, waiting: 0 })
    expect((await after.jobs.get(store.account, id)).record).toMatchObject({ state: 'failed', staged: '' })
    expect(stagedFiles()).toEqual([])
  })

  const signal = new AbortController().signal
  const dispatchOf = (jobs: ReturnType<typeof make>['jobs']) => {
    const { reader, keyring, accountOf, clock } = store
    const handlers = importHandlers({ jobs, reader, keysOf: keyring.keysOf, accountOf, clock, pack: archiveOf })
    return createDispatch(imports, handlers, { checkOutputs: true })
  }

  it('take a folder file by file, whole or not at all', async () => {
    const { jobs, over } = make()
    const dispatch = dispatchOf(jobs)
    const caller = { kind: 'local' as const, account: store.account.did }
    const send = (...given: [string, ...(Buffer | Error)[]][]) => {
      const files = (async function* () {
        for (const [name, ...pieces] of given) yield { name, bytes: stream(...pieces) }
      })()
      return dispatch.call('imports.upload-files', { name: 'chosen' }, caller, { signal, body: { files } })
    }
    const good: [string, Buffer] = ['chosen/conversations.json', exportOf('A', 'B')]
    await expect(send(good, ['chosen/../x', exportOf('C')])).rejects.toMatchObject({ code: 'import-unsafe-name' })
    await expect(send(good, ['chosen/x', new VivimError('cancelled')])).rejects.toMatchObject({ code: 'cancelled' })
    await expect(send()).rejects.toMatchObject({ code: 'import-empty' })
    expect(stagedFiles()).toEqual([])
    const { id } = (await send(good, ['chosen/deep/readme.txt', Buffer.from('words')])) as { id: string }
    expect(await over(fromBase32(id))).toMatchObject({ state: 'done', name: 'chosen', format: 'chatgpt', conversations: 2 })
    expect(stagedFiles()).toEqual([])
    expect(await titles(store)).toEqual(['A', 'B'])
  })

  it('tell their progress as a stream that ends', async () => {
    const { gate, begun, open } = gates()
    const { jobs } = make({ gate })
    const dispatch = dispatchOf(jobs)
    const caller = { kind: 'local' as const, account: store.account.did }
    const { id: raw } = await jobs.receive(store.account, 'a', stream(exportOf('A')))
    const id = toBase32(raw) as ImportId
    await begun()
    const events = (await dispatch.call('imports.events', { import: id }, caller, { signal })) as AsyncIterable<{
      event: string
      data: object
    }>
    const seen: string[] = []
    for await (const { event, data } of events) {
      seen.push(event)
      if (seen.length === 1) {
        expect(data).toMatchObject({ phase: 'checking' })
        open()
      }
      if (event === 'done') expect(data).toMatchObject({ id, state: 'done', conversations: 1 })
    }
    expect(seen.at(-1)).toBe('done')
    expect(seen.filter((event) => event === 'done')).toHaveLength(1)
    expect(await dispatch.call('imports.report', { import: id }, caller, { signal })).toMatchObject({
      state: 'done',
      conversations: { imported: 1 },
    })
    expect(await dispatch.call('imports.list', {}, caller, { signal })).toMatchObject({
      items: [{ id, state: 'done' }],
      next: null,
    })
    expect(await dispatch.call('imports.get', { import: id }, caller, { signal })).toMatchObject({ id, progress: null })
    await expect(dispatch.call('imports.get', { import: 'a'.repeat(26) }, caller, { signal })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('leave no staged file behind that nothing knows', async () => {
    mkdirSync(join(folder.path, 'staging'))
    writeFileSync(join(folder.path, 'staging', 'stray'), 'x')
    const { gate, begun, open } = gates()
    const { jobs, over } = make({ gate })
    const { id } = await jobs.receive(store.account, 'a', stream(exportOf('A')))
    await begun()
    const { record } = await jobs.get(store.account, id)
    await sweep(join(folder.path, 'staging'), new Set([record.staged]))
    expect(stagedFiles()).toEqual([record.staged])
    open()
    expect((await over(id)).state).toBe('done')
  })
})
