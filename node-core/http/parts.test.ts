import { mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Method } from '../contract/method.ts'
import { readEvents, type StreamEvent, toRequest } from '../contract/request.ts'
import { attachment } from './headers.ts'
import { createHosts, isLoopbackAddress, localHosts } from './hosts.ts'
import { inputReader } from './input.ts'
import { checkLocal, localAddress, prepareLocal } from './local.ts'
import { faultOf, toVivimError } from './problems.ts'
import { addressList, isAddressRange, seenBy } from './proxies.ts'
import { rangeOf } from './ranges.ts'

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return isVivimError(error) ? error.code : String(error)
  }
  return 'none'
}

describe('ranges', () => {
  it.each<[string | undefined, unknown]>([
    [undefined, undefined],
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=2-5', { start: 2, end: 6 }],
    ['bytes=2-', { start: 2, end: 10 }],
    ['bytes=-3', { start: 7, end: 10 }],
    ['bytes=-30', { start: 0, end: 10 }],
    ['bytes=8-99', { start: 8, end: 10 }],
    // To be ignored: another unit, several ranges, a form that is none.
    ['lines=0-1', undefined],
    ['bytes=0-1,3-4', undefined],
    ['bytes=5-2', undefined],
    ['bytes=-', undefined],
    ['bytes=a-b', undefined],
  ])('%s', (range, expected) => {
    expect(rangeOf(10, 'e', range, undefined)).toEqual(expected)
  })
  it('that hold nothing cannot be satisfied', () => {
    for (const range of ['bytes=10-', 'bytes=10-12', 'bytes=-0'])
      expect(codeOf(() => rangeOf(10, 'e', range, undefined))).toBe('range-not-satisfiable')
    expect(codeOf(() => rangeOf(0, 'e', 'bytes=0-', undefined))).toBe('range-not-satisfiable')
  })
  it('hold only while the file is the same', () => {
    expect(rangeOf(10, 'e', 'bytes=1-2', '"e"')).toEqual({ start: 1, end: 3 })
    expect(rangeOf(10, 'e', 'bytes=1-2', '"f"')).toBeUndefined()
  })
  it('never leave the file', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.option(fc.nat(120), { nil: undefined }),
        fc.option(fc.nat(120), { nil: undefined }),
        (size, first, last) => {
          const code = codeOf(() => {
            const range = rangeOf(size, undefined, `bytes=${first ?? ''}-${last ?? ''}`, undefined)
            if (range) expect(range.start >= 0 && range.start < range.end && range.end <= size).toBe(true)
          })
          expect(['none', 'range-not-satisfiable']).toContain(code)
        },
      ),
    )
  })
})

