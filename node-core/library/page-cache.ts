/**
 * Pages as they were sent: compressed, which holds nearly four times as many, and those asked for most as they are.
 * Opening one takes a twentieth of making it anew.
 */
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import { Encoded } from '../contract/method.ts'
import { createCache } from './cache.ts'

export interface Page {
  /** Shared by all that is kept of the page. */
  readonly about: PageFacts
  readonly body: Encoded
}
export interface PageFacts {
  /** The last commit for which it is known to hold. */
  generation: number
  /** The conversation's version that it shows. */
  readonly version: number
  readonly etag: string
}
export interface PageCache {
  get(key: string): Page | undefined
  set(key: string, about: PageFacts, text: string): Page
  /** When nothing is being compressed any more. */
  settled(): Promise<void>
}

interface Packed {
  readonly about: PageFacts
  readonly bytes: Uint8Array
  /** What it was compressed with. */
  readonly dictionary: Buffer | undefined
  readonly size: number
  asked: number
}

const compress = promisify(zstdCompress)
const params = { [constants.ZSTD_c_compressionLevel]: 7 }
/** Pages being compressed at once; those that come meanwhile are forgotten. */
const together = 32
/** A page asked for so often while it was compressed is kept as it is. */
const often = 8
/** The part of the room for pages as they are. */
const openPart = 1 / 10
/**
 * The first pages are what the others are compressed with: they share field names and a person's words. A page of
 * 19 KB takes a sixth less so; 100 KB of pages saved little more and took half as long again. At level 7 it takes a
 * twentieth less than at level 2, for a fifth of a millisecond on another thread.
 */
const dictionaryBytes = 48 * 1024
/** What an entry takes beside its bytes. */
const overhead = 400

/** `limit`: bytes of all that is kept. */
export function createPageCache(limit: number): PageCache {
  const open = createCache<Page>(limit * openPart)
  const packed = createCache<Packed>(limit * (1 - openPart))
  const packing = new Map<string, PageFacts>()
  let last: Promise<unknown> = Promise.resolve()
  const sampled = sampler()

  async function pack(key: string, about: PageFacts, plain: Uint8Array): Promise<void> {
    packing.set(key, about)
    try {
      // the compressor answers memory as large as it was told, of which the page keeps what it needs
      const dictionary = sampled(plain)
      const options = { params, dictionary, chunkSize: Math.max(64, plain.length), pledgedSrcSize: plain.length }
      const bytes = alone(await compress(plain, options))
      if (packing.get(key) === about)
        packed.set(key, { about, bytes, dictionary, size: plain.length, asked: 0 }, bytes.length + key.length + overhead)
    } finally {
      if (packing.get(key) === about) packing.delete(key)
    }
  }

  return {
    get(key) {
      const page = open.get(key)
      if (page) return page
      const small = packed.get(key)
      if (!small) return undefined
      const { about, bytes, dictionary, size } = small
      const plain = zstdDecompressSync(bytes, { dictionary, chunkSize: Math.max(64, size + 1) })
      const opened = { about, body: new Encoded(plain, about.etag) }
      if (++small.asked % often === 0) open.set(key, opened, size + key.length + overhead)
      return opened
    },
    set(key, about, text) {
      open.delete(key)
      packed.delete(key)
      packing.delete(key)
      const bytes = Buffer.from(text)
      if (packing.size < together) last = Promise.all([last, pack(key, about, bytes)])
      return { about, body: new Encoded(bytes, about.etag) }
    },
    async settled() {
      await last
    },
  }
}

/** Answers the dictionary for a page, once there is one; until then it is made of the pages. */
function sampler(): (page: Uint8Array) => Buffer | undefined {
  let dictionary: Buffer | undefined
  let pieces: Uint8Array[] = []
  let bytes = 0
  return (page) => {
    if (dictionary) return dictionary
    pieces.push(page)
    bytes += page.length
    if (bytes >= dictionaryBytes) {
      dictionary = Buffer.concat(pieces).subarray(0, dictionaryBytes)
      pieces = []
    }
    return undefined
  }
}

/** A copy in memory of its own: the runtime's small buffers share pieces of 64 KiB, which one of them would keep whole. */
function alone(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  copy.set(bytes)
  return copy
}
