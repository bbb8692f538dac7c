import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importReason } from '../../contract/import-reasons.ts'
import { collect } from './collect.ts'
import { exportFile, memoryFile } from './export-file.ts'
import { lines } from './lines.ts'

describe('lines', () => {
  it('gives every line that is not blank, wherever the chunks end', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replace(/[\r\n\0\ufeff]/g, ''))
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 20 }),
        async (texts, crlf, ends, size) => {
          const end = crlf ? '\r\n' : '\n'
          const bytes = Buffer.from(`${texts.join(end)}${ends ? end : ''}`)
          fc.pre(bytes.length > 0)
          const file = exportFile('a.jsonl', bytes.length, async function* () {
            for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
          })
          const expected = texts.map((text, index) => ({ number: index + 1, text })).filter(({ text }) => text.trim() !== '')
          expect(await collect(lines(file))).toEqual(expected)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('reports a line above the limit and goes on', async () => {
    const file = memoryFile('a.jsonl', `{"a":1}\n${'x'.repeat(500)}\n{"b":2}`)
    expect(await collect(lines(file, { limit: 100 }))).toEqual([
      { number: 1, text: '{"a":1}' },
      { number: 2, error: importReason('entry-large', { size: 500, limit: 100 }) },
      { number: 3, text: '{"b":2}' },
    ])
  })

  it('drops a byte order mark, and says where a line is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffa\nb'), Buffer.from([0xe2, 0x82, 0x0a]), Buffer.from('c \ufffd')])
    expect(await collect(lines(memoryFile('a.jsonl', bytes)))).toEqual([
      { number: 1, text: 'a' },
      { number: 2, error: importReason('not-utf8', { byte: 6 }) },
      { number: 3, text: 'c \ufffd' },
    ])
  })

  it('takes a last line that breaks off inside a character', async () => {
    const cut = Buffer.from('{"a":"€').subarray(0, -1)
    expect(await collect(lines(memoryFile('a.jsonl', cut)))).toEqual([{ number: 1, text: '{"a":"\ufffd' }])
    expect(await collect(lines(memoryFile('a.jsonl', Buffer.concat([Buffer.of(0xff), cut]))))).toEqual([
      { number: 1, error: importReason('not-utf8', { byte: 0 }) },
    ])
  })

  it('refuses what is empty or not text', async () => {
    await expect(collect(lines(memoryFile('a.jsonl', '')))).rejects.toMatchObject({ code: 'import-empty' })
    await expect(collect(lines(memoryFile('a.jsonl', 'ab\0')))).rejects.toMatchObject({ code: 'import-damaged' })
    await expect(collect(lines(memoryFile('a.jsonl', Buffer.from('\ufeffab', 'utf16le'))))).rejects.toThrow('UTF-16')
  })
})
