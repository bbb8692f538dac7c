import { describe, expect, it } from 'vitest'
import ar from './ar.json' with { type: 'json' }
import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import { wordsFor } from './index.ts'
import ja from './ja.json' with { type: 'json' }

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

describe('the app’s words', () => {
  it.each(Object.entries({ ar, de, es, ja }))('are all there in %s, with the same places for values', (_, catalogue) => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort())
    for (const [id, text] of Object.entries(en)) expect(places(Object(catalogue)[id])).toEqual(places(text))
  })

  it('are in the first language that there is', () => {
    expect(wordsFor(['fr-FR', 'de-AT', 'es'])('start.failed')).toBe(de['start.failed'])
    expect(wordsFor(['fr', '__proto__'])('start.failed')).toBe(en['start.failed'])
    expect(wordsFor([])('start.failed')).toBe(en['start.failed'])
  })
})
