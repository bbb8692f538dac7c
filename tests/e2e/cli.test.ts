/** The command line as people run it, in processes of its own: alone, and with a node that runs. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import { localAddress } from '../../node-core/http/local.ts'
import { writeQuickKeychain } from '../kit/quick-keychain.ts'
import { requires } from '../kit/requires.ts'

const root = join(import.meta.dirname, '../..')
const program = join(root, 'out/node/vivim.js')
const source = join(root, 'node-core/bin/vivim.ts')
const passphraseText = 'correct horse battery staple\n'
let folder: string
let passphrase: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vivim-cli-'))
  passphrase = join(folder, 'passphrase')
  await writeFile(passphrase, passphraseText, { mode: 0o600 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
  json(): any
}
interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
  /** Resolves once stderr or stdout shows `pattern`. */
  seen(pattern: RegExp): Promise<string>
}

function begin(
  args: string[],
  {
    input = '',
    environment = {},
    entry = program,
  }: { input?: string; environment?: Record<string, string>; entry?: string } = {},
): Running {
  // Nothing of the person who runs the tests: no data, no keychain, no browser.
  const clean = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    CI: 'true',
    NODE_NO_WARNINGS: '1',
  }
  const child = spawn(process.execPath, [entry, ...args], { env: { ...clean, ...environment } })
  const said = { out: '', err: '' }
  const waiting = new Set<() => void>()
  const hear = (name: 'out' | 'err') => (text: string) => {
    said[name] += text
    for (const look of waiting) look()
  }
  child.stdout.setEncoding('utf8').on('data', hear('out'))
  child.stderr.setEncoding('utf8').on('data', hear('err'))
  child.stdin.on('error', () => undefined).end(input)
  const ended = once(child, 'close').then(([code]): Ran => ({ code, ...said, json: () => JSON.parse(said.out) }))
  const seen = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(said.out) ?? pattern.exec(said.err)
        if (!found) return
        waiting.delete(look)
        resolve(found[0])
      }
      waiting.add(look)
      look()
      void ended.then(({ code }) => reject(new Error(`ended with ${code} before it said ${pattern}:\n${said.out}${said.err}`)))
    })
  return { child, ended, seen }
}
const vivim = (args: string[], options?: Parameters<typeof begin>[1]): Promise<Ran> => begin(args, options).ended
/** A command on a data directory of the test's folder. */
const on =
  (data: string) =>
  (...args: string[]) =>
    vivim([...args, '--data', join(folder, data), '--passphrase-file', passphrase])

function makeExport(name: string, ...options: string[]) {
  const path = join(folder, name)
  const made = spawnSync(process.execPath, [join(root, 'tests/kit/make-export.mjs'), ...options, '--out', path])
  if (made.status !== 0) throw new Error(made.stderr.toString())
  return { path, truth: async () => JSON.parse(await readFile(`${path}.truth.json`, 'utf8')) }
}

