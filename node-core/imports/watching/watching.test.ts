import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderKit, session, turn } from '../../../tests/kit/folders.ts'
import { testJobs } from '../../../tests/kit/jobs.ts'
import { temporaryFolder } from '../../../tests/kit/sqlite.ts'
import { type TestStore, testStore } from '../../../tests/kit/store.ts'

describe('watched folders', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let store: TestStore
  let projects: string
  let downloads: string
  beforeEach(async () => {
    folder = temporaryFolder()
    projects = join(folder.path, 'projects')
    downloads = join(folder.path, 'downloads')
    mkdirSync(join(projects, '-home-ada-loom'), { recursive: true })
    mkdirSync(downloads)
    store = await testStore()
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    folder.remove()
  })
  const kit = (options: Parameters<typeof folderKit>[3] = {}) => {
    const jobs = testJobs(store, { directory: folder.path, ...(options.gate ? { gate: options.gate } : {}) })
    return folderKit(store, jobs.jobs, store.clock, options)
  }
  const put = (path: string, text: string) => writeFileSync(join(projects, '-home-ada-loom', path), text)
  const titles = async () => (await store.call('conversations.list', {})).items.map(({ title }) => title).sort()
  const chatgpt = (title: string) =>
    JSON.stringify([
      {
        title,
        id: `c-${title}`,
        conversation_id: `c-${title}`,
        create_time: 1,
        update_time: 1,
        current_node: 'm',
        mapping: {
          m: {
            id: 'm',
            parent: null,
            children: [],
            message: {
              id: 'm',
              author: { role: 'user' },
              create_time: 1,
              content: { content_type: 'text', parts: [title] },
              metadata: {},
            },
          },
        },
      },
    ])

  it('import sessions once, again when they grow, and only what is new', async () => {
    put('s1.jsonl', session('s1', 'Warp the loom'))
    put('s2.jsonl', session('s2', 'Weft and shed'))
    const { watching, idle, imports } = kit()
    await watching.add(store.account, { path: projects, kind: 'sessions' }, true)
    watching.begin()
    await idle()
    expect(await titles()).toEqual(['Warp the loom', 'Weft and shed'])
    expect(await imports()).toMatchObject([
      { name: 'projects', state: 'done', format: 'claude-code', watched: true, messages: 4 },
    ])
    expect(watching.list(store.account)).toMatchObject([{ state: 'watching', files: 2, pending: 0, trouble: null, failed: [] }])

    put('s1.jsonl', session('s1', 'Warp the loom') + turn('s1', 2, 'And the selvedge?'))
    await idle()
    const [grown] = await imports()
    expect(grown).toMatchObject({ name: 's1.jsonl', watched: true, report: { messages: { added: 2, alreadyHad: 2 } } })
    expect(await imports()).toHaveLength(2)
    expect((await store.call('conversations.list', {})).items.map(({ messages }) => messages).sort()).toEqual([2, 4])
    await watching.close()
  })

  it('make of a session in pieces what it is as a whole, subagents included', async () => {
    const whole = await testStore({ seed: 2 })
    const agent = turn('s1', 5, 'Count the heddles', { agentId: 'a1', isSidechain: true, uuid: 'agent' })
    put('s1.jsonl', session('s1', 'Warp the loom'))
    put('agent-a1.jsonl', agent)
    const { watching, idle } = kit()
    await watching.add(store.account, { path: projects, kind: 'sessions' }, true)
    watching.begin()
    await idle()
    put('s1.jsonl', session('s1', 'Warp the loom') + turn('s1', 2, 'And the selvedge?'))
    await idle()
    put('agent-a1.jsonl', agent + turn('s1', 6, 'All forty', { agentId: 'a1', isSidechain: true, uuid: 'agent' }))
    await idle()
    await watching.close()

    const other = folderKit(whole, testJobs(whole, { directory: folder.path }).jobs, whole.clock)
    await other.watching.add(whole.account, { path: projects, kind: 'sessions' }, true)
    other.watching.begin()
    await other.idle()
    await other.watching.close()
    const shape = async ({ call }: TestStore) => {
      const { items } = await call('conversations.list', {})
      return items.map(({ title, messages, branches }) => ({ title, messages, branches }))
    }
    expect(await shape(store)).toEqual(await shape(whole))
    expect(await shape(store)).toHaveLength(1)
    await whole[Symbol.asyncDispose]()
  })

  it('keep what they know over a restart', async () => {
    put('s1.jsonl', session('s1', 'Warp the loom'))
    const first = kit()
    await first.watching.add(store.account, { path: projects, kind: 'sessions' }, true)
    first.watching.begin()
    await first.idle()
    await first.watching.close()
    put('s2.jsonl', session('s2', 'Weft and shed'))
    const second = kit()
    await second.watching.start(store.account)
    second.watching.begin()
    await second.idle()
    expect((await second.imports()).map(({ name }) => name)).toEqual(['s2.jsonl', 's1.jsonl'])
    await second.watching.remove(store.account, projects)
    put('s3.jsonl', session('s3', 'Shuttle'))
    await second.idle()
    expect(await titles()).toEqual(['Warp the loom', 'Weft and shed'])
    expect(await store.reader.all('SELECT folder FROM watched_file UNION ALL SELECT name FROM watched_folder')).toEqual([])
    await second.watching.close()
  })

  it('of downloads take exports that come, whatever they are called, and nothing else', async () => {
    writeFileSync(join(downloads, 'before.json'), chatgpt('Before'))
    const { watching, idle, imports } = kit()
    await watching.add(store.account, { path: downloads, kind: 'exports' }, false)
    watching.begin()
    await idle()
    expect(await imports()).toEqual([])
    writeFileSync(join(downloads, 'conversations.json.part'), chatgpt('Half'))
    writeFileSync(join(downloads, 'recipes.json'), '{"apples": 3}')
    writeFileSync(join(downloads, 'holiday.zip'), 'PK\u0003\u0004 nothing of the kind')
    writeFileSync(join(downloads, 's.jsonl'), session('s9', 'A session that is none of ours'))
    writeFileSync(join(downloads, 'what.json'), chatgpt('Quinces'))
    symlinkSync(join(downloads, 'before.json'), join(downloads, 'link.json'))
    await idle()
    expect(await titles()).toEqual(['Quinces'])
    expect(await imports()).toMatchObject([{ name: 'what.json', watched: true }])
    // the browser's own last step
    renameSync(join(downloads, 'conversations.json.part'), join(downloads, 'conversations.json'))
    await idle()
    expect(await titles()).toEqual(['Half', 'Quinces'])
    expect(watching.list(store.account)).toMatchObject([{ files: 2, state: 'watching' }])
    await watching.close()
  })

  it('leave a file alone while it is written', async () => {
    const { watching, idle, imports, run } = kit()
    await watching.add(store.account, { path: downloads, kind: 'exports' }, false)
    watching.begin()
    await idle()
    const text = chatgpt('Medlars')
    for (let length = 50; length < text.length; length += 50) {
      writeFileSync(join(downloads, 'slow.json'), text.slice(0, length))
      utimesSync(join(downloads, 'slow.json'), store.clock.now() / 1000, store.clock.now() / 1000)
      await run(3000)
    }
    expect(await imports()).toEqual([])
    writeFileSync(join(downloads, 'slow.json'), text)
    await idle()
    expect(await titles()).toEqual(['Medlars'])
    expect(await imports()).toHaveLength(1)
    await watching.close()
  })

  it('try a broken file once, say so, and try again when it is another', async () => {
    const broken = Buffer.from(chatgpt('Broken')).subarray(0, -20)
    writeFileSync(join(downloads, 'export.json'), broken)
    const { watching, idle, imports, run } = kit()
    await watching.add(store.account, { path: downloads, kind: 'exports' }, true)
    watching.begin()
    await idle()
    await run(3_600_000)
    expect(await imports()).toMatchObject([{ state: 'failed', error: { code: 'import-damaged' } }])
    expect(watching.list(store.account)[0]?.failed).toEqual([{ path: 'export.json', code: 'import-damaged' }])
    writeFileSync(join(downloads, 'export.json'), chatgpt('Mended'))
    await idle()
    expect(await titles()).toEqual(['Mended'])
    expect(watching.list(store.account)[0]?.failed).toEqual([])
    await watching.close()
  })

  it('find the one file among many that no import bears', async () => {
    for (let n = 0; n < 9; n++) put(`s${n}.jsonl`, session(`s${n}`, `Pattern ${n}`))
    const { watching, idle, imports, jobs } = kit({
      start: (paths) => paths.some((path) => path.endsWith('s4.jsonl')),
    })
    await watching.add(store.account, { path: projects, kind: 'sessions' }, true)
    watching.begin()
    await idle()
    expect(await titles()).toHaveLength(8)
    expect(watching.list(store.account)[0]?.failed).toEqual([{ path: '-home-ada-loom/s4.jsonl', code: 'import-unsafe-name' }])
    expect((await imports()).filter(({ state }) => state === 'failed').length).toBeLessThan(6)
    expect(jobs.counts(store.account)).toEqual({ running: 0, waiting: 0 })
    await watching.close()
  })

  it('wait for a folder that is gone, and go on where they were', async () => {
    put('s1.jsonl', session('s1', 'Warp the loom'))
    const { watching, idle, imports } = kit()
    await watching.add(store.account, { path: projects, kind: 'sessions' }, true)
    watching.begin()
    await idle()
    renameSync(projects, `${projects}.away`)
    await idle()
    expect(watching.list(store.account)).toMatchObject([{ state: 'trouble', trouble: { code: 'not-found' } }])
    renameSync(`${projects}.away`, projects)
    await idle()
    expect(watching.list(store.account)).toMatchObject([{ state: 'watching', trouble: null }])
    expect(await imports()).toHaveLength(1)
    await watching.close()
  })

  it('do nothing while the disk is nearly full, or the machine is to rest', async () => {
    put('s1.jsonl', session('s1', 'Warp the loom'))
    let free = 10
    const { watching, pace, idle, imports, run } = kit({ free: async () => free })
    await watching.add(store.account, { path: projects, kind: 'sessions' }, true)
    watching.begin()
    await run(60_000)
    expect(watching.list(store.account)).toMatchObject([{ state: 'trouble', trouble: { code: 'storage-full' } }])
    free = 2 ** 40
    pace.set({ level: 'paused', sync: true })
    await run(3_600_000)
    expect(await imports()).toEqual([])
    pace.set({ level: 'normal', sync: true })
    await idle()
    expect(watching.list(store.account)).toMatchObject([{ state: 'watching', trouble: null }])
    expect(await titles()).toEqual(['Warp the loom'])
    await watching.close()
  })

  it('follow no link out of the folder, not even one that comes between the look and the import', async () => {
    const secret = join(folder.path, 'secret')
    mkdirSync(secret)
    writeFileSync(join(secret, 's7.jsonl'), session('s7', 'Not for you'))
    symlinkSync(secret, join(projects, 'linked'))
    symlinkSync(join(secret, 's7.jsonl'), join(projects, 's7.jsonl'))
    put('s1.jsonl', session('s1', 'Warp the loom'))
    const { watching, idle } = kit({
      start: (paths) => {
        if (paths.some((path) => path.endsWith('s1.jsonl'))) {
          rmSync(join(projects, '-home-ada-loom', 's1.jsonl'))
          symlinkSync(join(secret, 's7.jsonl'), join(projects, '-home-ada-loom', 's1.jsonl'))
        }
        return false
      },
    })
    await watching.add(store.account, { path: projects, kind: 'sessions' }, true)
    watching.begin()
    await idle()
    expect(await titles()).toEqual([])
    await watching.close()
  })

  it('let a person’s own import go first', async () => {
    const order: string[] = []
    const held: (() => void)[] = []
    const { watching, jobs, idle, until } = kit({
      gate: (run) => {
        order.push('paths' in run.input ? 'watched' : 'own')
        return order.length > 1 ? Promise.resolve() : new Promise<void>((resolve) => void held.push(resolve))
      },
    })
    put('s1.jsonl', session('s1', 'Warp the loom'))
    await watching.add(store.account, { path: projects, kind: 'sessions' }, true)
    watching.begin()
    await until(() => order.length === 1)
    await jobs.receive(
      store.account,
      'own.json',
      (async function* () {
        yield Buffer.from(chatgpt('My own'))
      })(),
    )
    held[0]?.()
    await idle()
    expect(order).toEqual(['watched', 'own', 'watched'])
    expect(await titles()).toEqual(['My own', 'Warp the loom'])
    await watching.close()
  })

  it('refuse what is no folder, or is watched already', async () => {
    const { watching } = kit()
    await expect(watching.add(store.account, { path: join(folder.path, 'no'), kind: 'exports' }, false)).rejects.toMatchObject({
      code: 'not-found',
    })
    writeFileSync(join(folder.path, 'file'), 'x')
    await expect(watching.add(store.account, { path: join(folder.path, 'file'), kind: 'exports' }, false)).rejects.toMatchObject({
      code: 'bad-request',
    })
    await watching.add(store.account, { path: downloads, kind: 'exports' }, false)
    await expect(watching.add(store.account, { path: downloads, kind: 'sessions' }, false)).rejects.toMatchObject({
      code: 'already-there',
    })
    await expect(watching.remove(store.account, projects)).rejects.toMatchObject({ code: 'not-found' })
    await watching.close()
  })
})
