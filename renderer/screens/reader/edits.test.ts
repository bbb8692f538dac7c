import { describe, expect, it } from 'vitest'
import type { Note } from '../../queries/notes.ts'
import type { Unit } from '../../queries/units.ts'
import { isEditable, shownOf, versionOf } from './edits.ts'

const unit = (text: string, kind: Unit['kind'] = 'prose') =>
  ({ id: 'u', message: 'm', role: 'user', kind, text, part: 0 }) as Unit
const edit = (original: string, text: string, updated = 1) => ({ id: `${updated}`, text, updated, edits: { original } }) as Note

describe('a person’s version', () => {
  it('is that of the text as it is now, else what can be carried over of the newest', () => {
    expect(versionOf(unit('now'), [edit('before', 'x', 9), edit('now', 'mine')])?.text).toBe('mine')
    expect(versionOf(unit('one two, three'), [edit('one two', 'one 2')])?.text).toBe('one 2, three')
    expect(versionOf(unit('now'), [edit('now', 'now')])).toBeUndefined()
    expect(versionOf(unit('now'), [])).toBeUndefined()
  })

  it('is copied with the lines that part it from what follows', () => {
    expect(shownOf(unit('one\n\n'), [edit('one\n\n', 'two')]).text).toBe('two\n\n')
    const plain = unit('one\n\n')
    expect(shownOf(plain, [])).toBe(plain)
  })

  it('is offered of text alone', () => {
    expect(isEditable(unit('a'))).toBe(true)
    expect(isEditable(unit(''))).toBe(false)
    for (const kind of ['code', 'tool-call', 'attachment'] as const) expect(isEditable(unit('a', kind))).toBe(false)
  })
})
