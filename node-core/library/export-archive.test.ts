import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VivimError } from '../contract/errors.ts'
import { memoryAccess } from '../imports/reading/access.ts'
import { openZip } from '../imports/reading/zip.ts'
import { type ArchiveEntry, archiveOf } from './export-archive.ts'
import { descriptor, directoryEntry, endRecords, localHeader, type ZipRecord } from './export-zip.ts'

const entry = (path: string, content: Uint8Array[], more: Partial<ArchiveEntry> = {}): ArchiveEntry => ({
  path,
  time: Date.UTC(2026, 4, 1, 12, 30, 8),
  compress: true,
  content: (async function* () {
    yield* content
  })(),
  ...more,
})
const from = async function* <T>(all: Iterable<T>): AsyncGenerator<T> {
  yield* all
}
async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

describe('an archive', () => {
  it('gives back what went in', async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: 1, max: 200_000 }).map((n) => new Uint8Array(n).map((_, i) => (i * i) >> 7)),
    )
    const files = fc.uniqueArray(
      fc.record({ name: fc.uuid(), pieces: fc.array(content, { maxLength: 4 }), compress: fc.boolean() }),
      { selector: ({ name }) => name, maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        const bytes = await bytesOf(
          archiveOf(from(all.map(({ name, pieces, compress }) => entry(`ü/${name}`, pieces, { compress })))),
        )
        const read = await openZip(memoryAccess(bytes), 'x')
        expect(read.map(({ path }) => path)).toEqual(all.map(({ name }) => `ü/${name}`))
        for (const [n, file] of read.entries())
          expect(Buffer.from(await file.bytes(2 ** 30))).toEqual(Buffer.concat(all[n]?.pieces ?? []))
      }),
      { numRuns: 40 },
    )
  })

  it('takes more files than 16 bits count', async () => {
    const bytes = await bytesOf(
      archiveOf(
        from(
          (function* () {
            for (let n = 0; n < 65_540; n++) yield entry(`f${n}`, [], { compress: false })
          })(),
        ),
      ),
    )
    const read = await openZip(memoryAccess(bytes), 'x')
    expect(read).toHaveLength(65_540)
    expect(read.at(-1)?.path).toBe('f65539')
  })

  it('says sizes above 32 bits as Zip64 does', () => {
    const huge: ZipRecord = {
      path: 'h',
      time: 0,
      deflated: false,
      streamed: true,
      large: true,
      crc: 7,
      packed: 2 ** 33,
      unpacked: 2 ** 33,
      offset: 2 ** 34,
    }
    expect(localHeader(huge).readUInt16LE(4)).toBe(45)
    expect(descriptor(huge).readBigUInt64LE(16)).toBe(2n ** 33n)
    const listed = directoryEntry(huge)
    expect([listed.readUInt32LE(20), listed.readUInt32LE(24), listed.readUInt32LE(42)]).toEqual([
      0xffffffff, 0xffffffff, 0xffffffff,
    ])
    expect(listed.subarray(-24).readBigUInt64LE(16)).toBe(2n ** 34n)
    expect(endRecords(1, 2 ** 34, 100).readBigUInt64LE(48)).toBe(2n ** 34n)
  })

  it.skipIf(spawnSync('python3', ['--version']).status !== 0)('is one for other programs too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vivim-zip-'))
    try {
      const path = join(folder, 'a.zip')
      const large = new Uint8Array(700_000).fill(65)
      await writeFile(
        path,
        await bytesOf(
          archiveOf(
            from([
              entry('a.txt', [Buffer.from('hello')]),
              entry('b', [large]),
              entry('c', [large], { compress: false }),
              entry('d', [large], { size: 2 ** 33 }),
            ]),
          ),
        ),
      )
      const script =
        'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), [(i.filename, i.file_size, i.date_time) for i in z.infolist()])'
      const { stdout } = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' })
      const when = '(2026, 5, 1, 12, 30, 8)'
      expect(stdout.trim()).toBe(
        `None [('a.txt', 5, ${when}), ('b', 700000, ${when}), ('c', 700000, ${when}), ('d', 700000, ${when})]`,
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('asks for a file when its bytes are wanted, and lets go of it when the reader does', async () => {
    const seen: string[] = []
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(100_000)
      } finally {
        seen.push('closed')
      }
    }
    const entries = async function* (): AsyncGenerator<ArchiveEntry> {
      try {
        yield entry('a', [])
        seen.push('second')
        yield { ...entry('b', []), content: endless() }
      } finally {
        seen.push('ended')
      }
    }
    const reading = archiveOf(entries())
    await reading.next()
    expect(seen).toEqual([])
    for (let n = 0; n < 5; n++) await reading.next()
    expect(seen).toEqual(['second'])
    await reading.return(undefined)
    expect(seen).toEqual(['second', 'closed', 'ended'])
  })

  it('fails as what it is made of does', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(400_000)
      throw new VivimError('storage-busy')
    }
    for (const compress of [true, false]) {
      await expect(bytesOf(archiveOf(from([{ ...entry('a', []), compress, content: broken() }])))).rejects.toMatchObject({
        code: 'storage-busy',
      })
    }
    await expect(bytesOf(archiveOf(from([entry('a', [])]), AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' })
  })
})