describe('hosts and origins', () => {
  const hosts = createHosts(4747, { names: ['Node.example.org', 'other.example:8443'] })
  it.each<[string | undefined, string | undefined, string]>([
    ['127.0.0.1:4747', undefined, 'none'],
    ['localhost:4747', 'http://localhost:4747', 'none'],
    ['LOCALHOST:4747', undefined, 'none'],
    ['[::1]:4747', 'http://[::1]:4747', 'none'],
    ['node.example.org', 'https://node.example.org', 'none'],
    ['other.example:8443', 'https://other.example:8443', 'none'],
    [undefined, undefined, 'foreign-host'],
    ['localhost', undefined, 'foreign-host'],
    ['127.0.0.1:4748', undefined, 'foreign-host'],
    ['evil.example:4747', undefined, 'foreign-host'],
    ['localhost:4747.evil.example', undefined, 'foreign-host'],
    ['localhost:4747', 'http://127.0.0.1:4747', 'foreign-origin'],
    ['localhost:4747', 'https://localhost:4747', 'foreign-origin'],
    ['localhost:4747', 'http://evil.example', 'foreign-origin'],
    ['localhost:4747', 'null', 'foreign-origin'],
    ['localhost:4747', '', 'foreign-origin'],
    ['node.example.org', 'https://other.example:8443', 'foreign-origin'],
  ])('%s from %s: %s', (host, origin, expected) => {
    expect(codeOf(() => hosts.check(host, origin))).toBe(expected)
  })
  const wide = createHosts(4747, {
    names: ['proxy.example'],
    host: '0.0.0.0',
    publicUrl: 'https://vivim.example.org',
    localNames: ['shelf.local'],
  })
  it.each<[string, string | undefined, boolean, string]>([
    ['127.0.0.1:4747', 'http://127.0.0.1:4747', false, 'none'],
    ['127.0.0.1:4747', 'https://127.0.0.1:4747', true, 'none'],
    ['127.0.0.1:4747', 'http://127.0.0.1:4747', true, 'foreign-origin'],
    ['127.0.0.1:4747', 'https://127.0.0.1:4747', false, 'foreign-origin'],
    ['shelf.local:4747', 'https://shelf.local:4747', true, 'none'],
    ['shelf.local:4747', undefined, false, 'foreign-host'],
    ['shelf.local', undefined, true, 'foreign-host'],
    ['other.local:4747', undefined, true, 'foreign-host'],
    ['vivim.example.org', 'https://vivim.example.org', true, 'none'],
    ['vivim.example.org', 'https://vivim.example.org', false, 'none'],
    ['vivim.example.org', 'https://proxy.example', true, 'foreign-origin'],
    ['vivim.example.org:4747', undefined, true, 'foreign-host'],
    ['proxy.example', 'https://proxy.example', true, 'none'],
    ['evil.example', 'https://evil.example', true, 'foreign-host'],
  ])('%s from %s, encrypted: %s: %s', (host, origin, secure, expected) => {
    expect(codeOf(() => wide.check(host, origin, secure))).toBe(expected)
  })
  it('with and without the port that is a scheme’s own', () => {
    const usual = createHosts(443, { names: [], host: '0.0.0.0', localNames: ['shelf.local'] })
    expect(codeOf(() => usual.check('shelf.local', 'https://shelf.local', true))).toBe('none')
    expect(codeOf(() => usual.check('shelf.local:443', undefined, true))).toBe('none')
    expect(codeOf(() => usual.check('shelf.local:80', undefined, true))).toBe('foreign-host')
  })
  it('by the word of proxies that were named, and of no others', () => {
    const trusted = addressList(['10.0.0.0/8', '192.0.2.7', 'fd00::/8'])
    const headers = { 'host': '127.0.0.1:4747', 'x-forwarded-host': 'lie.example, node.example', 'x-forwarded-proto': 'https' }
    const plain = { host: '127.0.0.1:4747', secure: false }
    const told = { host: 'node.example', secure: true }
    for (const remoteAddress of ['10.1.2.3', '192.0.2.7', 'fd00::1', '::ffff:10.9.9.9'])
      expect(seenBy(headers, { remoteAddress }, trusted), remoteAddress).toEqual(told)
    for (const remoteAddress of ['11.0.0.1', '192.0.2.8', '::1', '127.0.0.1', '', undefined])
      expect(seenBy(headers, { remoteAddress }, trusted), remoteAddress).toEqual(plain)
    expect(seenBy({ host: 'a', 'x-forwarded-proto': 'http' }, { remoteAddress: '10.0.0.1', encrypted: true }, trusted)).toEqual({
      host: 'a',
      secure: false,
    })
    for (const good of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']) expect(isAddressRange(good), good).toBe(true)
    for (const bad of ['', 'proxy', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/a'])
      expect(isAddressRange(bad), bad).toBe(false)
  })
  it('on the user’s own socket: no browser at all', () => {
    expect(codeOf(() => localHosts.check('localhost', undefined))).toBe('none')
    expect(codeOf(() => localHosts.check('localhost', 'http://localhost'))).toBe('foreign-origin')
    expect(codeOf(() => localHosts.check('evil.example', undefined))).toBe('foreign-host')
  })
  it('knows addresses of this machine', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) expect(isLoopbackAddress(address)).toBe(true)
    for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '1127.0.0.1', undefined]) expect(isLoopbackAddress(address)).toBe(false)
  })
})

describe('inputs', () => {
  const input = z.strictObject({
    id: z.string(),
    n: z.int().optional(),
    on: z.boolean().default(true),
    list: z.array(z.string()).optional(),
    text: z.string().optional(),
  })
  const method = (http: Method['http']): Method => ({
    http,
    summary: '',
    kind: 'json',
    callers: 'open',
    input,
    output: z.object({}),
    errors: [],
  })
  const parts = (params: unknown, query: unknown, body: unknown) => ({ params, query, body, headers: {} })

  it('come from path and query, whose words become what the schema says', () => {
    const read = inputReader(method('GET /api/v1/things/{id}'))
    expect(input.parse(read(parts({ id: 'a' }, { n: '5', on: 'false', list: 'x', text: '7' }, undefined)))).toEqual({
      id: 'a',
      n: 5,
      on: false,
      list: ['x'],
      text: '7',
    })
    expect(read(parts({ id: 'a' }, { n: '5x', list: ['x', 'y'] }, undefined))).toMatchObject({ n: '5x', list: ['x', 'y'] })
  })
  it('come from path and body; the path wins, and a prototype is a field like any other', () => {
    const read = inputReader(method('POST /api/v1/things/{id}'))
    const body: unknown = JSON.parse('{"id": "b", "n": 1, "__proto__": {"on": false}}')
    const merged = read(parts({ id: 'a' }, {}, body))
    expect(merged.id).toBe('a')
    expect(input.safeParse(merged).success).toBe(false)
    expect(codeOf(() => read(parts({ id: 'a' }, {}, [1])))).toBe('bad-request')
    expect(codeOf(() => read(parts({ id: 'a' }, { n: '1' }, {})))).toBe('bad-request')
  })
  it('survive the way from client to door', () => {
    const value = fc.record(
      {
        id: fc.string({ minLength: 1 }),
        n: fc.integer({ min: -1e9, max: 1e9 }),
        on: fc.boolean(),
        list: fc.array(fc.string(), { minLength: 1 }),
        text: fc.string(),
      },
      { requiredKeys: ['id', 'on'] },
    )
    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST'), value, (verb, sent) => {
        const made = method(`${verb as 'GET'} /api/v1/things/{id}`)
        const request = toRequest(made, sent)
        const url = new URL(request.target, 'http://localhost')
        const query: Record<string, string | string[]> = {}
        for (const key of new Set(url.searchParams.keys())) {
          const all = url.searchParams.getAll(key)
          query[key] = all.length === 1 ? (all[0] ?? '') : all
        }
        const params = { id: decodeURIComponent(request.target.replace(/\?.*$/s, '').split('/').at(-1) ?? '') }
        const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body)
        expect(input.parse(inputReader(made)(parts(params, query, body)))).toEqual(sent)
      }),
    )
  })
})

