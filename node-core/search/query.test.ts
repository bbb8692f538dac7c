import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery } from './query.ts'

const word = (term: string, more: { prefix?: boolean; typos?: number } = {}) => ({
  kind: 'word',
  term,
  prefix: false,
  typos: 0,
  ...more,
})
const phrase = (...parts: string[]) => ({
  kind: 'phrase',
  parts: parts.map((part, offset) => ({ term: part.replace('*', ''), offset, prefix: part.endsWith('*') })),
})

describe('what a person typed', () => {
  it.each([
    ['café of Lisbon', [word('cafe', { typos: 1 }), word('of'), word('lisbon', { typos: 1 })], []],
    ['photosynthesis 2024', [word('photosynthesis', { typos: 2 }), word('2024')], []],
    ['"naive bayes" model', [phrase('naive', 'bayes'), word('model', { typos: 1 })], []],
    ['“curly quotes”', [phrase('curly', 'quotes')], []],
    ['"open quote', [phrase('open', 'quote')], []],
    ['"one"', [word('one')], []],
    ['data*', [word('data', { prefix: true })], []],
    [
      'cats -dogs -"big dogs" -bird*',
      [word('cats', { typos: 1 })],
      [word('dogs'), phrase('big', 'dogs'), word('bird', { prefix: true })],
    ],
    ['snake_case', [phrase('snake', 'case')], []],
    ['well-known', [phrase('well', 'known')], []],
    ['猫', [word('猫', { prefix: true })], []],
    ['東京都', [phrase('東京', '京都')], []],
    ['a a "a" A', [word('a')], []],
    ['- * "" -- "…" ™', [], []],
  ])('%j', (text, required, excluded) => {
    expect(parseQuery(text)).toEqual({ required, excluded })
  })

  it('takes the word at the end as unfinished where asked, until a space follows', () => {
    const typing = { lastIsPrefix: true }
    expect(parseQuery('the data', typing).required).toEqual([word('the'), word('data', { prefix: true, typos: 1 })])
    expect(parseQuery('the data ', typing).required).toEqual([word('the'), word('data', { typos: 1 })])
    expect(parseQuery('"the da', typing).required).toEqual([phrase('the', 'da*')])
    expect(parseQuery('"the da"', typing).required).toEqual([phrase('the', 'da')])
    expect(parseQuery('snake_ca', typing).required).toEqual([phrase('snake', 'ca*')])
    expect(parseQuery('cat -do', typing).excluded).toEqual([word('do')])
  })

  it('looks for emoji as they are, whatever the tone of skin', () => {
    const typing = { lastIsPrefix: true }
    expect(parseQuery('👍🏽').required).toEqual([word('👍')])
    expect(parseQuery('👨‍👩‍👧‍👦').required).toEqual([word('👨‍👩‍👧‍👦')])
    expect(parseQuery('done 👩', typing).required).toEqual([word('done', { typos: 1 }), word('👩', { prefix: true })])
    expect(parseQuery('"🔥 done"').required).toEqual([phrase('🔥', 'done')])
  })

  it('is always a query', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.oneof(fc.constantFrom(...'"“”«»-* \n'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
          maxLength: 300,
        }),
        fc.boolean(),
        (text, lastIsPrefix) => {
          const { required, excluded } = parseQuery(text, { lastIsPrefix })
          for (const clause of [...required, ...excluded]) {
            if (clause.kind === 'word') expect(clause.term).not.toBe('')
            else expect(clause.parts.length).toBeGreaterThan(1)
          }
        },
      ),
      { numRuns: 500 },
    )
    expect(parseQuery('word '.repeat(100_000) + 'x '.repeat(10)).required).toHaveLength(1)
    expect(parseQuery(Array.from({ length: 900 }, (_, i) => `w${i}`).join(' ')).required.length).toBeLessThanOrEqual(32)
  })
})
