import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marksIn, queryOf, snippetOf } from './find.ts'

const found = (text: string, words: string, prefix = false) =>
  marksIn(text, queryOf(words, prefix))?.map(([from, to]) => text.slice(from, to))

describe('finding in a text', () => {
  it('takes all words, in any order, without case and accents', () => {
    expect(found('Crème Brûlée at home', 'home creme')).toEqual(['Crème', 'home'])
    expect(found('Crème at home', 'creme away')).toBeUndefined()
    expect(found('ﬁne print', 'fine')).toEqual(['ﬁne'])
  })

  it('takes whole words, begun ones where one types or says so', () => {
    expect(found('hydration', 'hydra')).toBeUndefined()
    expect(found('hydration', 'hydra', true)).toEqual(['hydration'])
    expect(found('hydration of rye', 'hydra* rye')).toEqual(['hydration', 'rye'])
    expect(found('dehydration', 'hydra*')).toBeUndefined()
  })

  it('takes phrases, and leaves out what is not wanted', () => {
    expect(found('less water, more salt', '"more salt"')).toEqual(['more salt'])
    expect(found('salt, more', '"more salt"')).toBeUndefined()
    expect(found('less water', 'water -less')).toBeUndefined()
    expect(found('water', '-less')).toBeUndefined()
  })

  it('finds words of scripts that have no spaces between them', () => {
    expect(found('月はなぜ同じ面を見せる', '同じ面')).toEqual(['同じ面'])
  })

  it('marks only what stands in the text, whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.boolean(),
        (text, words, prefix) => {
          for (const [from, to] of marksIn(`${words} ${text}`, queryOf(words, prefix)) ?? []) {
            expect(from).toBeLessThan(to)
            expect(to).toBeLessThanOrEqual(words.length + 1 + text.length)
          }
        },
      ),
    )
  })

  it('shows the passage around the first word, with its marks where the words are', () => {
    const text = `${'a '.repeat(200)}needle ${'b '.repeat(200)}`
    const { text: shown, marks } = snippetOf(text, marksIn(text, queryOf('needle', false)) ?? [])
    expect(marks.map(([from, to]) => shown.slice(from, to))).toEqual(['needle'])
    expect(shown.length).toBeLessThan(250)
  })
})
