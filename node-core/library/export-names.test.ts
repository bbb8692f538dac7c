import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConversationId } from '../contract/ids.ts'
import { isAttachment } from '../imports/reading/names.ts'
import { blobPathOf, dateOf, fileNameOf, safeTitle } from './export-names.ts'

const id = 'abcdefghijklmnopqrstuvwxya' as ConversationId
const blob = `bafkrei${'a'.repeat(52)}`

describe('names of files', () => {
  it('are taken by every system, whatever the title', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', minLength: 90 })),
        fc.option(fc.integer()),
        (title, time) => {
          const name = `${fileNameOf(id, title, time)}.json`
          expect(name).toMatch(/^[^\p{C}<>:"/\\|?*]+ abcdefghij\.json$/u)
          expect(name.length).toBeLessThanOrEqual(120)
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
          expect(name).not.toMatch(/[. ] abcdefghij\.json$/)
          expect(name.isWellFormed()).toBe(true)
        },
      ),
    )
  })
  it('keep what can be kept', () => {
    expect(fileNameOf(id, 'What is a/b: “x”?', Date.UTC(2026, 4, 1))).toBe('2026-05-01 What is a b “x” abcdefghij')
    expect(fileNameOf(id, ' ..', null)).toBe('undated Untitled abcdefghij')
    expect(safeTitle('CON\u202e\n\ttab')).toBe('CON tab')
    expect(dateOf(9e15)).toBeUndefined()
  })
  it('of blobs have an ending, and are known as attachments', () => {
    expect(blobPathOf(blob, 'My.Photo.JPEG', 'image/png')).toBe(`blobs/${blob}.jpeg`)
    expect(blobPathOf(blob, 'no ending', 'image/png')).toBe(`blobs/${blob}.png`)
    expect(blobPathOf(blob, 'x.../../evil', 'constructor')).toBe(`blobs/${blob}.bin`)
    for (const path of ['', 'export.zip!/', 'a/b/']) expect(isAttachment(`${path}${blobPathOf(blob, 'a.json', '')}`)).toBe(true)
    expect(isAttachment('conversations/2026-05-01 x abcdefghij.json')).toBe(false)
  })
})
