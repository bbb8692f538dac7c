import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isVivimError } from '../contract/errors.ts'
import { deriveSeed, newPhrase, parsePhrase, seedOf } from './phrase.ts'

const refused = (text: string) => {
  try {
    parsePhrase(text)
  } catch (error) {
    if (isVivimError(error, 'phrase-invalid')) return error
    throw error
  }
  throw new Error('it was accepted')
}
const phrase = newPhrase(randomBytes)

describe('a phrase', () => {
  it('has 24 words and is read back however it is typed', () => {
    expect(phrase.split(' ')).toHaveLength(24)
    expect(parsePhrase(`  ${phrase.toUpperCase().replaceAll(' ', '\n\t')} `)).toBe(phrase)
    expect(
      parsePhrase(
        phrase
          .split(' ')
          .map((word, i) => `${i + 1}. ${word}`)
          .join('\r\n'),
      ),
    ).toBe(phrase)
  })

  it('is refused with a word missing, unknown or exchanged, without repeating it', () => {
    const words = phrase.split(' ')
    expect(refused(words.slice(1).join(' ')).detail).toContain('23 words')
    const unknown = refused([...words.slice(0, 4), 'zzyzx', ...words.slice(5)].join(' '))
    expect(unknown.detail).toContain('Word 5')
    expect(unknown.message).not.toContain('zzyzx')
    // The checksum of "abandon" 24 times is wrong; the right last word is "art".
    expect(refused(Array(24).fill('abandon').join(' ')).detail).toContain('do not check')
    expect(refused('').code).toBe('phrase-invalid')
  })

  it('gives the seed of the BIP-39 reference', () => {
    // 23 × abandon + art without a passphrase, as any BIP-39 wallet derives it.
    const art = parsePhrase(`${'abandon '.repeat(23)}art`)
    expect(Buffer.from(seedOf(art)).toString('hex')).toBe(
      '408b285c123836004f4b8842c89324c1f01382450c0d439af345ba7fc49acf705489c6fc77dbd4e3dc1dd8cc6bc9f043db8ada1e243c4a0eafb290d399480840',
    )
  })

  it('derives another seed for every purpose and number', () => {
    const seed = seedOf(phrase)
    const seeds = [
      deriveSeed(seed, 'root'),
      deriveSeed(seed, 'root', 1),
      deriveSeed(seed, 'successor'),
      deriveSeed(seed, 'recovery'),
    ]
    expect(new Set(seeds.map((s) => Buffer.from(s).toString('hex'))).size).toBe(4)
  })
})
