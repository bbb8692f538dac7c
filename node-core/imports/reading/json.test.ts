import { fail } from 'node:assert'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../contract/content.ts'
import type { VivimError } from '../../contract/errors.ts'
import { importReason, wordsOf } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import { collect } from './collect.ts'
import { exportFile, memoryFile } from './export-file.ts'
import type { JsonElement, JsonOptions } from './json.ts'
import { jsonElements } from './json.ts'

/** A file whose stream comes in chunks of the given sizes, over and over. */
const chunked = (bytes: Buffer, sizes: readonly number[]): ExportFile =>
  exportFile('conversations.json', bytes.length, async function* () {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1
      yield bytes.subarray(at, at + size)
      at += size
    }
  })

const read = async (file: ExportFile, options?: JsonOptions): Promise<JsonElement[]> => await collect(jsonElements(file, options))
const valuesOf = async (text: string, options?: JsonOptions): Promise<Json[]> =>
  (await read(memoryFile('conversations.json', text), options)).map((found) =>
    'value' in found ? found.value : fail(wordsOf(found.error)),
  )
const failureOf = async (work: Promise<unknown>): Promise<VivimError> =>
  await work.then(
    () => fail('It did not fail.'),
    (error: unknown) => error as VivimError,
  )

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })
const document = fc.array(fc.jsonValue({ maxDepth: 6 }), { maxLength: 12 })
const spacing = fc.constantFrom(undefined, 1, '\t', '  \r\n')

