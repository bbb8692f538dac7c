import { describe, expect, it } from 'vitest'
import { matchLanguage, regionalOf } from './languages.ts'

describe('the language of the page', () => {
  it('is the first of the person’s that there is a catalogue for', () => {
    expect(matchLanguage(['fr-CA', 'de-AT', 'en-US'])).toBe('de')
    expect(matchLanguage(['fr'])).toBe('en')
    expect(matchLanguage([])).toBe('en')
  })

  it('writes dates and numbers as the person’s region does', () => {
    expect(regionalOf('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB')
    expect(regionalOf('de', ['DE-at'])).toBe('de-AT')
  })

  it('is its own where the browser names no region, or none that can be read', () => {
    expect(regionalOf('ja', ['en-GB'])).toBe('ja')
    expect(regionalOf('en', ['en_US.UTF-8'])).toBe('en')
    expect(regionalOf('en', ['en-US@posix'])).toBe('en')
  })
})
