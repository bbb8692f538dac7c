/** One byte that is not UTF-8, in every format: what holds it is reported with the place and not kept; all else is. */
import { describe, expect, it } from 'vitest'
import { makeExport, readAll } from '../../../tests/kit/exports.ts'
import { type ExportFormat, exportFormats } from '../../../tests/kit/written-exports.ts'
import type { Conversation } from '../../contract/content.ts'
import { memoryFile } from '../reading/export-file.ts'
import type { ExportFile } from './format.ts'
import { detectFormat } from './index.ts'

/** Formats whose file is one stream of rows or cells: the error is the import's. */
const streams: ReadonlySet<ExportFormat> = new Set(['copilot', 'gemini-html'])

const wordsOf = ({ messages }: Conversation): string[] =>
  messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? (part.text.match(/[a-z]{7,}/g) ?? []) : [])))

/** The file with one letter in the middle of `word`, where that stands first, made a byte of another encoding. */
async function broken(file: ExportFile, word: string): Promise<{ file: ExportFile; at: number } | undefined> {
  const bytes = Buffer.from(await file.bytes(2 ** 30))
  const at = bytes.indexOf(word)
  if (at < 0) return undefined
  bytes[at + 1] = 0xe9
  return { file: memoryFile(file.path, bytes), at: at + 1 }
}

describe.each(Object.keys(exportFormats) as ExportFormat[])('%s', (name) => {
  it('keeps nothing of what is not UTF-8, says where, and keeps the rest', async () => {
    const { source } = await makeExport(name, { seed: 3, conversations: 6 })
    const format = await detectFormat(source)
    const before = await readAll(format, source)
    const victim = before.conversations[1]
    if (!victim) throw new Error('too few')
    const others = before.conversations
      .filter((one) => one !== victim)
      .flatMap(wordsOf)
      .join(' ')
    const titles = before.conversations
      .map(({ title }) => title ?? '')
      .join(' ')
      .toLowerCase()
    const word = wordsOf(victim).find((one) => !others.includes(one) && !titles.includes(one))
    if (word === undefined) throw new Error('no word of its own')
    const files: ExportFile[] = []
    let place = -1
    for (const file of source.files) {
      const changed = place < 0 ? await broken(file, word) : undefined
      if (changed) place = changed.at
      files.push(changed?.file ?? file)
    }
    expect(place).toBeGreaterThan(0)
    const damaged = { ...source, files }
    if (streams.has(name)) {
      await expect(readAll(format, damaged)).rejects.toMatchObject({
        code: 'import-damaged',
        message: expect.stringContaining(`not valid UTF-8, at byte ${place}`),
      })
      return
    }
    const read = await readAll(format, damaged)
    const said = read.unreadable.filter(({ reason }) => reason.includes(`not valid UTF-8, at byte ${place}`))
    expect(said).toHaveLength(1)
    expect(read.unreadable).toHaveLength(before.unreadable.length + 1)
    // Gemini's log has turns and no conversations: it is the turn that is left out
    const expected = name === 'gemini' ? before.conversations.length : before.conversations.length - 1
    expect(read.conversations).toHaveLength(expected)
    if (name !== 'gemini') expect(read.conversations).toEqual(before.conversations.filter((one) => one !== victim))
    expect(JSON.stringify(read)).not.toContain('\ufffd')
  })
})
