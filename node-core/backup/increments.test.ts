/** Backups into a folder: what is new each time, whole chains that go, and everything back out of them. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, open, readdir, rename, rm, stat, statfs, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeClock, seededRandom } from '../../tests/kit/clock.ts'
import { lookInto } from '../../tests/kit/opened-store.ts'
import { type SmallNode, smallNode } from '../../tests/kit/small-node.ts'
import { MemoryKeychain } from '../adapters/keychain-memory/keychain.ts'
import { openSqliteStorage } from '../adapters/storage-sqlite/storage.ts'
import { isVivimError } from '../contract/errors.ts'
import { phraseOf } from '../identity/accounts.ts'
import { openBlobs } from '../threads/files.ts'
import { migrations } from '../threads/migrations.ts'
import { blockFilter } from './blocks.ts'
import { openChain, verifyBackup } from './chain.ts'
import { backUpInto } from './folder.ts'
import { BLOCK, blocksIn } from './format.ts'
import { restoreBackup } from './restore.ts'

let folder: string
let node: SmallNode
let phrase: string
const random = seededRandom('increments')
const at = (name: string): string => join(folder, name)
const running: SmallNode[] = []
async function nodeIn(directory: string, keychain = new MemoryKeychain()): Promise<SmallNode> {
  const storage = await openSqliteStorage({ directory, migrations })
  const made = await smallNode({ storage, keychain, random, blobs: (find) => openBlobs(directory, find, random) })
  running.push(made)
  return made
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vivim-increments-'))
  await mkdir(at('to'))
  node = await nodeIn(at('data'))
  phrase = await phraseOf(node.accountParts, node.account.device)
  // so much that a change of little is a small part of it
  await add('first', 'words '.repeat(200_000))
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.storage[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** A conversation that does not compress, with a picture of its own or none. */
async function add(key: string, text: string, picture = true): Promise<void> {
  const blob = picture ? await node.put(randomBytes(100_000)) : undefined
  const intake = node.intake()
  await intake.add({
    source: 'claude',
    key,
    title: key,
    messages: [
      {
        id: 'a',
        parent: null,
        role: 'user',
        parts: [
          { type: 'text', text: `${text} ${randomBytes(30_000).toString('hex')}` },
          ...(blob ? [{ type: 'attachment', kind: 'image', name: 'a.png', mime: 'image/png', pointer: key, blob } as const] : []),
        ],
      },
    ],
  })
  await intake.flush()
}
let minutes = 0
const backUp = (keep = 3) => {
  node.clock.advance(++minutes * 60_000)
  const parts = { dataDirectory: at('data'), product: '1', reader: node.storage, writer: node.writer, clock: node.clock, random }
  return backUpInto(parts, at('to'), { keep })
}
const restored = (path: string, name = 'restored', given = phrase) =>
  restoreBackup(path, {
    dataDirectory: at(name),
    phrase: given,
    keychain: new MemoryKeychain(),
    clock: fakeClock(),
    random,
    device: { name: 'another', kind: 'server' },
  })
