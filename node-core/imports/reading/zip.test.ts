import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import yazl from 'yazl'
import { memoryAccess } from './access.ts'
import { craftZip } from './crafted-zip.ts'
import type { SourceLimits } from './limits.ts'
import { Budget, defaultLimits } from './limits.ts'
import type { ArchiveFile } from './zip.ts'
import { looksZipped, openZip } from './zip.ts'

const open = async (bytes: Uint8Array, limits?: Partial<SourceLimits>): Promise<ArchiveFile[]> =>
  await openZip(memoryAccess(bytes), 'export.zip', new Budget({ ...defaultLimits, ...limits }))
const textOf = async (file: ArchiveFile | undefined): Promise<string> => Buffer.from((await file?.bytes(1e9)) ?? []).toString()

/** An archive as a widely used library writes it. */
async function yazlZip(files: Record<string, { data: Buffer; compress: boolean }>, zip64 = false): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, { data, compress }] of Object.entries(files)) zip.addBuffer(data, name, { compress, forceZip64Format: zip64 })
  zip.end({ forceZip64Format: zip64, comment: 'made by a test' })
  const parts: Buffer[] = []
  zip.outputStream.on('data', (part: Buffer) => parts.push(part))
  await once(zip.outputStream, 'end')
  return Buffer.concat(parts)
}

