/**
 * Security case 29, and every bad input of importing: given to the real product by its real doors, each is refused with a
 * clear error that names the place, nothing of it is kept, and the node goes on.
 */
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { craftZip } from '../../node-core/imports/reading/crafted-zip.ts'
import { importEnds, type PlainHttp, signIn } from '../kit/plain-http.ts'
import { plantedChatgpt, plantedClaude } from '../kit/planted.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { zipOf } from '../kit/zip.ts'

let machine: Machine
let node: Serving
let http: PlainHttp
beforeAll(async () => {
  machine = await newMachine()
  node = await machine.serve()
  http = await signIn(node.link)
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const good = '[]'
const link = 0o120777
const conversations = (...list: unknown[]) => JSON.stringify(list)
/** A conversation of ChatGPT's with its messages as `id: parent`. */
const tree = (id: string, parents: Record<string, string | null>, current: string) => ({
  id,
  conversation_id: id,
  title: `Tree ${id}`,
  create_time: 1_700_000_000,
  update_time: 1_700_000_001,
  current_node: current,
  mapping: Object.fromEntries(
    Object.entries(parents).map(([key, parent]) => [
      key,
      {
        id: key,
        parent,
        children: Object.keys(parents).filter((other) => parents[other] === key),
        message: {
          id: key,
          author: { role: 'user' },
          create_time: 1_700_000_000,
          content: { content_type: 'text', parts: [`text of ${key}`] },
          metadata: {},
        },
      },
    ]),
  ),
})
const fine = tree('fine', { a: null, b: 'a' }, 'b')
const zeros = deflateRawSync(Buffer.alloc(300 * 1024 * 1024), { level: 9 })
/** `bytes` zeros that a ZIP declares and holds. */
const bomb = craftZip([{ name: 'conversations.json', data: zeros, method: 8, unpacked: 300 * 1024 * 1024, crc: 0 }])

interface Bad {
  readonly what: string
  /** A name that its sender gives it. */
  readonly name: string
  readonly bytes: () => Promise<Uint8Array> | Uint8Array
  readonly code: string
  /** What the error names. */
  readonly place: RegExp
}
const bad: Bad[] = [
  { what: 'nothing', name: 'empty.zip', bytes: () => Buffer.alloc(0), code: 'import-empty', place: /empty/ },
  {
    what: 'spaces alone',
    name: 'spaces.json',
    bytes: () => Buffer.from('  \n \t \n'),
    code: 'import-unknown-format',
    place: /spaces\.json/,
  },
  { what: 'an empty archive', name: 'hollow.zip', bytes: () => craftZip([]), code: 'import-empty', place: /hollow\.zip|empty/ },
  {
    what: 'words that are no JSON',
    name: 'letter.json',
    bytes: () => Buffer.from('Dear all, this is a letter.'),
    code: 'import-unknown-format',
    place: /letter\.json|export/,
  },
  {
    what: 'JSON of something else',
    name: 'config.json',
    bytes: () => Buffer.from('{"compilerOptions": {"strict": true}}'),
    code: 'import-unknown-format',
    place: /config\.json|export/,
  },
  {
    what: 'a picture',
    name: 'photo.png',
    bytes: () => Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(5000, 7)]),
    code: 'import-unknown-format',
    place: /photo\.png|export/,
  },
  {
    what: 'a program',
    name: 'setup.exe',
    bytes: () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(5000, 3)]),
    code: 'import-unknown-format',
    place: /setup\.exe|export/,
  },
  {
    what: 'an archive of pictures',
    name: 'album.zip',
    bytes: () => zipOf({ 'a.png': Buffer.from('89504e47', 'hex'), 'b.png': Buffer.from('89504e47', 'hex') }),
    code: 'import-unknown-format',
    place: /album\.zip|export/,
  },
  {
    what: 'gzip',
    name: 'export.json.gz',
    bytes: () => gzipSync(conversations(fine)),
    code: 'import-unknown-format',
    place: /export\.json\.gz|export/,
  },
  {
    what: 'JSON cut off in the middle',
    name: 'cut.json',
    bytes: () => Buffer.from(conversations(fine, fine).slice(0, -300)),
    code: 'import-damaged',
    place: /cut\.json/,
  },
  {
    what: 'a truncated archive',
    name: 'truncated.zip',
    bytes: async () => (await plantedChatgpt()).subarray(0, -40),
    code: 'import-damaged',
    place: /truncated\.zip/,
  },
  {
    what: 'an archive with flipped bits',
    name: 'flipped.zip',
    bytes: async () => flipped(await plantedClaude()),
    code: 'import-damaged',
    place: /conversations\.json|flipped\.zip/,
  },
  { what: 'a bomb', name: 'bomb.zip', bytes: () => bomb, code: 'import-bomb', place: /conversations\.json/ },
  {
    what: 'a bomb inside an archive',
    name: 'parcel.zip',
    bytes: () => craftZip([{ name: 'inner.zip', data: bomb }]),
    code: 'import-bomb',
    place: /inner\.zip|conversations\.json/,
  },
  {
    what: 'a bomb that hides its size',
    name: 'liar.zip',
    bytes: () => craftZip([{ name: 'conversations.json', data: zeros, method: 8, unpacked: 1000, crc: 0 }]),
    code: 'import-bomb',
    place: /conversations\.json/,
  },
  {
    what: 'one string of 200 MB',
    name: 'long.json',
    bytes: () => Buffer.concat([Buffer.from('"'), megabytes(200), Buffer.from('"')]),
    code: 'import-unknown-format',
    place: /long\.json/,
  },
  {
    what: '../',
    name: 'up.zip',
    bytes: () =>
      craftZip([
        { name: 'conversations.json', data: good },
        { name: '../../outside.json', data: good },
      ]),
    code: 'import-unsafe-name',
    place: /outside\.json/,
  },
  {
    what: '..\\',
    name: 'upwin.zip',
    bytes: () => craftZip([{ name: '..\\..\\outside.json', data: good }]),
    code: 'import-unsafe-name',
    place: /outside\.json/,
  },
  {
    what: 'an absolute name',
    name: 'absolute.zip',
    bytes: () => craftZip([{ name: '/etc/outside.json', data: good }]),
    code: 'import-unsafe-name',
    place: /outside\.json/,
  },
  {
    what: 'a drive',
    name: 'drive.zip',
    bytes: () => craftZip([{ name: 'C:\\outside.json', data: good }]),
    code: 'import-unsafe-name',
    place: /outside\.json/,
  },
  {
    what: 'a link',
    name: 'link.zip',
    bytes: () => craftZip([{ name: 'conversations.json', data: '/etc/passwd', mode: link }]),
    code: 'import-unsafe-name',
    place: /conversations\.json/,
  },
  {
    what: 'an encrypted archive',
    name: 'locked.zip',
    bytes: () => craftZip([{ name: 'conversations.json', data: 'xxxxxxxxxxxxxxxx', flags: 1 }]),
    code: 'import-encrypted',
    place: /conversations\.json|locked\.zip/,
  },
]

