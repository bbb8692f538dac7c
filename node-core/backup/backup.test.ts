import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeClock, seededRandom } from '../../tests/kit/clock.ts'
import { type SmallNode, smallNode } from '../../tests/kit/small-node.ts'
import { MemoryKeychain } from '../adapters/keychain-memory/keychain.ts'
import { openSqliteStorage } from '../adapters/storage-sqlite/storage.ts'
import type { BlobId } from '../contract/ids.ts'
import { sealFrames } from '../crypto/frames.ts'
import { deriveSeed, newPhrase, seedOf } from '../crypto/phrase.ts'
import { x25519Of } from '../crypto/x25519.ts'
import { createAccount, phraseOf } from '../identity/accounts.ts'
import { verifyLog } from '../log/verify.ts'
import type { Keychain } from '../ports/keychain.ts'
import { openBlobs } from '../threads/files.ts'
import { migrations } from '../threads/migrations.ts'
import { verifyBackup } from './chain.ts'
import { createBackup } from './create.ts'
import { encodeManifest, newHeader } from './format.ts'
import { createBackups } from './handlers.ts'
import { recoverStore } from './recover.ts'
import { restoreBackup } from './restore.ts'

let folder: string
const running: SmallNode[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vivim-backup-'))
})
afterEach(async () => {
  for (const node of running.splice(0)) await node.storage[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const random = seededRandom('backups')
const at = (name: string): string => join(folder, name)
const namesIn = async (directory: string): Promise<string[]> => (await readdir(directory, { recursive: true })).sort()

async function nodeIn(directory: string, keychain: Keychain = new MemoryKeychain()): Promise<SmallNode> {
  const storage = await openSqliteStorage({ directory, migrations })
  const node = await smallNode({ storage, keychain, random, blobs: (find) => openBlobs(directory, find, random) })
  running.push(node)
  return node
}

/** A node with a conversation, a file, a message too large for a chunk, a note and a session. */
async function filled() {
  const node = await nodeIn(at('data'))
  const blob = await node.put(Buffer.from('planted picture '.repeat(20_000)))
  const intake = node.intake()
  await intake.add({
    source: 'claude',
    key: 'k',
    title: 'Planted title',
    messages: [
      {
        id: 'a',
        parent: null,
        role: 'user',
        parts: [
          { type: 'text', text: 'Planted question' },
          { type: 'attachment', kind: 'image', name: 'planted.png', mime: 'image/png', pointer: 'p', blob },
        ],
      },
      { id: 'b', parent: 'a', role: 'assistant', parts: [{ type: 'text', text: 'Planted answer '.repeat(20_000) }] },
    ],
  })
  await intake.personal({ tags: [], notes: [{ id: 'a'.repeat(26), text: 'Planted note' }] })
  await intake.flush()
  await node.storage.transaction(async (tx) => {
    await tx.run('INSERT INTO session (account, id, created, used, capabilities, key) VALUES (1, ?, 0, 0, 15, ?)', [
      random(16),
      '{}',
    ])
  })
  const phrase = await phraseOf(node.accountParts, node.account.device)
  return { node, blob, phrase }
}

const backupOf = (node: SmallNode, path: string, signal?: AbortSignal) =>
  createBackup(
    { dataDirectory: at('data'), product: '1.2.3', reader: node.storage, writer: node.writer, clock: node.clock, random },
    path,
    signal,
  )

const handlersOf = async (node: SmallNode) => {
  const { storage: reader, writer, clock } = node
  const config = { dataDirectory: at('data'), version: '1' }
  const fail = (error: unknown) => {
    throw error
  }
  return (
    await createBackups({
      config,
      reader,
      writer,
      clock,
      random,
      pace: { allows: () => true },
      after: () => () => {},
      onError: fail,
    })
  ).handlers
}

const partsFor = (phrase: string, keychain: Keychain = new MemoryKeychain(), dataDirectory = at('restored')) =>
  ({ dataDirectory, phrase, keychain, clock: fakeClock(), random, device: { name: 'another', kind: 'server' } }) as const

/** What a reader of the node sees of {@link filled}. */
async function contentOf(node: SmallNode, blob: BlobId) {
  const shown = await node.library.at(node.account, 1)
  const tree = shown && (await node.library.tree(shown))
  const pieces: Uint8Array[] = []
  for await (const piece of node.blobs.read(node.account.did, blob)) pieces.push(piece)
  return {
    title: shown?.head.title,
    messages: tree && (await node.library.messages(tree, tree.entries)),
    bytes: Buffer.concat(pieces).toString(),
  }
}

describe('a backup', () => {
  it('brings everything back as a new device of the account', async () => {
    const { node, blob, phrase } = await filled()
    const before = await contentOf(node, blob)
    const done = await backupOf(node, at('a.backup'))
    expect(done).toEqual({
      path: at('a.backup'),
      kind: 'whole',
      bytes: (await stat(at('a.backup'))).size,
      created: node.clock.now(),
      seconds: 0,
    })
    const epoch = await node.storage.get<{ epoch: Uint8Array }>('SELECT epoch FROM account')

    const keychain = new MemoryKeychain()
    const progress: number[] = []
    const restored = await restoreBackup(at('a.backup'), {
      ...partsFor(phrase, keychain),
      onProgress: (bytes) => progress.push(bytes),
    })
    expect(restored).toEqual({ account: node.account.did, others: [], created: done.created, bytes: progress.at(-1) })
    expect((await namesIn(at('restored'))).filter((name) => !name.startsWith('blobs'))).toEqual(['lock.db', 'store.db'])

    const other = await nodeIn(at('restored'), keychain)
    expect(other.account.did).toBe(node.account.did)
    expect(other.account.device).not.toBe(node.account.device)
    expect(await contentOf(other, blob)).toEqual(before)
    expect(await other.storage.get('SELECT 1 FROM session')).toBeUndefined()
    expect(await other.storage.get<{ epoch: Uint8Array }>('SELECT epoch FROM account')).not.toEqual(epoch)
    await other.intake().add({ source: 'grok', key: 'more', messages: [] })
    const verified = await verifyLog(other.storage, other.account, other.keyring.keysOf(1).sealer, new AbortController().signal)
    expect(verified.problems).toEqual([])
    expect(await other.storage.all('SELECT did FROM device')).toHaveLength(3)
    // the keys of the first keychain open nothing that was restored
    await other.storage[Symbol.asyncDispose]()
    await expect(nodeIn(at('restored'), node.accountParts.keychain)).rejects.toMatchObject({ code: 'keys-missing' })
  })

  it('says nothing of what is in it, and leaves nothing beside it', async () => {
    const { node, phrase } = await filled()
    const names = await namesIn(at('data'))
    await backupOf(node, at('a.backup'))
    expect(await namesIn(at('data'))).toEqual(names)
    expect((await readdir(folder)).sort()).toEqual(['a.backup', 'data'])
    const bytes = await readFile(at('a.backup'))
    for (const word of [
      'lanted',
      node.account.did,
      node.account.device,
      'SQLite',
      'claude',
      ...phrase.split(' ').filter((one) => one.length > 4),
    ]) {
      expect(bytes.includes(word), word).toBe(false)
    }
    if (process.platform !== 'win32') expect((await stat(at('a.backup'))).mode & 0o777).toBe(0o600)
    const seen = (await verifyBackup(at('a.backup'), phrase)).manifest
    expect(seen).toMatchObject({ v: 1, product: '1.2.3', accounts: [node.account.did], created: node.clock.now() })
    expect(seen.members.map(({ name }) => name.replace(/[0-9a-f]{16,}/g, '…').replace(/\/[0-9a-f]{2}\//, '/'))).toEqual([
      'store.db',
      'blobs/…/…',
      'blobs/…/…',
    ])
  })

  it('opens with the phrase of any account in it', async () => {
    const { node, phrase } = await filled()
    const second = newPhrase(random)
    const { did } = await createAccount(node.accountParts, second)
    await backupOf(node, at('a.backup'))
    const keychain = new MemoryKeychain()
    expect(await restoreBackup(at('a.backup'), partsFor(second, keychain))).toMatchObject({
      account: did,
      others: [node.account.did],
    })
    expect(await recoverStore(at('restored'), phrase, partsFor(phrase, keychain))).toEqual({ did: node.account.did, anew: false })
    const other = await nodeIn(at('restored'), keychain)
    expect(other.keyring.accounts.map((account) => account.did)).toEqual([node.account.did, did])
  })

  it('goes to a new file only, one after the other', async () => {
    const { node } = await filled()
    await writeFile(at('taken'), 'mine')
    await expect(backupOf(node, at('taken'))).rejects.toMatchObject({ code: 'already-there' })
    expect(await readFile(at('taken'), 'utf8')).toBe('mine')
    await expect(backupOf(node, 'relative')).rejects.toMatchObject({ code: 'bad-request' })
    await expect(backupOf(node, at('no/such'))).rejects.toMatchObject({ code: 'bad-request' })
    await expect(backupOf(node, at('b.backup'), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    expect((await readdir(folder)).sort()).toEqual(['data', 'taken'])

    const handlers = await handlersOf(node)
    const call = { caller: 'local', capabilities: [], signal: new AbortController().signal } as const
    const results = await Promise.allSettled(['c', 'c', 'd'].map((name) => handlers['backups.create']({ path: at(name) }, call)))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await readdir(folder)).sort()).toEqual(['c', 'd', 'data', 'taken'])
  })
})

describe('a backup that is downloaded', () => {
  const never = new AbortController().signal
  const callOf = (node: SmallNode, caller: 'session' | 'local' = 'session') =>
    ({ caller, capabilities: ['admin'], signal: never, account: node.account.did }) as const

  it('is the same as one that is written, and leaves nothing beside it', async () => {
    const { node, blob, phrase } = await filled()
    const names = await namesIn(at('data'))
    const download = await (await handlersOf(node))['backups.get']({}, callOf(node))
    expect(download.filename).toMatch(/^vivim-\d{4}-\d\d-\d\d\.backup$/)
    for await (const piece of download.open(undefined, never)) await appendFile(at('a.backup'), piece)
    expect(await namesIn(at('data'))).toEqual(names)
    const keychain = new MemoryKeychain()
    await restoreBackup(at('a.backup'), partsFor(phrase, keychain))
    expect(await contentOf(await nodeIn(at('restored'), keychain), blob)).toEqual(await contentOf(node, blob))
  })

  it('is one at a time, and given up when its reader goes', async () => {
    const { node } = await filled()
    const names = await namesIn(at('data'))
    const handlers = await handlersOf(node)
    const begun = async (signal = never) => {
      const bytes = (await handlers['backups.get']({}, callOf(node))).open(undefined, signal)[Symbol.asyncIterator]()
      return { bytes, first: await bytes.next() }
    }
    const { bytes } = await begun()
    await expect(begun()).rejects.toMatchObject({ code: 'storage-busy' })
    await handlers['backups.create']({ path: at('beside.backup') }, callOf(node, 'local'))
    await bytes.return?.()
    expect(await namesIn(at('data'))).toEqual(names)
    const leaving = new AbortController()
    const second = await begun(leaving.signal)
    leaving.abort()
    await expect(
      (async () => {
        while (!(await second.bytes.next()).done);
      })(),
    ).rejects.toMatchObject({ code: 'cancelled' })
    expect(await namesIn(at('data'))).toEqual(names)
  })

  it('is no session’s where the node holds another account', async () => {
    const { node } = await filled()
    const { did } = await createAccount(node.accountParts, newPhrase(random))
    const read = async (caller: 'session' | 'local', account = node.account.did) => {
      const download = await (await handlersOf(node))['backups.get']({}, { ...callOf(node, caller), account })
      for await (const _ of download.open(undefined, never));
    }
    for (const account of [node.account.did, did])
      await expect(read('session', account)).rejects.toMatchObject({ code: 'forbidden' })
    await read('local')
  })
})

describe('what is no whole backup', () => {
  it('is refused wherever it is damaged, and nothing of it is restored', async () => {
    const { node, phrase } = await filled()
    await backupOf(node, at('good'))
    const good = await readFile(at('good'))
    const refuses = async (bytes: Uint8Array, codes: RegExp): Promise<void> => {
      await writeFile(at('bad'), bytes)
      const error: unknown = await restoreBackup(at('bad'), partsFor(phrase)).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: expect.stringMatching(codes) })
      expect((await namesIn(at('restored')).catch(() => [])).filter((name) => name !== 'lock.db')).toEqual([])
    }
    const changed = (position: number): Uint8Array => {
      const bytes = Buffer.from(good)
      bytes[position] = (bytes[position] ?? 0) ^ 1
      return bytes
    }
    await refuses(changed(0), /^backup-unknown$/)
    await refuses(changed(4), /^backup-too-new$/)
    await refuses(new Uint8Array(0), /^backup-unknown$/)
    await refuses(Buffer.from('PK not a backup at all'), /^backup-unknown$/)
    await refuses(Buffer.concat([good, Buffer.alloc(1)]), /^backup-damaged$/)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 12, max: good.length - 1 }), fc.boolean(), (position, cut) =>
        refuses(cut ? good.subarray(0, position) : changed(position), /^(backup-damaged|phrase-mismatch)$/),
      ),
      {
        numRuns: 25,
        examples: [
          [good.length - 1, false],
          [good.length - 1, true],
          [good.length - 70_000, false],
          [12, true],
        ],
      },
    )
    await expect(verifyBackup(at('bad'), phrase)).rejects.toMatchObject({
      code: expect.stringMatching(/^backup-damaged|phrase-mismatch$/),
    })
    expect((await verifyBackup(at('good'), phrase)).manifest.accounts).toEqual([node.account.did])
  })

  it('holds what it says, and files of a store only, whoever made it', async () => {
    const { phrase } = await filled()
    const recovery = x25519Of(deriveSeed(seedOf(phrase), 'recovery')).publicKey
    const content = Buffer.from('content')
    const sha256 = new Uint8Array(createHash('sha256').update(content).digest())
    const made = async (members: { name: string; size: number; sha256: Uint8Array }[], more = {}): Promise<string> => {
      const { bytes, key } = await newHeader([recovery], random)
      const manifest = encodeManifest({ v: 1, created: 0, product: '', schema: 1, accounts: ['did'], members, ...more })
      const trailer = Buffer.alloc(8)
      trailer.writeBigUInt64BE(BigInt(manifest.length))
      const plain = async function* () {
        yield* [...members.map(() => content), manifest, trailer]
      }
      await writeFile(at('made'), bytes)
      for await (const piece of sealFrames(plain(), { keys: key.keys, random, place: () => key.place }))
        await appendFile(at('made'), piece)
      return at('made')
    }
    const store = { name: 'store.db', size: 7, sha256 }
    expect((await verifyBackup(await made([store]), phrase)).manifest.members).toEqual([store])
    const restore = async (members: Parameters<typeof made>[0], more = {}) =>
      restoreBackup(await made(members, more), partsFor(phrase))
    await expect(restore([{ ...store, sha256: random(32) }])).rejects.toMatchObject({ code: 'backup-damaged' })
    await expect(restore([{ ...store, size: 6 }])).rejects.toMatchObject({ code: 'backup-damaged' })
    await expect(restore([store, store])).rejects.toMatchObject({ code: 'backup-damaged' })
    await expect(restore([store], { accounts: [] })).rejects.toMatchObject({ code: 'backup-damaged' })
    for (const name of ['../evil', 'keychain.json', 'blobs/../../evil', '/etc/evil', `blobs/${'a'.repeat(16)}/aa/..`]) {
      await expect(restore([store, { ...store, name }]), name).rejects.toMatchObject({ code: 'backup-damaged' })
    }
    // what is no store is none of ours
    await expect(restore([store])).rejects.toMatchObject({ code: expect.stringMatching(/^storage-corrupt|store-foreign$/) })
    expect((await readdir(folder)).sort()).toEqual(['data', 'made', 'restored'])
    expect(await readdir(at('restored'))).toEqual(['lock.db'])
  })

  it('or not one of the phrase, is refused', async () => {
    const { node, phrase } = await filled()
    await backupOf(node, at('good'))
    await expect(restoreBackup(at('good'), partsFor(newPhrase(random)))).rejects.toMatchObject({ code: 'phrase-mismatch' })
    await expect(restoreBackup(at('good'), partsFor('not words'))).rejects.toMatchObject({ code: 'phrase-invalid' })
    await expect(restoreBackup(at('none'), partsFor(phrase))).rejects.toMatchObject({ code: 'not-found' })
    expect((await readdir(folder)).sort()).toEqual(['data', 'good'])
  })
})

