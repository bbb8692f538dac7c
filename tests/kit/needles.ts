/** Looking for words in everything that a program wrote, in every form in which a word is easily hidden. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const encodings: Readonly<Record<string, (word: string) => Buffer[]>> = {
  'UTF-8': (word) => [Buffer.from(word)],
  'UTF-16LE': (word) => [Buffer.from(word, 'utf16le')],
  'UTF-16BE': (word) => [Buffer.from(word, 'utf16le').swap16()],
  'hex': (word) => [Buffer.from(Buffer.from(word).toString('hex'))],
  // a word's base64 depends on where it begins; what its neighbours reach into is left off
  'base64': (word) =>
    [0, 1, 2].map((before) => {
      const bytes = Buffer.from(word)
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString('base64')
        .replaceAll('=', '')
      const whole = Math.floor(((before + bytes.length) * 8) / 6)
      return Buffer.from(text.slice(Math.ceil((before * 8) / 6), whole))
    }),
}

export interface Found {
  readonly word: string
  readonly encoding: string
  readonly at: number
}
export interface Needles {
  /** The first find of each word in `bytes`. */
  search(bytes: Uint8Array): Found[]
  /** Words found in any file below `folder`, as `path: word (encoding)`. Sockets and what vanishes meanwhile are passed over. */
  searchFolder(folder: string): Promise<string[]>
}

/** `words` are at least six ASCII letters long; they are found as they are, in lower case, in capitals, and capitalised. */
export function needlesOf(words: Iterable<string>): Needles {
  const byStart = new Map<number, { bytes: Buffer; word: string; encoding: string }[]>()
  const bitmap = new Uint8Array(1 << 21)
  for (const word of words) {
    const lower = word.toLowerCase()
    const cases = new Set([word, lower, word.toUpperCase(), `${lower[0]?.toUpperCase()}${lower.slice(1)}`])
    for (const [encoding, encode] of Object.entries(encodings)) {
      for (const bytes of [...cases].flatMap(encode)) {
        const start = bytes.readUInt32LE(0)
        byStart.set(start, [...(byStart.get(start) ?? []), { bytes, word, encoding }])
        const bit = hashOf(start)
        bitmap[bit >>> 3] = (bitmap[bit >>> 3] ?? 0) | (1 << (bit & 7))
      }
    }
  }
  function search(bytes: Uint8Array): Found[] {
    const found = new Map<string, Found>()
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    let start = 0
    for (let end = 0; end < bytes.length; end++) {
      start = ((start >>> 8) | ((bytes[end] ?? 0) << 24)) >>> 0
      const bit = hashOf(start)
      if (((bitmap[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) continue
      for (const { bytes: needle, word, encoding } of byStart.get(start) ?? []) {
        const at = end - 3
        if (
          at < 0 ||
          found.has(word) ||
          buffer.compare(needle, 0, needle.length, at, Math.min(at + needle.length, buffer.length)) !== 0
        )
          continue
        found.set(word, { word, encoding, at })
      }
    }
    return [...found.values()]
  }
  return {
    search,
    async searchFolder(folder) {
      const found: string[] = []
      for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
        const path = join(entry.parentPath, entry.name)
        // names of files are written to the disk as well
        for (const { word, encoding } of search(Buffer.from(entry.name))) found.push(`${path}: ${word} (its name, ${encoding})`)
        if (!entry.isFile()) continue
        const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return new Uint8Array(0)
          throw error
        })
        for (const { word, encoding, at } of search(bytes)) found.push(`${path}: ${word} (${encoding}, at ${at})`)
      }
      return found.sort()
    },
  }
}

const hashOf = (start: number): number => Math.imul(start, 0x9e3779b1) >>> 8
