import { createSecretKey, randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alice, blobsAcceptance, bob, inPieces, readAll } from '../../../tests/acceptance/blobs.ts'
import { requires } from '../../../tests/kit/requires.ts'
import { isVivimError, VivimError } from '../../contract/errors.ts'
import type { Did } from '../../contract/ids.ts'
import { digestOfBlob } from '../../crypto/blob-id.ts'
import { keyedHash } from '../../crypto/seal.ts'
import type { Blobs } from '../../ports/blobs.ts'
import { type BlobKeys, openFsBlobs } from './blobs.ts'

const newKeys = (): BlobKeys => ({
  seal: { current: 1, keys: new Map([[1, createSecretKey(randomBytes(32))]]) },
  name: keyedHash(createSecretKey(randomBytes(32))),
})
const accounts = new Map<Did, BlobKeys>([
  [alice, newKeys()],
  [bob, newKeys()],
])
const keys = (account: Did): BlobKeys => {
  const found = accounts.get(account)
  if (!found) throw new VivimError('keys-missing')
  return found
}

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vivim-blobs-'))
})
afterAll(async () => {
  await rm(root, { recursive: true })
})
let count = 0
const fresh = (): string => join(root, String(++count), 'blobs')
const openIn = (directory: string): Promise<Blobs> => openFsBlobs({ directory, keys, random: randomBytes })
const filesIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
const theFile = async (directory: string): Promise<string> => {
  const [path, ...more] = await filesIn(directory)
  if (!path || more.length > 0) throw new Error('expected one file')
  return path
}
const corrupt = { code: 'storage-corrupt' }

blobsAcceptance('FsBlobs', () => openIn(fresh()))

describe('FsBlobs', () => {
  it('takes a file that is put again for put now', async () => {
    const directory = fresh()
    const blobs = await openIn(directory)
    const bytes = Buffer.from('asked for again')
    await blobs.put(alice, inPieces(bytes))
    await utimes(await theFile(directory), 1000, 1000)
    const hourAgo = Date.now() - 3_600_000
    await blobs.put(alice, inPieces(bytes))
    expect(await blobs.sweep(alice, new Set(), hourAgo)).toBe(0)
    await utimes(await theFile(directory), 1000, 1000)
    expect(await blobs.sweep(alice, new Set(), hourAgo)).toBe(1)
  })

  it('shows neither bytes nor digest nor account on the disk, and opens its files to their owner alone', async (context) => {
    const directory = fresh()
    const blobs = await openIn(directory)
    const { id } = await blobs.put(alice, inPieces(new TextEncoder().encode('a planted sentence '.repeat(9000))))
    const path = await theFile(directory)
    const digest = digestOfBlob(id)
    const content = await readFile(path)
    for (const planted of ['a planted sentence', Buffer.from(digest), id, alice]) expect(content.includes(planted)).toBe(false)
    for (const planted of [Buffer.from(digest).toString('hex'), id, alice, 'z6Mk'])
      expect(path.slice(directory.length)).not.toContain(planted)
    await requires(context, 'posix')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
  })

  it('finds its files again at the next start, and clears what a crash left half-written', async () => {
    const directory = fresh()
    const { id } = await (await openIn(directory)).put(alice, inPieces(Uint8Array.of(1, 2, 3)))
    await writeFile(join(directory, 'incoming', 'half'), 'x')
    const blobs = await openIn(directory)
    expect(await filesIn(join(directory, 'incoming'))).toEqual([])
    expect(await readAll(blobs.read(alice, id))).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('leaves nothing in incoming, whether a stream ends well or fails', async () => {
    const directory = fresh()
    const blobs = await openIn(directory)
    await blobs.put(alice, inPieces(randomBytes(1_500_000)))
    const failing = async function* () {
      yield randomBytes(1_500_000)
      throw new Error('no more')
    }
    await expect(blobs.put(alice, failing())).rejects.toThrow('no more')
    expect(await filesIn(join(directory, 'incoming'))).toEqual([])
  })

  it('reports damage anywhere in a file, and a cut one, and heals when the bytes are put again', async () => {
    for (const size of [100, 150_000, 1_100_000]) {
      const directory = fresh()
      const blobs = await openIn(directory)
      const bytes = Uint8Array.from(randomBytes(size))
      const { id } = await blobs.put(alice, inPieces(bytes))
      const path = await theFile(directory)
      const good = await readFile(path)
      for (const at of [0, 5, 9, 20, 28, Math.floor(good.length / 2), good.length - 1]) {
        const bad = Buffer.from(good)
        bad.writeUInt8(bad.readUInt8(at) ^ 1, at)
        await writeFile(path, bad)
        await expect(readAll(blobs.read(alice, id))).rejects.toMatchObject(corrupt)
      }
      await truncate(path, good.length - 1)
      await expect(blobs.size(alice, id)).rejects.toMatchObject(corrupt)
      expect((await blobs.put(alice, inPieces(bytes))).id).toBe(id)
      expect(Buffer.compare(await readAll(blobs.read(alice, id)), bytes)).toBe(0)
    }
  })

  it('reports a file that was put in the place of another', async () => {
    const directory = fresh()
    const blobs = await openIn(directory)
    const one = await blobs.put(alice, inPieces(Uint8Array.of(1)))
    const path = await theFile(directory)
    const two = await blobs.put(alice, inPieces(Uint8Array.of(2)))
    const other = (await filesIn(directory)).find((file) => file !== path)
    await copyFile(path, other ?? '')
    await expect(readAll(blobs.read(alice, two.id))).rejects.toMatchObject(corrupt)
    expect(await readAll(blobs.read(alice, one.id))).toEqual(Uint8Array.of(1))
  })

  it('reads what an earlier key sealed, and does nothing for an account without keys', async () => {
    const directory = fresh()
    const { id } = await (await openIn(directory)).put(alice, inPieces(Uint8Array.of(1)))
    const before = keys(alice)
    const rotated = {
      ...before,
      seal: { current: 2, keys: new Map([...before.seal.keys, [2, createSecretKey(randomBytes(32))] as const]) },
    }
    const blobs = await openFsBlobs({
      directory,
      random: randomBytes,
      keys: (account) => (account === alice ? rotated : keys(account)),
    })
    expect(await readAll(blobs.read(alice, id))).toEqual(Uint8Array.of(1))
    const stranger = 'did:key:z6MkqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqQ' as Did
    await expect(blobs.put(stranger, inPieces(Uint8Array.of(1)))).rejects.toSatisfy((error) =>
      isVivimError(error, 'keys-missing'),
    )
  })
})
