import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isVivimError } from '../contract/errors.ts'
import { boundaryOf, filesIn } from './multipart.ts'

async function* cut(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let n = 0; at < bytes.length; n++) {
    const length = lengths[n % lengths.length] ?? bytes.length
    yield bytes.subarray(at, at + length)
    at += length
  }
}
async function read(body: string | Uint8Array, { pieces = [7], wanted = () => true as boolean, boundary = 'b' } = {}) {
  const found: [string, string][] = []
  for await (const { name, bytes } of filesIn(cut(Buffer.from(body), pieces), boundary)) {
    if (!wanted()) continue
    const all: Uint8Array[] = []
    for await (const piece of bytes) all.push(piece)
    found.push([name, Buffer.concat(all).toString('latin1')])
  }
  return found
}
const part = (name: string, content: string) =>
  `--b\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n\r\n${content}\r\n`

describe('forms of files', () => {
  it('are read as browsers write them, however the bytes come (property)', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((one) => !/%(22|0D|0A)|\\/.test(one) && one.isWellFormed())
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('\r\n', '\r\n--', '--', '\r\n-----', '').map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, content), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
        async (files, pieces) => {
          const form = new FormData()
          for (const [path, bytes] of files) form.append('files', new Blob([Uint8Array.from(bytes)]), path)
          const sent = new Response(form)
          const boundary = boundaryOf(sent.headers.get('content-type') ?? '')
          const found = await read(await sent.bytes(), { pieces, boundary: boundary ?? '' })
          expect(found).toEqual(files.map(([path, bytes]) => [path, Buffer.from(bytes).toString('latin1')]))
        },
      ),
    )
  })

  it('skip what nobody reads', async () => {
    const body = `${part('a/1', 'one')}${part('a/2', 'two\r\n--c')}${part('a/3', '')}--b--\r\n`
    let turn = 0
    expect(await read(body, { wanted: () => turn++ % 2 === 1 })).toEqual([['a/2', 'two\r\n--c']])
    const names = []
    for await (const { name, bytes } of filesIn(cut(Buffer.from(body), [5]), 'b')) {
      names.push(name)
      for await (const _ of bytes) break
    }
    expect(names).toEqual(['a/1', 'a/2', 'a/3'])
  })

  it.each([
    ['nothing', ''],
    ['no boundary in front', 'x--b\r\n'],
    ['no end', part('a', 'x')],
    ['half a file', '--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx'],
    ['half a head', '--b\r\nContent-Disp'],
    ['a field that is no file', '--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n--b--'],
    ['a part without a head', '--b\r\n\r\nx\r\n--b--'],
    ['a boundary that goes on', '--bb\r\n'],
    ['an endless head', `--b\r\nContent-Disposition: form-data; filename="${'x'.repeat(17_000)}"\r\n\r\n`],
  ])('refuse %s', async (_what, body) => {
    for (const pieces of [[1], [40_000]])
      await expect(read(body, { pieces })).rejects.toSatisfy((error) => isVivimError(error, 'bad-request'))
  })

  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data; charset=utf-8; boundary="a b"', 'a b'],
    ['Multipart/Form-Data;boundary=a;x=y', 'a'],
    ['multipart/mixed; boundary=a', undefined],
    ['multipart/form-data', undefined],
    [`multipart/form-data; boundary=${'a'.repeat(71)}`, undefined],
    ['application/zip', undefined],
  ])('%s', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary)
  })
})