describe('jsonElements', () => {
  it('finds what JSON.parse finds, wherever the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(document, spacing, sizes, fc.boolean(), async (values, space, chunks, mark) => {
        const text = JSON.stringify(values, null, space)
        const found = await read(chunked(Buffer.from((mark ? '\ufeff' : '') + text), chunks))
        expect(found).toEqual((JSON.parse(text) as Json[]).map((value, index) => ({ index, value })))
      }),
      { numRuns: 300 },
    )
  })

  it('finds a list under keys among any others, wherever the chunks end', async () => {
    const others = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue(), { maxKeys: 4 })
    await fc.assert(
      fc.asyncProperty(others, others, document, sizes, async (before, inner, values, chunks) => {
        const { data: _data, ...rest } = before
        const text = JSON.stringify({ ...rest, data: { ...inner, chats: values }, after: [1, '}'] })
        const found = await read(chunked(Buffer.from(text), chunks), { at: ['data', 'chats'] })
        expect(found).toEqual((JSON.parse(JSON.stringify(values)) as Json[]).map((value, index) => ({ index, value })))
      }),
      { numRuns: 200 },
    )
  })

  it('fails on every true prefix of a document, and names file and byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        document,
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        sizes,
        async (values, share, chunks) => {
          const bytes = Buffer.from(JSON.stringify({ conversations: values }))
          const cut = 1 + Math.floor(share * (bytes.length - 1))
          const error = await failureOf(read(chunked(bytes.subarray(0, cut), chunks)))
          expect(error).toMatchObject({ code: 'import-damaged' })
          expect(error.message).toContain('conversations.json')
          expect(error.message).toContain(`at byte ${cut}`)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('takes the list under conversations or chats, or the object itself', async () => {
    expect(await valuesOf('{"x":{"conversations":[9]},"conversations":[1,{"a":2}],"y":[3]}')).toEqual([1, { a: 2 }])
    expect(await valuesOf(' {"chats" : [ "a" , null ] } ')).toEqual(['a', null])
    expect(await valuesOf('{"messages":[1],"conversations":{"no":"list"}}')).toEqual([
      { messages: [1], conversations: { no: 'list' } },
    ])
    expect(await valuesOf('{"\\u0063hats":[1]}')).toEqual([1])
    expect(await valuesOf('{}')).toEqual([{}])
    expect(await valuesOf('[]')).toEqual([])
  })

  it('gives an object at the path as one element, and nothing where the path is not there', async () => {
    expect(await valuesOf('{"a":{"b":{"c":1}},"z":2}', { at: ['a', 'b'] })).toEqual([{ c: 1 }])
    expect(await valuesOf('{"b":{"a":[1]},"a":2}', { at: ['a'] })).toEqual([])
    expect(await valuesOf('[{"a":[1]}]', { at: ['a'] })).toEqual([])
  })

  it('reports an element that is broken inside, and reads the others', async () => {
    const found = await read(memoryFile('x.json', '[{"a":1},{"a":tru},{"b" 2},{"c":"\n"},{"d":3} x,,[4]]'))
    expect(found.map((element) => ('value' in element ? element.value : 'error'))).toEqual([
      { a: 1 },
      'error',
      'error',
      'error',
      'error',
      'error',
      [4],
    ])
    expect(JSON.stringify(found)).not.toContain('tru')
  })

  it('skips an element above the limit while it streams by', async () => {
    const big = Buffer.from(`[{"a":1},"${'x'.repeat(100_000)}",{"b":2}]`)
    const found = await read(chunked(big, [1000]), { limit: 50_000 })
    expect(found).toEqual([
      { index: 0, value: { a: 1 } },
      { index: 1, error: importReason('entry-large', { size: 100_002, limit: 50_000 }) },
      { index: 2, value: { b: 2 } },
    ])
  })

  it('reports nesting that would exhaust a reader’s stack', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const found = await read(memoryFile('x.json', `[${deep},1]`))
    expect(found).toEqual([
      { index: 0, error: importReason('entry-deep', { levels: 10_000 }) },
      { index: 1, value: 1 },
    ])
  })

  it('names the byte at which an element is not UTF-8, and goes on', async () => {
    const bytes = Buffer.concat([Buffer.from('["\ufffd", {"t":"a'), Buffer.from([0xff, 0xc3]), Buffer.from('b"},"ok"]')])
    for (const cuts of [[], [3], [13, 14, 15, 16, 17], [bytes.length - 3]])
      expect(await read(chunked(bytes, cuts))).toEqual([
        { index: 0, value: '\ufffd' },
        { index: 1, error: importReason('not-utf8', { byte: bytes.indexOf(0xff) }) },
        { index: 2, value: 'ok' },
      ])
  })

  it.each([
    ['', 'import-empty', 'empty'],
    [' \n ', 'import-damaged', 'white space'],
    ['this is not json', 'import-damaged', 'at byte 0'],
    ['PK\u0003\u0004', 'import-damaged', 'at byte 0'],
    ['\u00ff\u00fe[\0]\0', 'import-damaged', 'UTF-16'],
    ['[1,2}', 'import-damaged', 'at byte 4'],
    ['[{"a":[1}]', 'import-damaged', 'at byte 8, in entry #1'],
    ['[1] x', 'import-damaged', 'at byte 4'],
    ['[1][2]', 'import-damaged', 'at byte 3'],
    ['{"conversations":[{"a":1},{"b":', 'import-damaged', 'at byte 31, in entry #2'],
    ['{"a" 1}', 'import-damaged', 'at byte 5'],
    ['{"a":}', 'import-damaged', 'at byte 5'],
    ['{1:2}', 'import-damaged', 'at byte 1'],
    ['{"a":[1]"b":2}', 'import-damaged', 'at byte 8'],
    ['["abc', 'import-damaged', 'inside a text, at byte 5'],
  ])('refuses %j', async (text, code, place) => {
    const error = await failureOf(read(memoryFile('inner/conversations.json', Buffer.from(text, 'latin1'))))
    expect(error).toMatchObject({ code })
    expect(error.message).toContain('“inner/conversations.json”')
    expect(error.message).toContain(place)
  })

  it('stops when it is cancelled', async () => {
    const abort = new AbortController()
    const elements = jsonElements(memoryFile('x.json', '[1,2]'), { signal: abort.signal })
    await elements.next()
    abort.abort()
    expect(await failureOf(collect(elements))).toMatchObject({ code: 'cancelled' })
  })
})
