import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type ImportFault, importReason } from '../../contract/import-reasons.ts'
import type { ExportSource } from '../formats/format.ts'
import { memoryAccess } from './access.ts'
import { checkWhole } from './check.ts'
import { collect } from './collect.ts'
import { craftZip } from './crafted-zip.ts'
import { exportFile } from './export-file.ts'
import { jsonElements } from './json.ts'
import { defaultLimits } from './limits.ts'
import { openSource } from './source.ts'
import { memorySpool } from './spool.ts'

const given = (name: string, bytes: Uint8Array | string): Promise<ExportSource> =>
  openSource([{ kind: 'file', name, access: memoryAccess(Buffer.from(bytes)) }], memorySpool(1e8), defaultLimits)
const check = async (name: string, bytes: Uint8Array | string): Promise<{ bytes: number; warnings: ImportFault[] }> =>
  await checkWhole(await given(name, bytes))

describe('checkWhole', () => {
  it('passes sound sources and counts their bytes', async () => {
    const json = '[{"a":"x\\"y"}]'
    expect(await check('conversations.json', json)).toEqual({ bytes: 14, warnings: [] })
    expect(await check('upload', json)).toEqual({ bytes: 14, warnings: [] })
    expect(await check('chat.json', '{"a":1}\n{"a":2}\n')).toEqual({ bytes: 16, warnings: [] })
    expect(await check('session.jsonl', '{"a":1}\n')).toEqual({ bytes: 8, warnings: [] })
    const archive = craftZip([
      { name: 'conversations.json', data: json, deflate: true },
      { name: 'null.json', data: 'null' },
      { name: 'empty.json' },
      { name: 'file-abc-data.json', data: '{ broken' },
      { name: 'picture.png', data: randomBytes(1000) },
    ])
    expect(await check('export.zip', archive)).toEqual({ bytes: 14 + 4 + 8 + 1000, warnings: [] })
  })

  it('tells how far it is', async () => {
    const seen: [number, number][] = []
    await checkWhole(await given('a.json', `[${'1,'.repeat(400_000)}1]`), undefined, (done, total) => seen.push([done, total]))
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.at(-1)).toEqual([800_003, 800_003])
  })

  const sound = Buffer.from(JSON.stringify(Array.from({ length: 100 }, (_, index) => ({ index, text: 'words '.repeat(20) }))))
  const flipped = (() => {
    const bytes = craftZip([{ name: 'conversations.json', data: sound }])
    bytes.writeUInt8(bytes.readUInt8(2000) ^ 1, 2000)
    return bytes
  })()
  it.each<[string, string, Uint8Array | string, string]>([
    ['import-damaged', 'conversations.json', sound.subarray(0, 5000), 'breaks off inside a text, at byte 5000, in entry #'],
    ['import-damaged', 'conversations.json', 'this is not json', 'at byte 0'],
    ['import-damaged', 'conversations.json', randomBytes(5000).fill(7, 0, 1), 'at byte 0'],
    ['import-damaged', 'export', sound.subarray(0, 5000), 'at byte 5000'],
    [
      'import-damaged',
      'export.zip',
      craftZip([{ name: 'a/conversations.json', data: sound.subarray(0, 5000), deflate: true }]),
      '“a/conversations.json”',
    ],
    ['import-damaged', 'export.zip', flipped, 'checksum'],
    ['import-damaged', 'session.jsonl', Buffer.from([0, 1, 2]), 'at byte 0'],
    ['import-damaged', 'copilot.csv', 'a,b\n"c', 'row 2'],
    ['import-damaged', 'MyActivity.html', `<html><body>${'<p>x</p>'.repeat(1000)}`, 'at byte 8012'],
    [
      'import-bomb',
      'export.zip',
      craftZip([{ name: 'a.json', data: Buffer.alloc(1e6), deflate: true, unpacked: 10 }]),
      '“a.json”',
    ],
  ])('refuses with %s: %s', async (code, name, bytes, place) => {
    await expect(check(name, bytes)).rejects.toMatchObject({ code, detail: expect.stringContaining(place) })
  })

  it('says where text is not UTF-8, and lets attachments be anything', async () => {
    const latin = Buffer.from('[{"a":"caf\xe9"}]', 'latin1')
    const { warnings } = await check('conversations.json', latin)
    expect(warnings).toEqual([{ ref: 'conversations.json', reason: importReason('not-utf8-throughout', { byte: 10 }) }])
    expect((await check('photo.png', Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), latin]))).warnings).toEqual([])
  })

  it('passes a single string of 200 MB, which is then too large an element', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x')
    const size = 200 * piece.length + 4
    const endless = exportFile('conversations.json', size, async function* () {
      yield Buffer.from('["')
      for (let count = 0; count < 200; count++) yield piece
      yield Buffer.from('"]')
    })
    const source: ExportSource = { files: [endless], name: 'conversations.json' }
    expect(await checkWhole(source)).toEqual({ bytes: size, warnings: [] })
    const elements = await collect(jsonElements(endless))
    expect(elements).toEqual([{ index: 0, error: importReason('entry-large', { size: size - 2, limit: 67_108_864 }) }])
  })

  it('stops when it is cancelled', async () => {
    await expect(checkWhole(await given('a.json', '[1]'), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
  })
})
