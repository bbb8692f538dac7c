import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { csvRows } from './csv.ts'
import { exportFile, memoryFile } from './export-file.ts'

const rowsOf = async (text: string): Promise<string[][]> => await collect(csvRows(memoryFile('a.csv', text)))
const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`

describe('csvRows', () => {
  it('reads back what is written by the rules, wherever the chunks end', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '🙂'), maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (rows, end, last, size) => {
          const bytes = Buffer.from(`\ufeff${rows.map((row) => row.map(quoted).join(',')).join(end)}${last ? end : ''}`)
          const file = exportFile('a.csv', bytes.length, async function* () {
            for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
          })
          expect(await collect(csvRows(file))).toEqual(rows)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('reads plain fields, empty ones, stray quotes and blank lines', async () => {
    expect(await rowsOf('Conversation,Time\r\n\r\na b,\n,x"y\n""')).toEqual([
      ['Conversation', 'Time'],
      ['a b', ''],
      ['', 'x"y'],
      [''],
    ])
  })

  it('refuses a file that ends inside quotes, or a row above the limit', async () => {
    await expect(rowsOf('a,b\nc,"d\n')).rejects.toMatchObject({
      code: 'import-damaged',
      detail: expect.stringContaining('row 2'),
    })
    const endless = csvRows(memoryFile('a.csv', `"${'x'.repeat(1000)}"`), { limit: 100 })
    await expect(collect(endless)).rejects.toMatchObject({ code: 'import-too-large' })
  })
})
