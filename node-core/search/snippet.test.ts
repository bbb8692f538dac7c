import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraries } from './index.fixture.ts'
import { parseQuery } from './query.ts'
import { snippet } from './snippet.ts'

const { anyQuery, anyText } = arbitraries(fc)

/** The snippet with its marks in brackets. */
function shown(text: string, query: string, length?: number): string {
  const found = snippet(text, parseQuery(query), length === undefined ? {} : { length })
  let out = ''
  let at = 0
  for (const [from, to] of found.marks) {
    out += `${found.text.slice(at, from)}[${found.text.slice(from, to)}]`
    at = to
  }
  return out + found.text.slice(at)
}
const filler = 'lorem ipsum dolor sit amet '.repeat(40)

describe('a snippet', () => {
  it.each([
    ['Bread: Sourdough, at last', 'sourdough', 'Bread: [Sourdough], at last'],
    ['Un CAFÉ noir', 'cafe', 'Un [CAFÉ] noir'],
    ['cafe\u0301 noir', 'café', '[cafe\u0301] noir'],
    ['die Straße', 'strasse', 'die [Straße]'],
    ['database, databases', 'data*', '[database], [databases]'],
    ['good morning, good night', '"good night"', 'good morning, [good] [night]'],
    ['morning good, night', '"good morning"', 'morning good, night'],
    ['the sourdouhg rises', 'sourdough', 'the [sourdouhg] rises'],
    ['sourdough, not sourdouhg', 'sourdough', '[sourdough], not sourdouhg'],
    ['これは東京都です', '東京都', 'これは[東京都]です'],
    ['黒い猫がいる', '猫', '黒い[猫]がいる'],
    ['call getUserName now', 'user', 'call get[User]Name now'],
    ['call getUserName now', 'getusername', 'call [getUserName] now'],
    ['nothing here', 'absent', 'nothing here'],
    ['plain -without words', 'plain -words', '[plain] -without words'],
    ['', 'word', ''],
  ])('of %j for %j', (text, query, expected) => {
    expect(shown(text, query)).toBe(expected)
  })

  it('shows where the words stand closest', () => {
    const text = `${filler}fugue ${filler}a fugue in counterpoint ${filler}counterpoint`
    const found = snippet(text, parseQuery('fugue counterpoint'))
    expect(found.text).toContain('a fugue in counterpoint')
    expect(text.slice(found.start, found.start + found.text.length)).toBe(found.text)
    expect(found.marks).toHaveLength(2)
  })

  it('begins and ends between words where it can', () => {
    expect(shown(`${filler}fugue ${filler}`, 'fugue', 60)).toMatch(
      /^(lorem|ipsum|dolor|sit|amet)( [a-z]+)* \[fugue\]( (lorem|ipsum|dolor|sit|amet))+$/,
    )
    expect(shown('x'.repeat(500), 'none', 60)).toBe('x'.repeat(60))
  })

  it('is a piece of the text no longer than asked, its marks in order inside it', () => {
    fc.assert(
      fc.property(anyText, anyQuery, fc.integer({ min: 1, max: 80 }), (text, query, length) => {
        const found = snippet(text, parseQuery(query, { lastIsPrefix: true }), { length })
        expect(found.text.length).toBeLessThanOrEqual(length)
        expect(text.slice(found.start, found.start + found.text.length)).toBe(found.text)
        let at = -1
        for (const [from, to] of found.marks) {
          expect(from).toBeGreaterThan(at)
          expect(to).toBeGreaterThan(from)
          at = to
        }
        expect(at).toBeLessThanOrEqual(found.text.length)
      }),
      { numRuns: 500 },
    )
  })
})