describe('restoring', () => {
  it('touches no store that is there', async () => {
    const { node, blob, phrase } = await filled()
    await backupOf(node, at('a.backup'))
    await expect(restoreBackup(at('a.backup'), partsFor(phrase, new MemoryKeychain(), at('data')))).rejects.toMatchObject({
      code: 'store-locked',
    })
    const { keychain } = node.accountParts
    await node.storage[Symbol.asyncDispose]()
    await expect(restoreBackup(at('a.backup'), partsFor(phrase, new MemoryKeychain(), at('data')))).rejects.toMatchObject({
      code: 'store-exists',
      message: expect.stringMatching(/not empty.*“store\.db”.*--data DIR/),
    })
    const again = await nodeIn(at('data'), keychain)
    expect(await contentOf(again, blob)).toMatchObject({ title: 'Planted title' })
  })

  it('leaves nothing where the keychain fails or the person stops it', async () => {
    const { node, phrase } = await filled()
    await backupOf(node, at('a.backup'))
    const locked = new MemoryKeychain()
    locked.set = () => Promise.reject(new Error('locked'))
    await expect(restoreBackup(at('a.backup'), partsFor(phrase, locked))).rejects.toThrow('locked')
    await expect(restoreBackup(at('a.backup'), { ...partsFor(phrase), signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(await readdir(at('restored'))).toEqual(['lock.db'])
    await restoreBackup(at('a.backup'), partsFor(phrase))
  })

  it('goes on after one that was cut off as it moved things into place', async () => {
    const { node, blob, phrase } = await filled()
    await backupOf(node, at('a.backup'))
    await mkdir(at('restored/restoring'), { recursive: true })
    await mkdir(at('restored/blobs/0123456789abcdef'), { recursive: true })
    await (await open(at('restored/restoring/store.db'), 'w')).close()
    await writeFile(at('restored/config.json'), '{}')
    const keychain = new MemoryKeychain()
    await restoreBackup(at('a.backup'), partsFor(phrase, keychain))
    expect((await readdir(at('restored'))).sort()).toEqual(['blobs', 'config.json', 'lock.db', 'store.db'])
    expect(await contentOf(await nodeIn(at('restored'), keychain), blob)).toMatchObject({ title: 'Planted title' })
  })
})