describe('bad input over HTTP', () => {
  it.each(bad)('$what', async ({ name, bytes, code, place }) => {
    const answer = await http.ask('imports.upload', { name }, { body: await bytes() })
    const run = (await answer.json()) as { id: string; code?: string; title: string; detail?: string }
    if (run.code !== undefined) {
      expect(run.code).toBe(code)
      expect(`${run.title} ${run.detail}`).toMatch(place)
    } else {
      const { report } = await importEnds(http, run.id)
      expect(report).toMatchObject({ state: 'failed', error: { code } })
      expect(`${report.error.title} ${report.error.detail}`).toMatch(place)
      expect((await http.json('imports.get', { import: run.id })).error).toEqual(report.error)
    }
    await nothingKept()
  })

  it('an upload that its sender breaks off', async () => {
    const broken = new AbortController()
    const body = (async function* () {
      yield (await plantedChatgpt()).subarray(0, 500)
      broken.abort()
      await new Promise(() => {})
    })()
    await expect(http.ask('imports.upload', { name: 'broken.zip' }, { body, signal: broken.signal })).rejects.toThrow()
    while ((await http.json('status.get')).imports.running + (await http.json('status.get')).imports.waiting > 0);
    await nothingKept()
  })
})

describe('bad input by the command', () => {
  it.each(bad.filter(({ name }) => /^(empty|letter|truncated|bomb|up|link|long)\./.test(name)))(
    '$what',
    async ({ name, bytes, code, place }) => {
      const path = join(machine.folder, name)
      await writeFile(path, await bytes())
      const ran = await machine.vivim(['import', path])
      expect(ran.code).toBe(1)
      expect(ran.stdout + ran.stderr).toMatch(place)
      const [latest] = (await http.json('imports.list')).items
      if (code !== 'import-empty') expect(latest).toMatchObject({ state: 'failed', error: { code } })
      await nothingKept()
    },
  )

  it('a folder with links that lead out of it, and a file that is not there', async () => {
    const folder = join(machine.folder, 'folder')
    await mkdir(folder)
    await symlink(machine.passphraseFile, join(folder, 'conversations.json'))
    await symlink(machine.folder, join(folder, 'all'))
    const ran = await machine.vivim(['import', folder])
    expect(ran.code).toBe(1)
    expect(ran.stdout + ran.stderr).not.toContain('horse')
    expect((await machine.vivim(['import', join(machine.folder, 'nowhere.zip')])).code).toBe(1)
    await nothingKept()
  })
})