describe('vivim', () => {
  it('helps, tells its version, and refuses wrong use with 2', async () => {
    const help = await vivim(['--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain('  import FILE…')
    expect((await vivim(['--version'])).out.trim()).toBe(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version)
    const wrongLines = [
      ['nonsense'],
      ['import'],
      ['list', '--bogus'],
      ['list', '--source', 'nonsense'],
      ['serve', '--port', 'abc'],
      ['config', 'set', 'port', 'abc'],
      ['list', '--from', 'yesterday'],
      ['doctor', '--rebuild', ''],
      ['export', '/no/such/folder/x.zip'],
      ['show', 'x'],
      ['account', 'phrase'],
    ]
    const refused = await Promise.all(
      wrongLines.map(async (wrong) => ({ wrong, ...(await vivim([...wrong, '--data', join(folder, 'none')])) })),
    )
    for (const { wrong, code, out, err } of refused) {
      expect({ wrong, code, out }).toEqual({ wrong, code: 2, out: '' })
      expect(err).toMatch(/^vivim: .+\n$/)
    }
    const json = await vivim(['show', 'x', '--json'])
    expect(JSON.parse(json.err)).toMatchObject({ code: 'bad-request', status: 400 })
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })

  it('runs from its source as it does from the build', async () => {
    const help = await vivim(['--help'], { entry: source })
    expect(help).toMatchObject({ code: 0, err: '', out: (await vivim(['--help'])).out })
    const data = ['--data', join(folder, 'from-source'), '--passphrase-file', passphrase]
    expect(await vivim(['list', '--json', ...data], { entry: source })).toMatchObject({ code: 0, err: '' })
    expect(await vivim(['list', '--json', ...data])).toMatchObject({ code: 0, err: '' })
  })

  it('begins no store where nobody can give a passphrase', async (test) => {
    await requires(test, 'posix')
    const { code, err } = await vivim(['list', '--data', join(folder, 'none')])
    expect(code).toBe(1)
    expect(err).toContain('--passphrase-file')
    expect(existsSync(join(folder, 'none', 'store.db'))).toBe(false)
  })
})

describe('a store that no node runs on', () => {
  const run = on('alone')
  beforeAll(() => writeQuickKeychain(join(folder, 'alone'), passphraseText))

  it('imports, reports as the truth says, finds, shows', async () => {
    const { path, truth } = makeExport('chatgpt.zip', '--format', 'chatgpt', '--conversations', '30', '--seed', '5')
    const { conversations, messages, unreadableConversations, branchMessages, hiddenMessages } = await truth()
    const imported = await run('import', path, '--json')
    expect(imported.json()).toMatchObject({
      format: 'chatgpt',
      state: 'done',
      conversations: { imported: conversations, unreadableTotal: unreadableConversations },
      messages: { total: messages, branches: branchMessages, hidden: hiddenMessages },
    })
    expect(imported.code).toBe(unreadableConversations > 0 ? 3 : 0)
    const again = await run('import', path)
    expect(again.out).toContain(`${conversations} already here`)
    expect(`${again.out}${again.err}`).not.toMatch(/[^\P{Cc}\n]/u)

    const [first] = (await run('list', '--limit', '1', '--json')).json().items
    const shown = await run('show', first.id)
    expect(shown).toMatchObject({ code: 0 })
    expect(shown.out).toContain(first.id)
    const path_: { role: string; parts: { text?: string }[] }[] = (await run('show', first.id, '--json')).json().messages
    const asked = path_.filter(({ role }) => role === 'user').flatMap(({ parts }) => parts.map(({ text }) => text ?? ''))
    const words = /[A-Za-z]{6,}/.exec(asked.join(' '))?.[0] ?? ''
    const hits = (await run('search', words, '--json')).json()
    expect(hits.total).toBeGreaterThan(0)
    expect((await run('list')).out.split('\n').filter(Boolean)).toHaveLength(conversations)
  })

  it('switches branches', async () => {
    const all = (await run('list', '--limit', '200', '--json')).json().items
    const forked = all.find((one: { branches: number }) => one.branches > 0)
    const { conversation, leaf } = (await run('show', forked.id, '--json')).json()
    const other = conversation.leaves.find(({ message }: { message: string }) => message !== leaf).message
    const switched = await run('show', forked.id, '--branch', other)
    expect(switched.out).toMatch(/‹\d+\/\d+›/)
    expect(switched.out).toContain(`▸ `)
    expect((await run('show', forked.id, '--branch', other, '--json')).json().leaf).toBe(other)
  })

  it('exports what an empty store takes in whole, and nothing over a file that is there', async () => {
    const target = join(folder, 'everything.zip')
    expect(await run('export', target)).toMatchObject({ code: 0 })
    expect(await run('export', target)).toMatchObject({ code: 2 })
    const before = (await run('status', '--json')).json().status.account
    expect(await on('second')('import', target)).toMatchObject({ code: 0 })
    expect((await on('second')('status', '--json')).json().status.account).toMatchObject({
      conversations: before.conversations,
      messages: before.messages,
    })
  })

  it('verifies, rebuilds, keeps settings', async () => {
    expect((await run('doctor', '--verify', '--json')).json()).toMatchObject({ problems: 0 })
    expect(await run('doctor', '--rebuild')).toMatchObject({ code: 0, out: expect.stringMatching(/^Rebuilt from /) })
    expect(await run('doctor', '--verify')).toMatchObject({ code: 0, out: expect.stringMatching(/^Everything is sound: /) })
    expect(await run('config', 'set', 'port', '70000')).toMatchObject({ code: 2 })
    expect(await run('config', 'set', 'deviceName', 'shelf')).toMatchObject({ code: 0 })
    expect((await run('config', 'get', 'deviceName')).out).toBe('shelf\n')
    expect(await run('config', 'set', 'metricsToken', 'on the command line')).toMatchObject({ code: 2 })
  })

  it('cancels an import at Ctrl-C and goes on with it later', async (test) => {
    await requires(test, 'posix')
    const { path, truth } = makeExport('large.json', '--format', 'chatgpt-json', '--conversations', '1500', '--seed', '6')
    const data = ['--data', join(folder, 'cancelled'), '--passphrase-file', passphrase]
    const importing = begin(['import', path, ...data])
    await importing.seen(/Checking|Importing/)
    importing.child.kill('SIGINT')
    const { code, err } = await importing.ended
    expect(code).toBe(1)
    const [id] = /(?<=imports resume )[a-z2-7]{26}/.exec(err) ?? []
    const resumed = await vivim(['imports', 'resume', id ?? '', '--json', ...data])
    expect(resumed.json()).toMatchObject({ id, state: 'done' })
    const { conversations } = (await vivim(['status', '--json', ...data])).json().status.account
    expect(conversations).toBe((await truth()).conversations)
  })
})

describe('a node that runs', () => {
  const data = () => join(folder, 'served')
  const run = (...args: string[]) => vivim([...args, '--data', data()])
  let node: Running
  let link: string
  const serve = async () => {
    node = begin(['serve', '--port', '0', '--data', data(), '--passphrase-file', passphrase])
    link = await node.seen(/http:\/\/127\.0\.0\.1:\d+\/#link=[\w-]{43}/)
  }
  beforeAll(serve)
  afterAll(async () => {
    node.child.kill('SIGKILL')
    await node.ended
  })
  const signIn = async (url: string) => {
    const { origin, hash } = new URL(url)
    const answer = await fetch(`${origin}/api/v1/auth/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret: hash.slice('#link='.length) }),
    })
    return { origin, status: answer.status, token: answer.ok ? (await answer.json()).accessToken : undefined }
  }

  it('is what commands talk to, without a passphrase', async () => {
    const { path, truth } = makeExport('claude.zip', '--format', 'claude', '--conversations', '10', '--seed', '7')
    expect([0, 3]).toContain((await run('import', path)).code)
    const status = (await run('status', '--json')).json()
    expect(status).toMatchObject({
      running: true,
      status: { account: { conversations: (await truth()).conversations }, keychain: 'passphrase file' },
    })
    expect((await run('status')).out).toContain('running for')
  })

  it('keeps a text of one’s own, which is found at once', async () => {
    const kept = await run('capture', 'rye', 'needs', 'more', 'levainwater', '--tag', 'rye', '--json')
    expect(kept.json()).toMatchObject({ source: 'vivim', tags: ['rye'], messages: 1 })
    expect((await run('search', 'levainwater', '--json')).json()).toMatchObject({ total: 1 })
    expect(await run('delete', kept.json().id, '--yes')).toMatchObject({ code: 0 })
    expect(await run('capture', ' ')).toMatchObject({ code: 2 })
  })

  it('tags, notes, deletes', async () => {
    const [first] = (await run('list', '--limit', '1', '--json')).json().items
    expect(await run('tag', first.id, 'bread')).toMatchObject({ code: 0 })
    expect((await run('list', '--tag', 'bread', '--json')).json().items).toHaveLength(1)
    const note = (await run('note', first.id, 'try', 'quokkaflour')).out.trim()
    expect((await run('search', 'quokkaflour', '--json')).json().items[0]).toMatchObject({ kind: 'note', note })
    expect((await run('note', 'list', first.id)).out).toContain('try quokkaflour')
    expect(await run('note', 'delete', note)).toMatchObject({ code: 0 })
    expect(await run('untag', first.id, 'bread')).toMatchObject({ code: 0 })
    expect(await run('delete', first.id)).toMatchObject({ code: 2 })
    expect(await run('delete', first.id, '--yes')).toMatchObject({ code: 0 })
    expect(await run('show', first.id)).toMatchObject({ code: 1, out: '' })
  })

  it('gives links that sign in, once', async () => {
    const { origin, token } = await signIn(link)
    const listed = await fetch(`${origin}/api/v1/conversations?limit=1`, { headers: { authorization: `Bearer ${token}` } })
    expect((await listed.json()).items).toHaveLength(1)
    expect((await signIn(link)).status).toBe(401)
    const another = await run('link', '--json')
    expect((await signIn(another.json().link)).status).toBe(200)
  })

  it('is the only one on its data', async () => {
    const second = await run('serve', '--port', '0')
    expect(second).toMatchObject({ code: 1 })
    expect(second.err).toContain(`already, at ${new URL(link).origin}`)
  })

  it('hides its keys from pipes', async () => {
    expect(await run('account', 'phrase')).toMatchObject({ code: 2, out: '' })
    expect(await run('account', 'phrase', '--json')).toMatchObject({ code: 2, out: '' })
    expect(await run('account', 'passphrase')).toMatchObject({ code: 2, out: '' })
  })

  it('ends in order at SIGTERM, survives a lost key file with the phrase, and a backup brings it back elsewhere', async (test) => {
    await requires(test, 'posix')
    const address = localAddress({ dataDirectory: data(), shortDirectory: tmpdir(), platform: process.platform })
    const words = join(folder, 'words')
    const { phrase } = await socketClient(address, undefined).call('account.phrase', {})
    await writeFile(words, phrase, { mode: 0o600 })
    const before = (await run('status', '--json')).json().status.account
    const backup = join(folder, 'copy.backup')
    expect(await run('backup', backup)).toMatchObject({ code: 0 })

    node.child.kill('SIGTERM')
    expect(await node.ended).toMatchObject({ code: 0 })
    expect(existsSync(join(data(), 'running'))).toBe(false)
    expect(await run('link')).toMatchObject({ code: 1 })

    await rm(join(data(), 'keychain.json'))
    const lost = await on('served')('list')
    expect(lost.code).toBe(1)
    expect(lost.err).toContain('account recover')
    expect(existsSync(join(data(), 'keychain.json'))).toBe(false)
    const recovered = await on('served')('account', 'recover', '--phrase-file', words)
    expect(recovered).toMatchObject({ code: 0 })
    expect((await on('served')('status', '--json')).json().status.account).toMatchObject({
      did: before.did,
      messages: before.messages,
    })

    expect(await on('served')('restore', backup, '--phrase-file', words)).toMatchObject({ code: 1 })
    expect(await on('restored')('restore', backup, '--phrase-file', words)).toMatchObject({ code: 0 })
    expect((await on('restored')('status', '--json')).json().status.account).toMatchObject({
      did: before.did,
      messages: before.messages,
    })
  })
})
