import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MessageId, UnitId } from '../../../node-core/contract/ids.ts'
import type { Unit } from '../../queries/units.ts'
import { fileName } from './file-name.ts'
import { type Chosen, documentOf, markdownOf } from './markdown-text.ts'

const chosen = (message: string, number: number, text: string, index: number, more: Partial<Unit> = {}): Chosen => ({
  index,
  unit: {
    id: `${message}-${number}` as UnitId,
    message: message as MessageId,
    role: 'assistant',
    kind: 'prose',
    text,
    part: 0,
    ...more,
  },
})

describe('units as Markdown', () => {
  it('gives back exactly the text of units that follow each other', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (texts) => {
        const all = texts.map((text, at) => chosen('m', at, text, at))
        const whole = texts.join('').replace(/[\r\n]+$/, '')
        expect(markdownOf([...all].reverse())).toBe(`${whole}\n`)
      }),
    )
  })
  it('puts a blank line where something was left out, or another message begins', () => {
    const first = chosen('a', 0, 'One\n\n', 0)
    expect(markdownOf([first, chosen('a', 2, 'Three', 2)])).toBe('One\n\nThree\n')
    expect(markdownOf([first, chosen('b', 0, 'Two', 1)])).toBe('One\n\nTwo\n')
  })
  it('fences what is no Markdown, longer than any fence inside', () => {
    const result = chosen('a', 0, 'a\n```\nb', 0, { kind: 'tool-result' })
    expect(markdownOf([result])).toBe('````\na\n```\nb\n````\n')
    const call = chosen('a', 0, '', 0, { kind: 'tool-call', data: { q: 1 } })
    expect(markdownOf([call])).toBe('```json\n{\n  "q": 1\n}\n```\n')
  })
  it('says in a file who spoke', () => {
    const all = [chosen('a', 0, 'Hello', 0, { role: 'user' }), chosen('b', 0, 'Good day', 1)]
    expect(documentOf('A title', all, ({ role }) => role)).toBe('# A title\n\n**user**\n\nHello\n\n**assistant**\n\nGood day\n')
  })
})

it('makes names of files that every system takes', () => {
  expect(fileName('What is a/b: “c”?', 'md')).toBe('What is a b “c”.md')
  expect(fileName('..', 'zip')).toBe('conversation.zip')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (title) => {
      expect(fileName(title, 'md')).toMatch(/^[^<>:"/\\|?*\n]{1,80}\.md$/)
    }),
  )
})
