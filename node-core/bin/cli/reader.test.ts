import { describe, expect, it } from 'vitest'
import type { MessageId, UnitId } from '../../contract/ids.ts'
import { createReader, type UnitView } from './reader.ts'

const look = { bold: (text: string) => text, dim: (text: string) => text }
const message = (letter: string) => `${'a'.repeat(26)}-${letter.repeat(13)}` as MessageId
const unit = (of: string, index: number, fields: Partial<UnitView>): UnitView => ({
  id: `${message(of)}-${index}` as UnitId,
  message: message(of),
  role: 'assistant',
  kind: 'prose',
  text: '',
  part: 0,
  ...(index === 0 ? { first: true } : {}),
  ...fields,
})
const read = (units: UnitView[], options: Parameters<typeof createReader>[1] = { all: false }) => {
  const reader = createReader(look, options)
  return units.map((one) => reader.add(one)).join('') + reader.end()
}

describe('a path as text', () => {
  it('gives the Markdown of a part back as it was written', () => {
    const text = read([
      unit('b', 0, { role: 'user', text: 'Hello\n\n' }),
      unit('b', 1, { kind: 'code', text: '```py\nx\n```\n', code: 'x\n' }),
      unit('b', 2, { text: 'end' }),
      unit('c', 0, { text: 'answer' }),
    ])
    expect(text).toBe(`\nuser\n${message('b')}\nHello\n\n\`\`\`py\nx\n\`\`\`\nend\n\nassistant\n${message('c')}\nanswer\n`)
  })
  it('names the branches that can be switched to', () => {
    const text = read([unit('b', 0, { text: 'x', siblings: { index: 1, count: 3, previous: message('p'), next: message('n') } })])
    expect(text).toContain('assistant · ‹2/3›')
    expect(text).toContain(`‹ --branch ${message('p')}`)
    expect(text).toContain(`› --branch ${message('n')}`)
  })
  it('folds what is not part of the talk, unless all of it is wanted', () => {
    const units = [
      unit('b', 0, { role: 'system', text: 'You are', folded: true }),
      unit('b', 1, { text: ' a system prompt' }),
      unit('c', 0, { kind: 'reasoning', text: 'Let me think\nabout this', part: 0 }),
      unit('c', 1, { kind: 'tool-call', text: '', name: 'python', data: { code: '1+1' }, part: 1 }),
      unit('c', 2, { text: 'Two.', part: 2 }),
    ]
    const folded = read(units)
    expect(folded).not.toContain('You are')
    expect(folded).toContain('(A message that is not part of the talk as read; --all shows it.)')
    expect(folded).toContain('[reasoning] Let me think about this\n[call of python] {"code":"1+1"}\nTwo.\n')
    expect(read(units, { all: true })).toContain('system · folded\n')
    expect(read(units, { all: true })).toContain('You are a system prompt')
  })
  it('says which texts are the person’s own, and keeps what follows apart', () => {
    const asEdited = (one: UnitView) =>
      one.text.startsWith('Hello') ? { unit: { ...one, text: 'Good day\n\n' }, edited: true } : { unit: one, edited: false }
    const text = read([unit('b', 0, { text: 'Hello\n\n' }), unit('b', 1, { text: 'end' })], { all: false, asEdited })
    expect(text).toContain('Good day\n(Your version; --original shows what it was.)\n\nend\n')
    expect(text).not.toContain('Hello')
  })
  it('points at the message that was asked for', () => {
    expect(read([unit('b', 0, { text: 'x', hidden: true })], { all: false, mark: message('b') })).toContain(
      '▸ assistant · hidden',
    )
  })
  it('lets no text act on the terminal', () => {
    expect(read([unit('b', 0, { text: 'x\x1b]0;title\x07', author: 'a\x1b[31m' })])).not.toMatch(/[^\P{Cc}\n]/u)
  })
})
