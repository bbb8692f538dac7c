import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, Message, Part } from '../contract/content.ts'
import { countUnits, searchTextOf, textOf, unitsOf } from './units.ts'

const message = (...parts: Part[]): Message => ({ id: 'm', parent: null, role: 'assistant', parts })

const every: Part[] = [
  { type: 'text', text: 'Look:\n\n```js\nlet a\n```\n' },
  { type: 'reasoning', text: 'thought', summary: 'in short' },
  { type: 'code', text: 'print(1)', language: 'python' },
  { type: 'tool-call', name: 'search', input: { query: 'weather', deep: [{ place: 'Lisbon' }, 3, null], key: 'x'.repeat(300) } },
  { type: 'tool-result', name: 'search', text: 'sunny' },
  { type: 'artifact', id: 'a', kind: 'code', title: 'Page', language: 'html', text: '<p>' },
  { type: 'quote', text: 'quoted', title: 'Source', url: 'https://example.org' },
  { type: 'attachment', kind: 'file', name: 'notes.pdf', mime: 'application/pdf', pointer: 'p', text: 'extracted' },
  { type: 'unknown', kind: 'new', raw: { words: 'some words' } },
  { type: 'text', text: '' },
]

describe('unitsOf', () => {
  it('cuts text parts and keeps every other part whole', () => {
    const units = unitsOf(message(...every))
    expect(units.map((unit) => [unit.index, unit.part, unit.kind, unit.text])).toEqual([
      [0, 0, 'prose', 'Look:\n\n'],
      [1, 0, 'code', '```js\nlet a\n```\n'],
      [2, 1, 'reasoning', 'thought'],
      [3, 2, 'code', 'print(1)'],
      [4, 3, 'tool-call', ''],
      [5, 4, 'tool-result', 'sunny'],
      [6, 5, 'artifact', '<p>'],
      [7, 6, 'quote', 'quoted'],
      [8, 7, 'attachment', 'extracted'],
      [9, 8, 'unknown', ''],
      [10, 9, 'prose', ''],
    ])
    expect(units.map((unit) => unit.code).filter((code) => code !== undefined)).toEqual(['let a', 'print(1)'])
    expect(units.map((unit) => unit.language).filter((language) => language !== undefined)).toEqual(['js', 'python', 'html'])
  })

  it('has none for a message without parts', () => {
    expect(unitsOf(message())).toEqual([])
  })

  it('rebuilds every text part, with indexes in a row', () => {
    const text = fc
      .array(fc.constantFrom('a', '\n', '```', '- ', '| a |\n|-|\n', '$$', ' '), { maxLength: 30 })
      .map((all) => all.join(''))
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
        const parts = texts.map((one): Part => ({ type: 'text', text: one }))
        const units = unitsOf(message(...parts))
        expect(units.map((unit) => unit.index)).toEqual(units.map((_, index) => index))
        expect(countUnits(message(...parts))).toBe(units.length)
        texts.forEach((one, part) => {
          expect(
            units
              .filter((unit) => unit.part === part)
              .map((unit) => unit.text)
              .join(''),
          ).toBe(one)
        })
        expect(units.map((unit) => unit.text).join('')).toBe(textOf(message(...parts)))
      }),
    )
  })
})

describe('searchTextOf', () => {
  it('has the words of every part, and no data', () => {
    expect(searchTextOf(message(...every)).split('\n')).toEqual([
      'Look:',
      '',
      '```js',
      'let a',
      '```',
      '',
      'in short',
      'thought',
      'print(1)',
      'search',
      'weather',
      'Lisbon',
      'search',
      'sunny',
      'Page',
      '<p>',
      'Source',
      'quoted',
      'notes.pdf',
      'extracted',
      'some words',
    ])
  })

  it('takes only the beginning of what a tool says, never half a character', () => {
    const long = searchTextOf(message({ type: 'tool-result', text: `x${'😀'.repeat(20_000)}` }))
    expect(long.length).toBe(32 * 1024 - 1)
    expect(long.isWellFormed()).toBe(true)
    const many: Json = Array.from({ length: 10_000 }, () => 'ten chars.')
    expect(searchTextOf(message({ type: 'unknown', kind: 'x', raw: many })).length).toBe(32 * 1024)
  })

  it('bears input that is nested deeper than the stack', () => {
    let deep: Json = 'bottom'
    for (let n = 0; n < 100_000; n++) deep = [deep]
    expect(searchTextOf(message({ type: 'tool-call', name: 'dig', input: deep }))).toBe('dig\nbottom')
  })
})
