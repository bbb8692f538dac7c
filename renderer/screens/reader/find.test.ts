import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MessageId, UnitId } from '../../../node-core/contract/ids.ts'
import type { Unit } from '../../queries/units.ts'
import { folded, matchesIn, placesIn } from './find.ts'

const unit = (text: string, more: Partial<Unit> = {}): Unit => ({
  id: 'm-0' as UnitId,
  message: 'm' as MessageId,
  role: 'assistant',
  kind: 'prose',
  text,
  part: 0,
  first: true,
  ...more,
})

describe('finding words in what is read', () => {
  it('forgives case, accents and the width of spaces', () => {
    expect(matchesIn([unit('Naïve CAFÉ, naive\n cafe')], 'naive  café', false)).toHaveLength(2)
    expect(matchesIn([unit('Café cafe'), unit('café')], 'CAFE', false)).toEqual([
      { index: 0, nth: 0 },
      { index: 0, nth: 1 },
      { index: 1, nth: 0 },
    ])
  })
  it('looks at what is seen: not at marks, not at addresses', () => {
    const seen = unit('A **bold** [link](https://example.org/hidden) and `code`')
    expect(matchesIn([seen], 'bold link and code', false)).toHaveLength(1)
    expect(matchesIn([seen], 'hidden', false)).toHaveLength(0)
    expect(matchesIn([unit('```js\nlet x\n```', { kind: 'code', code: 'let x' })], 'js', false)).toHaveLength(0)
  })
  it('leaves out hidden messages until they are shown', () => {
    const units = [unit('word', { hidden: true }), unit('word', { first: false }), unit('word')]
    expect(matchesIn(units, 'word', false)).toEqual([{ index: 2, nth: 0 }])
    expect(matchesIn(units, 'word', true)).toHaveLength(3)
  })
  it('places what it found in the text as it is', () => {
    const text = 'İstanbul: the CAFÉ\n\t  noir'
    expect(placesIn(text, 'café noir').map(([from, to]) => text.slice(from, to))).toEqual(['CAFÉ\n\t  noir'])
  })
  it('finds every text in itself, and only what reads like what is sought', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((text) => folded(text).trim() !== '')
    fc.assert(
      fc.property(word, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (sought, before, after) => {
        const text = `${before} ${sought} ${after}`
        const found = placesIn(text, sought.trim())
        expect(found.length).toBeGreaterThan(0)
        for (const [from, to] of found) expect(folded(text.slice(from, to)).trim()).toContain(folded(sought.trim()).trim())
      }),
    )
  })
})