describe('what is bad in one conversation alone', () => {
  const second = tree('second', { a: null }, 'a')
  const damaged = (middle: Uint8Array) =>
    Buffer.concat([Buffer.from(`[${JSON.stringify(fine)},`), middle, Buffer.from(`,${JSON.stringify(second)}]`)])

  it.each([
    ['no JSON', Buffer.from('{"id": !!}'), /not valid JSON/],
    ['a string of 200 MB', Buffer.concat([Buffer.from('{"id":"long","title":"'), megabytes(200), Buffer.from('"}')]), /bytes/],
    ['nested too deep', Buffer.from(`{"id":"deep","mapping":${'['.repeat(20_000)}${']'.repeat(20_000)}}`), /deep|nest|level/],
  ])('%s is unreadable by its place; what is beside it comes in', async (_what, middle, reason) => {
    const report = await imported(damaged(middle))
    expect(report).toMatchObject({
      state: 'done',
      conversations: { unreadable: [{ ref: expect.stringMatching(/conversations\.json #2/) }], unreadableTotal: 1 },
      messages: { total: 3 },
    })
    expect(report.conversations.unreadable[0].reason).toMatch(reason)
  })

  it('broken UTF-8 is unreadable by its byte; what is beside it comes in', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...tree('latin', { a: null }, 'a'), title: 'caf@' }))
    bytes[bytes.indexOf('@')] = 0xe9
    const whole = damaged(bytes)
    const report = await imported(whole)
    expect(report).toMatchObject({
      state: 'done',
      conversations: { unreadable: [{ ref: expect.stringMatching(/conversations\.json #2/) }], unreadableTotal: 1 },
      messages: { total: 3 },
    })
    expect(report.conversations.unreadable[0].reason).toContain(`not valid UTF-8, at byte ${whole.indexOf(0xe9)}`)
    expect(report.warnings).toMatchObject([
      { ref: expect.stringContaining('conversations.json'), reason: expect.stringMatching(/UTF-8.*byte \d+/) },
    ])
  })

  it('a cycle is unreadable by its name; what is beside it comes in', async () => {
    const report = await imported(conversations(tree('beside', { a: null }, 'a'), tree('round', { a: 'c', b: 'a', c: 'b' }, 'c')))
    expect(report).toMatchObject({ state: 'done', conversations: { imported: 1, unreadableTotal: 1 } })
    expect(report.conversations.unreadable[0].ref).toMatch(/conversations\.json #2/)
    expect(report.conversations.unreadable[0].reason).toMatch(/cycle/)
  })

  it('a missing parent is said, and the messages are kept', async () => {
    const report = await imported(conversations(tree('orphan', { a: null, b: 'gone', c: 'b' }, 'c')))
    expect(report).toMatchObject({ state: 'done', conversations: { imported: 1 }, messages: { total: 3 } })
    expect(report.warnings).toMatchObject([
      {
        ref: expect.stringContaining('conversations.json #1 '),
        reason: expect.stringContaining('message b answers one that is not there'),
      },
    ])
  })
})

it('goes on: a good export comes in after all of them', async () => {
  const run = await http.json('imports.upload', { name: 'good.zip' }, { body: await plantedClaude() })
  expect((await importEnds(http, run.id)).report).toMatchObject({ state: 'done', conversations: { imported: 1 } })
  expect(node.child.exitCode).toBe(null)
  expect(node.output()).not.toMatch(/"level":(50|60)/)
  await node.stop()
  expect((await machine.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
})

/** Imports a `conversations.json`: bare, because what repeats itself in an archive is a bomb. */
async function imported(content: string | Uint8Array) {
  const run = await http.json('imports.upload', { name: 'conversations.json' }, { body: Buffer.from(content) })
  return (await importEnds(http, run.id)).report
}

/** The node answers, and holds nothing: no conversation, no message, no file, nothing staged. */
async function nothingKept(): Promise<void> {
  expect((await fetch(`${node.origin}/readyz`)).status).toBe(200)
  expect((await http.json('status.get')).account).toMatchObject({ conversations: 0, messages: 0 })
  expect((await http.json('conversations.list')).items).toEqual([])
  expect((await http.json('facets.get')).sources).toEqual([])
  const left = await Promise.all(
    ['staging', 'blobs'].map((name) =>
      readdir(join(machine.data, name), { recursive: true, withFileTypes: true }).catch(() => []),
    ),
  )
  expect(
    left
      .flat()
      .filter((entry) => entry.isFile())
      .map(({ name }) => name),
  ).toEqual([])
}

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  // within the first entry's bytes
  for (let at = 80; at < 120; at++) changed[at] = (changed[at] ?? 0) ^ 0x55
  return changed
}

function megabytes(count: number): Buffer {
  return Buffer.alloc(count * 1024 * 1024, 'a')
}