const codeOf = async (work: Promise<unknown>) => {
  try {
    await work
  } catch (error) {
    if (isVivimError(error)) return error.code
    throw error
  }
  return undefined
}
const titles = (directory: string): number => {
  const db = lookInto(directory)
  const { n } = db.prepare('SELECT count(*) AS n FROM conversation WHERE state = 0').get() as { n: number }
  db.close()
  return n
}
const blobsIn = async (directory: string) =>
  (await readdir(join(directory, 'blobs'), { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map(({ name }) => name)
    .sort()

describe('backups into a folder', () => {
  it('hold what is new, and bring everything back together', async () => {
    const whole = await backUp()
    await add('second', 'little')
    const second = await backUp()
    await add('third', 'little')
    const third = await backUp()
    expect([whole.kind, second.kind, third.kind]).toEqual(['whole', 'increment', 'increment'])
    expect(second.bytes).toBeLessThan(whole.bytes * 0.8)
    expect(await verifyBackup(third.path, phrase)).toMatchObject({ backups: 3, manifest: { created: third.created } })

    // each is as the store was then; the folder means the newest
    for (const [path, name, count] of [
      [whole.path, 'a', 1],
      [second.path, 'b', 2],
      [at('to'), 'c', 3],
    ] as const) {
      await restored(path, name)
      expect(titles(at(name))).toBe(count)
      // the first text is a file as well
      expect((await blobsIn(at(name))).length).toBe(count + 1)
    }
    expect(await blobsIn(at('c'))).toEqual(await blobsIn(at('data')))
    // an increment with nothing new is next to nothing
    const nothing = await backUp()
    expect(nothing.kind).toBe('increment')
    expect(nothing.bytes).toBeLessThan(5 * BLOCK)
  })

  it('leave out again what was deleted', async () => {
    const picture = await blobsIn(at('data'))
    await add('second', 'little')
    await backUp()
    const [name = ''] = picture
    for (const path of await readdir(at('data/blobs'), { recursive: true }))
      if (path.endsWith(name)) await rm(join(at('data/blobs'), path))
    const { path } = await backUp()
    await restored(path)
    expect(await blobsIn(at('restored'))).not.toContain(name)
    expect((await blobsIn(at('restored'))).length).toBe(2)
  })

  it('begin anew where the last one is gone or another, and where nobody remembers', async () => {
    const first = await backUp()
    await rename(first.path, at('elsewhere'))
    expect((await backUp()).kind).toBe('whole')
    const { path } = await backUp()
    await writeFile(path, 'overwritten')
    expect((await backUp()).kind).toBe('whole')
    await rm(at('data/backup-chains'), { recursive: true })
    expect((await backUp()).kind).toBe('whole')
    await writeFile(join(at('data/backup-chains'), (await readdir(at('data/backup-chains')))[0] ?? ''), 'damaged')
    expect((await backUp()).kind).toBe('whole')
    expect((await backUp()).kind).toBe('increment')
  })

  it('go chain by chain, and nothing that is not theirs goes', async () => {
    await writeFile(at('to/vivim-mine.backup'), 'a person’s own')
    await writeFile(at('to/vivim-20200101T000000Z-00000000-000.backup'), 'another node’s')
    const kinds = []
    for (let chain = 0; chain < 4; chain++) {
      const { path } = await backUp(2)
      kinds.push((await backUp(2)).kind)
      // makes the next one a whole one
      if (chain < 3) await truncate((await newest()) ?? path, 20)
    }
    expect(kinds).toEqual(Array(4).fill('increment'))
    const names = await readdir(at('to'))
    expect(names).toEqual(expect.arrayContaining(['vivim-mine.backup', 'vivim-20200101T000000Z-00000000-000.backup']))
    expect(names.length).toBe(2 + 4)
    await restored(at('to'))
  })
  const newest = async () => {
    const names = (await readdir(at('to'))).filter((name) => !name.includes('mine') && !name.includes('2020'))
    const dated = await Promise.all(names.map(async (name) => [(await stat(at(`to/${name}`))).mtimeMs, name] as const))
    const last = dated.sort(([a], [b]) => b - a)[0]?.[1]
    return last === undefined ? undefined : at(`to/${last}`)
  }

  it('go to a folder outside the data only', async () => {
    const parts = {
      dataDirectory: at('data'),
      product: '1',
      reader: node.storage,
      writer: node.writer,
      clock: node.clock,
      random,
    }
    for (const place of ['relative', at('nowhere'), at('data'), at('data/blobs')])
      expect(await codeOf(backUpInto(parts, place, { keep: 1 })), place).toBe('bad-request')
  })
})

describe('a disk that fills', () => {
  it('is named, leaves nothing behind, and takes the next one when there is room', async ({ skip }) => {
    const small = at('small')
    await mkdir(small)
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'vivim-test', small])
    if (status !== 0) return skip('no small disk can be made here')
    try {
      const parts = {
        dataDirectory: at('data'),
        product: '1',
        reader: node.storage,
        writer: node.writer,
        clock: node.clock,
        random,
      }
      const into = () => backUpInto(parts, small, { keep: 3 })
      await writeFile(join(small, 'filling'), randomBytes(3 << 20))
      expect(await codeOf(into())).toBe('storage-full')
      expect(await readdir(small)).toEqual(['filling'])
      await rm(join(small, 'filling'))
      const whole = await into()
      const { bsize, bavail } = await statfs(small)
      // room for the new file, and not for what changed in the store: that is not known before
      await writeFile(join(small, 'filling'), randomBytes(bsize * bavail - 400_000))
      for (let n = 0; n < 12; n++) await add(`more ${n}`, 'words', false)
      expect(await codeOf(into())).toBe('storage-full')
      expect((await readdir(small)).length).toBe(2)
      await rm(join(small, 'filling'))
      expect((await into()).kind).toBe('increment')
      expect(await verifyBackup(small, phrase)).toMatchObject({ backups: 2 })
      expect(whole.kind).toBe('whole')
    } finally {
      spawnSync('umount', [small])
    }
  })
})

describe('a chain', () => {
  it('that lacks a link, or has a broken one, is named so and brings nothing back', async () => {
    const paths = [await backUp()]
    for (const key of ['second', 'third']) {
      await add(key, 'little')
      paths.push(await backUp())
    }
    const [whole, second, third] = paths.map(({ path }) => path) as [string, string, string]
    await cp(at('to'), at('good'), { recursive: true })
    const again = async () => {
      await rm(at('to'), { recursive: true })
      await cp(at('good'), at('to'), { recursive: true })
    }
    for (const missing of [whole, second]) {
      await rm(missing)
      expect(await codeOf(verifyBackup(third, phrase))).toBe('backup-incomplete')
      expect(await codeOf(restored(third))).toBe('backup-incomplete')
      await again()
    }
    for (const broken of [whole, second, third]) {
      const { size } = await stat(broken)
      const file = await open(broken, 'r+')
      const byte = Buffer.alloc(1)
      await file.read(byte, 0, 1, Math.floor(size / 2))
      await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, Math.floor(size / 2))
      await file.close()
      const failed = verifyBackup(third, phrase)
      await expect(failed).rejects.toMatchObject({ code: 'backup-damaged' })
      await expect(failed).rejects.toThrow(broken)
      expect(await codeOf(restored(third))).toBe('backup-damaged')
      await again()
    }
    // what stands before the broken one is good still
    await truncate(third, 100)
    expect(await codeOf(restored(third))).toBe('backup-damaged')
    await restored(second)
    expect(titles(at('restored'))).toBe(2)
    expect(await codeOf(verifyBackup(at('nowhere'), phrase))).toBe('not-found')
    await mkdir(at('empty'))
    expect(await codeOf(verifyBackup(at('empty'), phrase))).toBe('not-found')
  })

  it('holds no device’s key: what comes back is a new device, and words find what is in it', async () => {
    await backUp()
    await add('second', 'sesquipedalian')
    const { path } = await backUp()
    const keychain = new MemoryKeychain()
    await restoreBackup(path, {
      dataDirectory: at('restored'),
      phrase,
      keychain,
      clock: fakeClock(),
      random,
      device: { name: 'b', kind: 'server' },
    })
    const other = await nodeIn(at('restored'), keychain)
    expect(other.account.did).toBe(node.account.did)
    expect(other.account.device).not.toBe(node.account.device)
    await using chain = await openChain(path, phrase)
    expect(
      chain.backups
        .flatMap(({ manifest }) => manifest.members.map(({ name }) => name))
        .every((name) => /^(store\.db|blobs\/)/.test(name)),
    ).toBe(true)
  })
})

it('the blocks of a store are those that differ, whatever changes, grows or shrinks', () => {
  const block = fc.uint8Array({ minLength: 1, maxLength: 3 }).map((seed) => Buffer.alloc(BLOCK, Buffer.from(seed)))
  const store = fc
    .tuple(fc.array(block, { maxLength: 8 }), fc.uint8Array({ maxLength: 20 }))
    .map(([blocks, rest]) => Buffer.concat([...blocks, rest]))
  const piecesOf = (bytes: Buffer) =>
    Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, n) => bytes.subarray(n * BLOCK, (n + 1) * BLOCK))
  fc.assert(
    fc.property(store, store, (before, after) => {
      const first = blockFilter(undefined)
      for (const piece of piecesOf(before)) expect(first.take(piece)).toBe(true)
      const next = blockFilter(first.digests())
      const taken = piecesOf(after).filter((piece) => next.take(piece))
      const { size, changed } = next.done()
      const out = Buffer.alloc(size)
      before.copy(out, 0, 0, size)
      for (const [n, number] of [...blocksIn(changed)].entries()) taken[n]?.copy(out, number * BLOCK)
      expect(out.equals(after)).toBe(true)
    }),
  )
})
