import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { contentSize } from './zstd-frame.ts'

describe('the size in a Zstandard frame', () => {
  it.each([0, 1, 255, 256, 257, 65_791, 65_792, 200_000, 3_000_000])('is that of its content: %i bytes', (size) => {
    const bytes = Buffer.alloc(size, 'abc')
    expect(contentSize(zstdCompressSync(bytes, { pledgedSrcSize: size }))).toBe(size)
  })

  it('is unknown where the bytes are no frame or end too early', () => {
    const frame = zstdCompressSync(Buffer.alloc(1000), { pledgedSrcSize: 1000 })
    expect(contentSize(frame.subarray(0, 5))).toBeUndefined()
    expect(contentSize(frame.subarray(1))).toBeUndefined()
    expect(contentSize(new Uint8Array(0))).toBeUndefined()
  })

  it('is not believed when it is enormous', () => {
    expect(contentSize(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 1, 0, 0, 0))).toBeUndefined()
  })
})