describe('event streams', () => {
  it('are read whatever way they are cut', async () => {
    const text = ': \n\nid: 7\nevent: changed\ndata: {"a":\ndata: "ä"}\n\ndata: x\n\nevent: none\n\n'
    const bytes = new TextEncoder().encode(text)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length]
        async function* pieces() {
          for (const [index, start] of at.entries()) yield bytes.subarray(start, at[index + 1])
        }
        const events: StreamEvent[] = []
        for await (const event of readEvents(pieces())) events.push(event)
        expect(events).toEqual([
          { id: '7', event: 'changed', data: '{"a":\n"ä"}' },
          { event: 'message', data: 'x' },
        ])
      }),
    )
  })
})

describe('file names', () => {
  it('are offered whole, and can break nothing', () => {
    expect(attachment('report.pdf')).toBe('attachment; filename="report.pdf"')
    expect(attachment('a"b\r\nset-cookie: x')).toBe(
      'attachment; filename="a_b__set-cookie: x"; filename*=UTF-8\'\'a%22b__set-cookie%3A%20x',
    )
    expect(attachment('../ä.png')).toBe('attachment; filename="..__.png"; filename*=UTF-8\'\'.._%C3%A4.png')
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)) }),
        (name) => {
          expect(attachment(name)).toMatch(/^attachment(; filename="[\x20-\x7e]*"(; filename\*=UTF-8''[\w.!~%&#$+^`|-]*)?)?$/)
        },
      ),
    )
  })
})

describe('problems', () => {
  it('say nothing of what went wrong inside, to nobody', () => {
    const foreign = new TypeError('Unexpected token in “my secret diary”', { cause: new Error('tuppence') })
    const error = toVivimError(foreign)
    expect(error.code).toBe('internal')
    const logged = JSON.stringify(faultOf('notes.get', '1', error))
    expect(logged).toContain('TypeError')
    expect(logged).toContain('parts.test.ts')
    expect(logged).not.toMatch(/secret|tuppence/)
  })
  it('keep the catalogue’s errors', () => {
    expect(toVivimError(new VivimError('conflict')).code).toBe('conflict')
    expect(toVivimError(Object.assign(new Error(), { statusCode: 400 })).code).toBe('internal')
    expect(toVivimError(Object.assign(new Error(), { statusCode: 400, code: 'FST_ERR_BAD_URL' })).code).toBe('bad-request')
  })
})

describe.skipIf(process.platform === 'win32')('the local socket’s place', () => {
  it('is the same for all who name the same directory, and never too long', () => {
    const at = (dataDirectory: string) => localAddress({ dataDirectory, shortDirectory: '/run/user/1', platform: 'linux' })
    expect(at('/home/a/data')).toBe('/home/a/data/run/node.sock')
    expect(at('/home/a/data/../data/')).toBe('/home/a/data/run/node.sock')
    expect(at(`/${'x'.repeat(200)}`)).toMatch(/^\/run\/user\/1\/vivim-[0-9a-f]{16}\/node\.sock$/)
    expect(localAddress({ dataDirectory: 'C:\\data', shortDirectory: '', platform: 'win32' })).toMatch(
      /^\\\\\.\\pipe\\vivim-[0-9a-f]{16}$/,
    )
  })
  it('is its user’s alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vivim-local-'))
    try {
      const address = join(directory, 'run', 'node.sock')
      await prepareLocal(address)
      expect((await stat(join(directory, 'run'))).mode & 0o777).toBe(0o700)
      await mkdir(join(directory, 'open'), { mode: 0o755 })
      await expect(checkLocal(join(directory, 'open', 'node.sock'))).rejects.toMatchObject({ code: 'forbidden' })
      await symlink(join(directory, 'run'), join(directory, 'link'))
      await expect(prepareLocal(join(directory, 'link', 'node.sock'))).rejects.toMatchObject({ code: 'forbidden' })
      await expect(checkLocal(join(directory, 'none', 'node.sock'))).rejects.toMatchObject({ code: 'unavailable' })
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
