/** What every adapter of the blobs port must do. A test file of the adapter calls {@link blobsAcceptance}. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import { describe, expect, it } from 'vitest'
import { type BlobId, blobPattern, type Did } from '../../node-core/contract/ids.ts'
import type { Blobs } from '../../node-core/ports/blobs.ts'

/** Two accounts that the adapter under test must know. */
export const alice = 'did:key:z6MkerPb2b8YQZD4BiGb7ATsr5qo8ZAXF5VDPRWj458eQv6j' as Did
export const bob = 'did:key:z6MkjdtgAQB5ZEd1a5AvDc2pM45mKm5G9mFD8EnXc1TJRDt3' as Did

/** A stream of bytes in pieces of `size`. */
export async function* inPieces(bytes: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
export async function readAll(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
const some = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
const idOf = async (bytes: Uint8Array): Promise<string> => CID.createV1(0x55, await sha256.digest(bytes)).toString()

/** @param open makes an empty store, of its own for each call */
export function blobsAcceptance(adapter: string, open: () => Promise<Blobs>): void {
  describe(`${adapter} keeps to the blobs port`, () => {
    it('gives back the bytes under their content id, for sizes around every border', async () => {
      const blobs = await open()
      for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 1 << 20, (1 << 20) + 1, 3_000_000]) {
        const bytes = some(size)
        const put = await blobs.put(alice, inPieces(bytes, 70_001))
        expect(put).toEqual({ id: await idOf(bytes), size, added: expect.any(Number) })
        expect(put.added).toBeGreaterThanOrEqual(size)
        expect((await blobs.put(alice, inPieces(bytes))).added).toBe(0)
        expect(put.id).toMatch(blobPattern)
        expect(await blobs.size(alice, put.id)).toBe(size)
        expect(same(await readAll(blobs.read(alice, put.id)), bytes)).toBe(true)
      }
    })

    it('copies what it is given: a source may use its buffer again', async () => {
      const blobs = await open()
      const reused = async function* () {
        const buffer = new Uint8Array(4)
        for (let i = 1; i <= 3; i++) yield buffer.fill(i)
      }
      const { id } = await blobs.put(alice, reused())
      expect(await readAll(blobs.read(alice, id))).toEqual(Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3))
    })

    it('keeps equal bytes of an account once, also when they come at the same time', async () => {
      const blobs = await open()
      for (const size of [5000, 2_000_000]) {
        const bytes = some(size)
        const before = await blobs.used(alice)
        const { id } = await blobs.put(alice, inPieces(bytes))
        const once = await blobs.used(alice)
        expect(once - before).toBeGreaterThanOrEqual(size)
        const again = await Promise.all([blobs.put(alice, inPieces(bytes, 777)), blobs.put(alice, inPieces(bytes))])
        expect(again.map((put) => put.id)).toEqual([id, id])
        expect(await blobs.used(alice)).toBe(once)
        expect(same(await readAll(blobs.read(alice, id)), bytes)).toBe(true)
      }
    })

    it('gives any range', async () => {
      const blobs = await open()
      const bytes = some(200_000)
      const { id } = await blobs.put(alice, inPieces(bytes))
      const range = fc
        .tuple(fc.nat(bytes.length), fc.nat(bytes.length))
        .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
      await fc.assert(
        fc.asyncProperty(range, async ({ start, end }) => {
          expect(same(await readAll(blobs.read(alice, id, { start, end })), bytes.subarray(start, end))).toBe(true)
        }),
        { numRuns: 30 },
      )
    })

    it('refuses ranges outside the file', async () => {
      const blobs = await open()
      const { id } = await blobs.put(alice, inPieces(some(10)))
      for (const range of [
        { start: -1, end: 5 },
        { start: 0, end: 11 },
        { start: 6, end: 5 },
        { start: 11, end: 11 },
      ]) {
        await expect(readAll(blobs.read(alice, id, range))).rejects.toMatchObject({ code: 'range-not-satisfiable' })
      }
    })

    it('keeps accounts apart', async () => {
      const blobs = await open()
      const bytes = some(1000)
      const { id } = await blobs.put(alice, inPieces(bytes))
      expect(await blobs.size(bob, id)).toBeUndefined()
      await expect(readAll(blobs.read(bob, id))).rejects.toMatchObject({ code: 'blob-not-found' })
      expect(await blobs.used(bob)).toBe(0)
      await blobs.put(bob, inPieces(bytes))
      await blobs.delete(alice, id)
      expect(same(await readAll(blobs.read(bob, id)), bytes)).toBe(true)
    })

    it('deletes, also what is not there', async () => {
      const blobs = await open()
      const { id } = await blobs.put(alice, inPieces(some(1000)))
      await blobs.delete(alice, id)
      await blobs.delete(alice, id)
      expect(await blobs.size(alice, id)).toBeUndefined()
      expect(await blobs.used(alice)).toBe(0)
      await expect(readAll(blobs.read(alice, id))).rejects.toMatchObject({ code: 'blob-not-found' })
      await expect(readAll(blobs.read(alice, (await idOf(some(3))) as BlobId))).rejects.toMatchObject({ code: 'blob-not-found' })
    })

    it('sweeps what is not to be kept, unless it was put lately or something says stop', async () => {
      const blobs = await open()
      const used = (await blobs.put(alice, inPieces(some(1000)))).id
      const strays = [some(10), some(2_000_000)]
      for (const stray of strays) await blobs.put(alice, inPieces(stray))
      const others = (await blobs.put(bob, inPieces(strays[0] ?? some(1)))).id
      const [past, future] = [Date.now() - 3_600_000, Date.now() + 3_600_000]
      expect(await blobs.sweep(alice, new Set([used]), past)).toBe(0)
      expect(await blobs.sweep(alice, new Set([used]), future, () => false)).toBe(0)
      expect(await blobs.sweep(alice, new Set([used]), future)).toBe(2)
      for (const stray of strays) expect(await blobs.size(alice, (await idOf(stray)) as BlobId)).toBeUndefined()
      expect(await blobs.size(alice, used)).toBe(1000)
      expect(await blobs.size(bob, others)).toBe(10)
    })

    it('stores nothing of a stream that fails or is cancelled, early or late, and closes it', async () => {
      const blobs = await open()
      for (const pieces of [0, 2, 40]) {
        const failure = new Error('the source failed')
        const failing = async function* () {
          for (let i = 0; i < pieces; i++) yield some(50_000)
          throw failure
        }
        await expect(blobs.put(alice, failing())).rejects.toBe(failure)

        const controller = new AbortController()
        let closed = false
        const endless = async function* () {
          try {
            for (let i = 0; ; i++) {
              if (i === pieces) controller.abort()
              yield some(50_000)
            }
          } finally {
            closed = true
          }
        }
        await expect(blobs.put(alice, endless(), controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
        expect(closed).toBe(true)
      }
      expect(await blobs.used(alice)).toBe(0)
    })

    it('does not wait for a source that never answers once it is cancelled', async () => {
      const blobs = await open()
      const controller = new AbortController()
      const silent = async function* () {
        yield some(10)
        queueMicrotask(() => controller.abort())
        await new Promise(() => {})
      }
      await expect(blobs.put(alice, silent(), controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
    })

    it('stops reading when it is cancelled', async () => {
      const blobs = await open()
      const { id } = await blobs.put(alice, inPieces(some(100)))
      await expect(readAll(blobs.read(alice, id, undefined, AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' })
    })
  })
}