describe('openZip', () => {
  it('reads back what an archive was made of', async () => {
    const name = fc.stringMatching(/^[a-zé][a-z0-9 _.-]{0,12}$/)
    const data = fc.record({
      data: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
      compress: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, data, { maxKeys: 6 }), fc.boolean(), async (files, zip64) => {
        const opened = await open(await yazlZip(files, zip64))
        expect(
          new Map(await Promise.all(opened.map(async (file) => [file.path, Buffer.from(await file.bytes(1e6))] as const))),
        ).toEqual(new Map(Object.entries(files).map(([path, file]) => [path, file.data])))
      }),
      { numRuns: 40 },
    )
  })

  it('gives heads, streams anew at each call, and reads stored entries in place', async () => {
    const long = 'abc'.repeat(300_000)
    const [packed, stored] = await open(
      craftZip([
        { name: 'a', data: long, deflate: true },
        { name: 'b', data: long },
      ]),
    )
    for (const file of [packed, stored]) {
      expect(Buffer.from((await file?.head(7)) ?? []).toString()).toBe('abcabca')
      expect(await textOf(file)).toBe(long)
      expect(await textOf(file)).toBe(long)
      await expect(file?.bytes(10)).rejects.toMatchObject({ code: 'import-too-large' })
    }
    expect(await packed?.inPlace()).toBeUndefined()
    expect(Buffer.from((await (await stored?.inPlace())?.read(3, 3)) ?? []).toString()).toBe('abc')
  })

  it('gives heads of what hardly compresses', async () => {
    const data = randomBytes(300_000)
    const [file] = await open(craftZip([{ name: 'a', data, deflate: true }]))
    for (const n of [0, 1, 1000, 70_000, 299_999, 300_000, 400_000]) {
      expect(Buffer.compare((await file?.head(n)) ?? Buffer.alloc(1), data.subarray(0, n))).toBe(0)
    }
  })

  it('leaves folders and what systems add out, and tidies names', async () => {
    const files = await open(
      craftZip([
        { name: './' },
        { name: 'dir/' },
        { name: './dir//a.json', data: '1' },
        { name: '__MACOSX/dir/._a.json', data: 'x' },
        { name: 'dir/.DS_Store', data: 'x' },
      ]),
    )
    expect(files.map(({ path }) => path)).toEqual(['dir/a.json'])
  })

  it('reads names as UTF-8 where the archive does not say', async () => {
    const files = await open(
      craftZip([
        { name: 'Meine Aktivitäten.json', flags: 0 },
        { name: Buffer.from([0x61, 0x84]), flags: 0 },
      ]),
    )
    expect(files.map(({ path }) => path)).toEqual(['Meine Aktivitäten.json', 'aä'])
  })

  it.each([
    ['../evil', 'upwards'],
    ['a/../../evil', 'upwards'],
    ['..', 'upwards'],
    ['/etc/passwd', 'absolute'],
    ['C:/x', 'drive'],
    ['c:x', 'drive'],
    ['a\\b', 'backslash'],
    ['..\\evil', 'backslash'],
    ['\\\\host\\share', 'backslash'],
    ['a\0.json', 'NUL'],
    ['', 'empty'],
    ['../dir/', 'upwards'],
  ])('refuses the whole archive for the name %j', async (name, why) => {
    const bytes = craftZip([
      { name: 'conversations.json', data: '[]' },
      { name, data: 'x' },
    ])
    await expect(open(bytes)).rejects.toMatchObject({ code: 'import-unsafe-name', detail: expect.stringContaining(why) })
    await expect(open(bytes)).rejects.toThrow(`“${name.replace('\0', '\ufffd')}”`)
  })

  it.each([
    [0o120777, 'a link'],
    [0o060644, 'neither'],
    [0o010644, 'neither'],
    [0o140644, 'neither'],
  ])('refuses an entry of mode %o', async (mode, what) => {
    const bytes = craftZip([
      { name: 'a.json', data: '[]', mode: 0o100644 },
      { name: 'link', data: '/etc/passwd', mode },
    ])
    await expect(open(bytes)).rejects.toMatchObject({
      code: 'import-unsafe-name',
      detail: expect.stringContaining(`“link”: it is ${what}`),
    })
  })

  it('refuses two entries of one name', async () => {
    const bytes = craftZip([
      { name: 'a.json', data: '1' },
      { name: './a.json', data: '2' },
    ])
    await expect(open(bytes)).rejects.toMatchObject({ code: 'import-unsafe-name', detail: expect.stringContaining('twice') })
  })

  it.each([[0x801], [0x841], [0x2800]])('refuses encrypted entries (flags %i)', async (flags) => {
    await expect(open(craftZip([{ name: 'a.json', data: 'x', flags, method: 8 }]))).rejects.toMatchObject({
      code: 'import-encrypted',
    })
  })

  it('names a compression that it does not read', async () => {
    await expect(open(craftZip([{ name: 'a.json', data: 'x', method: 9 }]))).rejects.toMatchObject({
      code: 'import-unknown-format',
    })
  })

  it('refuses an archive that is cut off anywhere', async () => {
    const bytes = craftZip([
      { name: 'a.json', data: 'x'.repeat(100) },
      { name: 'b.json', data: '{}', deflate: true },
    ])
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        await expect(open(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'import-damaged' })
      }),
      { numRuns: 100 },
    )
  })

  it('never answers wrong bytes for an archive with a flipped byte', async () => {
    const files = { 'a.json': 'x'.repeat(200), 'dir/b.json': '{"some":"text"}' }
    const bytes = craftZip(Object.entries(files).map(([name, data], index) => ({ name, data, deflate: index > 0 })))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const broken = Buffer.from(bytes)
        broken.writeUInt8(broken.readUInt8(at) ^ flip, at)
        const read = await open(broken)
          .then((list) => Promise.all(list.map(textOf)))
          .catch((error: unknown) => error)
        if (Array.isArray(read)) for (const text of read) expect(Object.values(files)).toContain(text)
        else
          expect(read).toMatchObject({
            code: expect.stringMatching(/^import-(damaged|unsafe-name|encrypted|bomb|unknown-format)$/),
          })
      }),
      { numRuns: 500 },
    )
  })

  it('refuses entries that share bytes', async () => {
    const bytes = craftZip([
      { name: 'a', data: 'x'.repeat(50) },
      { name: 'b', data: 'y'.repeat(50), header: 0 },
    ])
    await expect(open(bytes)).rejects.toMatchObject({ code: 'import-damaged', detail: expect.stringContaining('overlaps') })
    const [shifted] = await open(craftZip([{ name: 'a', data: 'x', packed: 1 }, { name: 'b' }]))
    expect(await textOf(shifted)).toBe('x')
  })

  it('refuses more entries than are counted, or fewer', async () => {
    const list = [
      { name: 'a', data: 'x' },
      { name: 'b', data: 'y' },
    ]
    await expect(open(craftZip(list, { entries: 1 }))).rejects.toMatchObject({ code: 'import-damaged' })
    await expect(open(craftZip(list, { entries: 3 }))).rejects.toMatchObject({ code: 'import-damaged' })
  })

  it('refuses bombs by what they declare', async () => {
    const bomb = craftZip([{ name: 'a.json', data: Buffer.alloc(2_000_000), deflate: true }])
    await expect(open(bomb, { ratioFloor: 1_000_000 })).rejects.toMatchObject({
      code: 'import-bomb',
      detail: expect.stringContaining('a.json'),
    })
    await expect(open(bomb, { unpacked: 1_000_000 })).rejects.toMatchObject({ code: 'import-bomb' })
    const many = craftZip(Array.from({ length: 50 }, (_, index) => ({ name: `f${index}` })))
    await expect(open(many, { entries: 49 })).rejects.toMatchObject({ code: 'import-bomb' })
    expect(await open(many, { entries: 50 })).toHaveLength(50)
  })

  it('stops a bomb that lies about its size at the size that it declares', async () => {
    const [file] = await open(craftZip([{ name: 'a.json', data: Buffer.alloc(50_000_000), deflate: true, unpacked: 1000 }]))
    let read = 0
    const reading = (async () => {
      for await (const piece of file?.stream() ?? []) read += piece.length
    })()
    await expect(reading).rejects.toMatchObject({ code: 'import-bomb' })
    expect(read).toBeLessThanOrEqual(1000)
  })

  it('refuses a size or checksum that does not hold', async () => {
    const data = randomBytes(5000)
    for (const lie of [{ crc: 1 }, { unpacked: 6000 }]) {
      const [file] = await open(craftZip([{ name: 'a.json', data, deflate: true, ...lie }]))
      await expect(file?.bytes(1e6)).rejects.toMatchObject({
        code: 'import-damaged',
        detail: expect.stringContaining('“a.json”'),
      })
    }
  })

  it('refuses what is no archive', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('PK'), Buffer.from('[]'), randomBytes(70_000)]) {
      await expect(open(bytes)).rejects.toMatchObject({ code: 'import-damaged' })
    }
    expect(looksZipped(craftZip([]))).toBe(true)
    expect(looksZipped(Buffer.from('[1]'))).toBe(false)
  })

  it('stops when it is cancelled', async () => {
    const [file] = await open(craftZip([{ name: 'a.json', data: randomBytes(3_000_000), deflate: true }]))
    const abort = new AbortController()
    const reading = (async () => {
      for await (const _piece of file?.stream(abort.signal) ?? []) abort.abort()
    })()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  })
})
