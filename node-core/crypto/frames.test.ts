import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FRAME, FrameReader, type RandomAccess, sealedSize, sealFrames } from './frames.ts'
import type { SealerKeys } from './seal.ts'

const keys: SealerKeys = { current: 3, keys: new Map([[3, createSecretKey(randomBytes(32))]]) }
const HEADER = 28
const SEALED = FRAME + 16

const inMemory = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: async (position, length) => bytes.subarray(position, position + length),
  close: async () => {},
})
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function seal(bytes: Uint8Array, place = 'p', size = 50_000): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of sealFrames(pieces(bytes, size), { keys, random: randomBytes, place: () => place })) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}
const openAll = async (sealed: Uint8Array, place = 'p'): Promise<Uint8Array> => {
  const reader = await FrameReader.open(inMemory(sealed), keys, place)
  const parts: Uint8Array[] = []
  for await (const part of reader.stream()) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
const broken = { code: 'seal-broken' }

describe('sealed frames', () => {
  it('come back for every size around the frame’s borders', async () => {
    for (const size of [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 5 * FRAME + 77]) {
      const bytes = Uint8Array.from(randomBytes(size))
      const sealed = await seal(bytes)
      expect(sealed).toHaveLength(sealedSize(size))
      expect(same(await openAll(sealed), bytes)).toBe(true)
      expect((await FrameReader.open(inMemory(sealed), keys, 'p')).size).toBe(size)
    }
  })

  it('are read from any position, however they were written', async () => {
    const bytes = Uint8Array.from(randomBytes(3 * FRAME + 1000))
    for (const size of [1013, FRAME, bytes.length]) {
      const reader = await FrameReader.open(inMemory(await seal(bytes, 'p', size)), keys, 'p')
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length + 5), fc.nat(2 * FRAME), async (position, length) => {
          expect(same(await reader.read(position, length), bytes.subarray(position, position + length))).toBe(true)
        }),
        { numRuns: 40 },
      )
    }
  })

  it('refuse a changed bit in header, length, any frame or tag', async () => {
    const sealed = await seal(Uint8Array.from(randomBytes(2 * FRAME + 100)))
    const places = [
      0,
      4,
      5,
      7,
      8,
      11,
      12,
      27,
      HEADER,
      HEADER + FRAME,
      HEADER + SEALED - 1,
      HEADER + SEALED,
      HEADER + 2 * SEALED,
      sealed.length - 1,
    ]
    for (const at of places) {
      const changed = sealed.slice()
      changed[at] = (changed[at] ?? 0) ^ 4
      await expect(openAll(changed)).rejects.toMatchObject(broken)
    }
  })

  it('refuse a cut file already when it is opened, wherever it is cut', async () => {
    const sealed = await seal(Uint8Array.from(randomBytes(2 * FRAME + 100)))
    const lengths = [
      0,
      10,
      HEADER,
      HEADER + 15,
      HEADER + 16,
      HEADER + SEALED,
      HEADER + SEALED + 16,
      HEADER + 2 * SEALED,
      sealed.length - 1,
    ]
    for (const length of lengths)
      await expect(FrameReader.open(inMemory(sealed.subarray(0, length)), keys, 'p')).rejects.toMatchObject(broken)
    const longer = [Buffer.concat([sealed, new Uint8Array(1)]), Buffer.concat([sealed, sealed.subarray(HEADER, HEADER + SEALED)])]
    for (const bytes of longer) await expect(FrameReader.open(inMemory(bytes), keys, 'p')).rejects.toMatchObject(broken)
  })

  it('refuse frames in another order, of another file, and a file in another place', async () => {
    const bytes = Uint8Array.from(randomBytes(3 * FRAME))
    const [one, two] = [await seal(bytes), await seal(bytes)]
    const frame = (file: Uint8Array, number: number) => file.subarray(HEADER + number * SEALED, HEADER + (number + 1) * SEALED)
    const head = one.subarray(0, HEADER)
    await expect(openAll(Buffer.concat([head, frame(one, 1), frame(one, 0), frame(one, 2)]))).rejects.toMatchObject(broken)
    await expect(openAll(Buffer.concat([head, frame(one, 0), frame(two, 1), frame(one, 2)]))).rejects.toMatchObject(broken)
    await expect(openAll(Buffer.concat([head, frame(one, 0), frame(one, 2)]))).rejects.toMatchObject(broken)
    await expect(FrameReader.open(inMemory(one), keys, 'q')).rejects.toMatchObject(broken)
  })

  it('never hand on bytes of a frame that fails', async () => {
    const sealed = await seal(Uint8Array.from(randomBytes(6 * FRAME)))
    sealed[HEADER + 2 * SEALED] = (sealed[HEADER + 2 * SEALED] ?? 0) ^ 1
    const reader = await FrameReader.open(inMemory(sealed), keys, 'p')
    await expect(reader.read(2 * FRAME, 1)).rejects.toMatchObject(broken)
    expect(await reader.read(0, FRAME)).toHaveLength(FRAME)
  })

  it('need their key, and keep to the range and the signal', async () => {
    const sealed = await seal(Uint8Array.from(randomBytes(100)))
    const foreign: SealerKeys = { current: 3, keys: new Map([[3, createSecretKey(randomBytes(32))]]) }
    await expect(FrameReader.open(inMemory(sealed), foreign, 'p')).rejects.toMatchObject(broken)
    await expect(FrameReader.open(inMemory(sealed), { current: 4, keys: new Map() }, 'p')).rejects.toMatchObject(broken)
    const reader = await FrameReader.open(inMemory(sealed), keys, 'p')
    for (const [start, end] of [
      [-1, 5],
      [0, 101],
      [6, 5],
      [Number.NaN, 5],
    ] as const) {
      await expect(reader.stream(start, end).next()).rejects.toMatchObject({ code: 'range-not-satisfiable' })
    }
    await expect(reader.stream(0, 5, AbortSignal.abort()).next()).rejects.toMatchObject({ code: 'cancelled' })
  })
})
