import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Tokenizer, termBytes, termHash } from './tokenize.ts'

interface Token {
  term: string
  position: number
  source: string
}
function tokens(text: string, asked = false): Token[] {
  const tokenizer = new Tokenizer()
  const found: Token[] = []
  tokenizer.open(text, asked)
  for (let count = tokenizer.fill(); count > 0; count = tokenizer.fill()) {
    for (let i = 0; i < count; i++) {
      const bytes = tokenizer.bytes.slice(tokenizer.from[i], tokenizer.to[i])
      expect(tokenizer.hash[i]).toBe(termHash(bytes, 0, bytes.length))
      found.push({
        term: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
        position: tokenizer.position[i] ?? -1,
        source: text.slice(tokenizer.start[i], tokenizer.end[i]),
      })
    }
  }
  return found
}
const terms = (text: string, asked = false) => tokens(text, asked).map(({ term }) => term)

describe('a text’s terms', () => {
  it.each([
    ['Hello, World 42!', ['hello', 'world', '42']],
    ['naïve CAFÉ Ångström', ['naive', 'cafe', 'angstrom']],
    ['cafe\u0301 touche\u0301s', ['cafe', 'touches']],
    ['Straße STRASSE weiß', ['strasse', 'strasse', 'weiss']],
    ['Øre łódź İstanbul ısı', ['ore', 'lodz', 'istanbul', 'isi']],
    ['Ὀδυσσεύς ΟΔΥΣΣΕΥΣ', ['οδυσσευσ', 'οδυσσευσ']],
    ['Привет, ёлка', ['привет', 'елка']],
    ['كيف يعمل', ['كيف', 'يعمل']],
    ['كَيْفَ', ['كيف']],
    ['हिन्दी में', ['हिन्दी', 'में']],
    ['ﬁne ½ x² 𝒜bc ｆｕｌｌ', ['fine', '12', 'x2', 'abc', 'full']],
    ['don’t — “quoted”…', ['don', 't', 'quoted']],
    ['so\u00adft zero\u200dwidth', ['soft', 'zerowidth']],
    ['snake_case kebab-case a.b', ['snake', 'case', 'kebab', 'case', 'a', 'b']],
    ['👩‍💻🔥 done', ['👩‍💻', '🔥', 'done']],
    ['👍🏽 👍 ❤️ ❤', ['👍', '👍', '❤', '❤']],
    ['👩🏾‍🚀 👨‍👩‍👧‍👦', ['👩‍🚀', '👨‍👩‍👧‍👦']],
    ['🇩🇪🇯🇵🇺 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏳️‍🌈', ['🇩🇪', '🇯🇵', '🇺', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏳‍🌈']],
    ['done✅ok 猫🐈猫', ['done', '✅', 'ok', '猫', '🐈', '猫']],
    ['a\u200d🔥 🔥\u200d b 🔥\u200da', ['a', '🔥', '🔥', 'b', '🔥', 'a']],
    ['Brand™ © 2024 what‼ 1️⃣', ['brand', '2024', 'what', '1']],
    ['', []],
    ['\ud800 lone \udc00', ['lone']],
  ])('%j', (text, expected) => {
    expect(terms(text)).toEqual(expected)
  })

  it('pairs the characters of scripts without spaces', () => {
    expect(terms('東京都')).toEqual(['東京', '京都', '都'])
    expect(terms('東京都', true)).toEqual(['東京', '京都'])
    expect(terms('猫')).toEqual(['猫'])
    expect(terms('猫', true)).toEqual(['猫'])
    expect(terms('これはLisbonです')).toEqual(['これ', 'れは', 'は', 'lisbon', 'です', 'す'])
    expect(terms('안녕하세요', true)).toEqual(['안녕', '녕하', '하세', '세요'])
    expect(terms('𠮷野', true)).toEqual(['𠮷野'])
    expect(tokens('京 a京').map(({ position }) => position)).toEqual([0, 1, 2])
  })

  it('reads composed and decomposed, wide and narrow forms alike', () => {
    expect(terms('한국어가'.normalize('NFD'))).toEqual(terms('한국어가'))
    expect(terms('ガギグ'.normalize('NFD'))).toEqual(terms('ガギグ'))
    expect(terms('ｶﾞｷﾞ')).toEqual(terms('ガギ'))
    expect(terms('crème brûlée'.normalize('NFD'))).toEqual(terms('crème brûlée'))
  })

  it('adds the parts of identifiers at their place', () => {
    expect(tokens('let getUserName2 = HTTPServer').map(({ term, position, source }) => [term, position, source])).toEqual([
      ['let', 0, 'let'],
      ['getusername2', 1, 'getUserName2'],
      ['get', 1, 'get'],
      ['user', 1, 'User'],
      ['name2', 1, 'Name2'],
      ['httpserver', 2, 'HTTPServer'],
      ['http', 2, 'HTTP'],
      ['server', 2, 'Server'],
    ])
    expect(terms('getUserName', true)).toEqual(['getusername'])
    expect(terms('aBcDeFgHiJkLmNoPqRsTuVwXyZ')).toEqual(['abcdefghijklmnopqrstuvwxyz'])
  })

  it('cuts what is too long for a word, at a letter', () => {
    for (const letter of ['x', 'é', 'я', 'न', '𝒜', '𐐨']) {
      const [term = ''] = terms(letter.repeat(500))
      expect(new TextEncoder().encode(term).length).toBeLessThanOrEqual(termBytes)
      expect(terms(letter.repeat(600))).toEqual([term])
    }
  })

  it('reads any text to its end, each term from its own place', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'🔥👩🏽\u200d💻🇩❤\ufe0f\u{e0067} a') }),
      fc.string({ unit: fc.constantFrom(...'aB\u0301が\u3099한ᄒ가ᅡ東 -_1ß') }),
    )
    fc.assert(
      fc.property(anyText, (text) => {
        let position = 0
        for (const token of tokens(text)) {
          expect(token.term).not.toBe('')
          expect([position, position + 1]).toContain(token.position)
          position = token.position
          expect(text).toContain(token.source)
          expect(terms(token.source)[0]).toBe(token.term)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('reads long texts in batches without a seam', () => {
    const text = 'one twoThree 東京 '.repeat(2000)
    expect(terms(text)).toEqual(Array.from({ length: 2000 }, () => terms('one twoThree 東京 ')).flat())
    expect(tokens(text).at(-1)?.position).toBe(2000 * 4 - 1)
    expect(terms('東'.repeat(5000))).toHaveLength(5000)
  })
})
