import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExportSource } from '../formats/format.ts'
import type { RandomAccess } from './access.ts'
import { memoryAccess } from './access.ts'
import { craftZip } from './crafted-zip.ts'
import type { SourceLimits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import { fileAccess } from './local.ts'
import type { Input } from './source.ts'
import { openSource } from './source.ts'
import type { Spool } from './spool.ts'
import { memorySpool } from './spool.ts'

const spool = memorySpool(64 * 1024 * 1024)
const open = (
  inputs: Input[],
  limits?: Partial<SourceLimits>,
  spooling: Spool = spool,
): Promise<ExportSource & AsyncDisposable> => openSource(inputs, spooling, { ...defaultLimits, ...limits })
const file = (name: string, content: Uint8Array | string): Input => ({
  kind: 'file',
  name,
  access: memoryAccess(Buffer.from(content)),
})
const pathsOf = (source: ExportSource): string[] => source.files.map(({ path }) => path)
const textOf = async (source: ExportSource, path: string): Promise<string> =>
  Buffer.from((await source.files.find((candidate) => candidate.path === path)?.bytes(1e6)) ?? []).toString()

const chatgpt = craftZip([
  { name: 'conversations.json', data: '[1]', deflate: true },
  { name: 'user.json', data: '{}' },
])

describe('openSource of files', () => {
  it('knows an archive by its bytes and takes anything else as one file', async () => {
    expect(pathsOf(await open([file('export.bin', chatgpt)]))).toEqual(['conversations.json', 'user.json'])
    const bare = await open([file('conversations.json', '[1]')])
    expect(pathsOf(bare)).toEqual(['conversations.json'])
    expect(bare.name).toBe('conversations.json')
  })

  it('puts several inputs under their own names', async () => {
    const source = await open([file('a.zip', chatgpt), file('a.zip', chatgpt), file('C:\\x\\chat.json', '{}')])
    expect(pathsOf(source)).toEqual([
      'a.zip!/conversations.json',
      'a.zip!/user.json',
      'a.zip (2)!/conversations.json',
      'a.zip (2)!/user.json',
      'chat.json',
    ])
    expect(source.name).toBe('a.zip and 2 more')
  })

  it.each([[false], [true]])('opens the part inside an archive (compressed: %s)', async (deflate) => {
    const outer = craftZip([
      { name: 'Conversations__abc-chatgpt-0001.zip', data: chatgpt, deflate },
      { name: 'README.txt', data: 'Your data' },
    ])
    await using source = await open([file('portal.zip', outer)])
    expect(pathsOf(source)).toEqual([
      'Conversations__abc-chatgpt-0001.zip!/conversations.json',
      'Conversations__abc-chatgpt-0001.zip!/user.json',
      'README.txt',
    ])
    expect(await textOf(source, 'Conversations__abc-chatgpt-0001.zip!/conversations.json')).toBe('[1]')
  })

  it('leaves a person’s own archives beside the data closed, whatever they hold', async () => {
    const own = craftZip([{ name: '../x', data: 'y' }])
    const source = await open([
      file(
        'export.zip',
        craftZip([
          { name: 'conversations.json', data: '[]' },
          { name: 'file-abc-mine.zip', data: own },
        ]),
      ),
    ])
    expect(pathsOf(source)).toEqual(['conversations.json', 'file-abc-mine.zip'])
  })

  it.each([
    ['import-unsafe-name', craftZip([{ name: '../x', data: 'y' }])],
    ['import-encrypted', craftZip([{ name: 'x', data: 'y', flags: 1 }])],
    ['import-damaged', chatgpt.subarray(0, -5)],
  ])('refuses the whole source with %s for a part inside', async (code, inner) => {
    const outer = craftZip([
      { name: 'a.zip', data: chatgpt },
      { name: 'b.zip', data: inner, deflate: true },
    ])
    await expect(open([file('portal.zip', outer)])).rejects.toMatchObject({
      code,
      detail: expect.stringContaining('portal.zip!/b.zip'),
    })
  })

  it('refuses archives nested too deep, and counts all of them together', async () => {
    let nested = chatgpt
    for (let level = 0; level < 3; level++) nested = craftZip([{ name: `level${level}.zip`, data: nested, deflate: true }])
    await expect(open([file('a.zip', nested)])).rejects.toMatchObject({ code: 'import-bomb' })
    expect(pathsOf(await open([file('a.zip', nested)], { depth: 3 }))).toEqual([
      'level2.zip!/level1.zip!/level0.zip!/conversations.json',
      'level2.zip!/level1.zip!/level0.zip!/user.json',
    ])
    await expect(open([file('a.zip', nested)], { depth: 3, entries: 4 })).rejects.toMatchObject({ code: 'import-bomb' })
  })

  it('refuses nothing, other archives, and a ZIP in name only', async () => {
    await expect(open([file('a.json', '')])).rejects.toMatchObject({ code: 'import-empty' })
    await expect(open([file('a.zip', craftZip([]))])).rejects.toMatchObject({ code: 'import-empty' })
    await expect(open([file('a.zip', craftZip([{ name: 'dir/' }]))])).rejects.toMatchObject({ code: 'import-empty' })
    await expect(open([file('takeout.tgz', Buffer.from([0x1f, 0x8b, 8]))])).rejects.toMatchObject({
      code: 'import-unknown-format',
    })
    await expect(open([file('a.zip', 'no archive')])).rejects.toMatchObject({ code: 'import-damaged' })
  })

  it('closes what it was given and what it spooled, once, with the source and on failure', async () => {
    const closed: string[] = []
    const watched = (name: string, access: RandomAccess): RandomAccess => ({
      ...access,
      close: async () => void closed.push(name),
    })
    const watchedSpool: Spool = {
      create: async () => {
        const inner = await spool.create()
        return {
          ...inner,
          finish: async () => watched('spool', await inner.finish()),
          discard: async () => void closed.push('discarded'),
        }
      },
    }
    const outer = (inner: Uint8Array): Input => {
      const bytes = craftZip([{ name: 'a.zip', data: inner, deflate: true }])
      return { kind: 'file', name: 'outer.zip', access: watched('outer', memoryAccess(bytes)) }
    }
    const source = await open([outer(chatgpt)], {}, watchedSpool)
    expect(closed).toEqual([])
    await source[Symbol.asyncDispose]()
    await source[Symbol.asyncDispose]()
    expect(closed.toSorted()).toEqual(['outer', 'spool'])
    closed.length = 0
    await expect(open([outer(chatgpt.subarray(0, -3))], {}, watchedSpool)).rejects.toMatchObject({ code: 'import-damaged' })
    expect(closed.toSorted()).toEqual(['outer', 'spool'])
    closed.length = 0
    await expect(
      open(
        [outer(Buffer.concat([chatgpt, Buffer.alloc(100)]))],
        {},
        { create: async () => ({ ...(await memorySpool(10).create()), discard: async () => void closed.push('discarded') }) },
      ),
    ).rejects.toMatchObject({ code: 'import-too-large' })
    expect(closed.toSorted()).toEqual(['discarded', 'outer'])
  })

  it('stops when it is cancelled', async () => {
    await expect(openSource([file('a.zip', chatgpt)], spool, defaultLimits, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})

describe('openSource of a folder', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vivim-reading-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
  })
  const put = async (path: string, content: Uint8Array | string): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const openFolder = (limits?: Partial<SourceLimits>): Promise<ExportSource & AsyncDisposable> =>
    open([{ kind: 'folder', path: folder }], limits)

  it('lists files in order, without hidden ones, and opens the archives', async () => {
    await put('manifest-1.json', '{}')
    await put('data-part-0.zip', chatgpt)
    await put('data-part-1.zip', chatgpt)
    await put('b/deep/x.json', '[2]')
    await put('.git/config', 'x')
    await put('.DS_Store', 'x')
    await put('.claude/projects/-home/.s.jsonl', '{}')
    await using source = await openFolder()
    expect(pathsOf(source)).toEqual([
      '.claude/projects/-home/.s.jsonl',
      'b/deep/x.json',
      'data-part-0.zip!/conversations.json',
      'data-part-0.zip!/user.json',
      'data-part-1.zip!/conversations.json',
      'data-part-1.zip!/user.json',
      'manifest-1.json',
    ])
    expect(await textOf(source, 'data-part-1.zip!/conversations.json')).toBe('[1]')
    expect(await textOf(source, 'b/deep/x.json')).toBe('[2]')
  })

  it('does not follow links, and refuses a file that has become one', async () => {
    await put('a.json', '[1]')
    await put('dir/b.json', '[2]')
    await symlink('/etc/passwd', join(folder, 'out.json'))
    await symlink('/etc', join(folder, 'outdir'))
    await using source = await openFolder()
    expect(pathsOf(source)).toEqual(['a.json', 'dir/b.json'])
    await rm(join(folder, 'dir'), { recursive: true })
    await symlink('/etc', join(folder, 'dir'))
    await writeFile(join(folder, 'a.json.new'), '')
    await rm(join(folder, 'a.json'))
    await symlink('/etc/hostname', join(folder, 'a.json'))
    await expect(textOf(source, 'a.json')).rejects.toMatchObject({ code: 'import-unsafe-name' })
    await expect(textOf(source, 'dir/b.json')).rejects.toMatchObject({
      code: expect.stringMatching(/import-unsafe-name|not-found/),
    })
  })

  it('fails clearly for a file that became shorter, and reads one that grew as it was', async () => {
    await put('a.json', '[1,2,3]')
    await put('b.jsonl', '{"a":1}\n')
    await using source = await openFolder()
    await put('a.json', '[1')
    await put('b.jsonl', '{"a":1}\n{"b":2}\n')
    await expect(textOf(source, 'a.json')).rejects.toMatchObject({
      code: 'import-damaged',
      detail: expect.stringContaining('“a.json”: it breaks off, at byte 2'),
    })
    expect(await textOf(source, 'b.jsonl')).toBe('{"a":1}\n')
  })

  it('bounds the count of files', async () => {
    await put('a.json', '1')
    await put('b.json', '1')
    await expect(openFolder({ entries: 1 })).rejects.toMatchObject({ code: 'import-bomb' })
  })

  it('refuses an empty folder, none, and what is neither file nor folder', async () => {
    await expect(openFolder()).rejects.toMatchObject({ code: 'import-empty' })
    await expect(open([{ kind: 'folder', path: join(folder, 'none') }])).rejects.toMatchObject({ code: 'not-found' })
    await expect(fileAccess(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(fileAccess(folder)).rejects.toMatchObject({ code: 'bad-request' })
    await put('a.json', '1')
    await expect(open([{ kind: 'folder', path: join(folder, 'a.json') }])).rejects.toMatchObject({ code: 'bad-request' })
  })

  it.skipIf(process.platform === 'win32')('does not wait on a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await expect(fileAccess(join(folder, 'pipe'))).rejects.toMatchObject({ code: 'bad-request' })
    await expect(openFolder()).rejects.toMatchObject({ code: 'import-empty' })
  })

  it('reads a local file at any position', async () => {
    await put('a.json', '0123456789')
    const access = await fileAccess(join(folder, 'a.json'))
    expect(access.size).toBe(10)
    expect(Buffer.from(await access.read(3, 4)).toString()).toBe('3456')
    expect(Buffer.from(await access.read(8, 100)).toString()).toBe('89')
    expect(await access.read(20, 1)).toHaveLength(0)
    await access.close()
    await access.close()
  })
})
