import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainWords } from './plain-words.ts'

const plain = (text: string): string => plainWords({ text, marks: [] }).text

describe('a snippet without signs', () => {
  it.each([
    ['## The plan\nFirst', 'The plan\nFirst'],
    ['> quoted\n> twice', 'quoted\ntwice'],
    ['```ts\nconst a = 1\n```', 'const a = 1\n'],
    ['an **important** word', 'an important word'],
    ['cut off **here', 'cut off here'],
    ['it ends** here', 'it ends here'],
    ['~~gone~~, *so* said', 'gone, so said'],
    ['use `npm test` now', 'use npm test now'],
    ['see [the page](https://example.org/a?b=c) there', 'see the page there'],
    ['![a cat](cat.png)', 'a cat'],
    ['| a | b |\n|---|:-:|\n| 1 | 2 |', '| a | b |\n| 1 | 2 |'],
    ['重要な**点**です', '重要な**点**です'],
  ])('reads %j as %j', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  it.each([
    '2**3 is 8',
    'a ** b',
    'src/**/*.ts',
    '**/*.ts',
    '__init__',
    '5 * 3 * 2',
    'a_b_c',
    '#tag',
    'x > y',
    'C#',
    '`',
    '**',
    '[a] (b)',
    'f(*args)',
  ])('leaves %j', (text) => expect(plain(text)).toBe(text))

  it('keeps what was found, also where it stands in a sign', () => {
    const text = 'see [the page](https://example.org/quince) **there**'
    const at = text.indexOf('quince')
    expect(plainWords({ text, marks: [[at, at + 6]] })).toEqual({
      text: 'see [the page](https://example.org/quince) there',
      marks: [[at, at + 6]],
    })
  })

  it('takes out signs alone, and marks the same words', () => {
    const piece = fc.constantFrom(
      '**',
      '*',
      '`',
      '```ts\n',
      '# ',
      '> ',
      '[',
      '](',
      ')',
      '~~',
      '|---|',
      '\n',
      ' ',
      'word',
      'é',
      '猫',
      '1',
      '!',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.array(fc.nat(120), { maxLength: 6 }), (pieces, ends) => {
        const text = pieces.join('')
        const sorted = [...new Set(ends.map((end) => Math.min(end, text.length)))].sort((a, b) => a - b)
        const marks = sorted.flatMap((from, n) =>
          n % 2 === 0 && sorted[n + 1] !== undefined ? [[from, Number(sorted[n + 1])] as const] : [],
        )
        const found = plainWords({ text, marks })
        // Every character of the result stands in the text, in the same order.
        let at = 0
        for (const one of found.text) {
          at = text.indexOf(one, at) + one.length
          expect(at).toBeGreaterThan(0)
        }
        expect(found.marks.map(([from, to]) => found.text.slice(from, to))).toEqual(
          marks.map(([from, to]) => text.slice(from, to)),
        )
      }),
      { numRuns: 1000 },
    )
  })
})
