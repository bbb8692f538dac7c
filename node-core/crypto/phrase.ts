/**
 * The 24-word phrase that everything of an account begins with, and the seeds derived from it (PROTOCOL.md,
 * Identity and keys): phrase → BIP-39 seed (no BIP-39 passphrase) → HKDF-SHA256 (empty salt).
 * The derivation is for ever: `contract/vectors/keys.json` holds what it must give.
 */
import { hkdfSync } from 'node:crypto'
import { entropyToMnemonic, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { VivimError } from '../contract/errors.ts'
import type { RandomBytes } from '../ports/clock.ts'

/** `root` is the DID, `successor` the key that may succeed it, `recovery` the X25519 key that data keys are wrapped for. */
export type SeedPurpose = 'root' | 'successor' | 'recovery'

/** A new phrase: 24 lower-case English words (256 bits), separated by single spaces. */
export const newPhrase = (random: RandomBytes): string => entropyToMnemonic(random(32), wordlist)

/**
 * The phrase as {@link newPhrase} writes it, from what a person typed or pasted: any case, any white space, numbered
 * or in several lines. Error: `phrase-invalid`, which never repeats what was typed, except for one unknown word's place.
 */
export function parsePhrase(text: string): string {
  const words =
    text
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z]+/g) ?? []
  if (words.length !== 24) throw new VivimError('phrase-invalid', `It has ${words.length} words instead of 24.`)
  const unknown = words.findIndex((word) => !wordlist.includes(word))
  if (unknown >= 0) throw new VivimError('phrase-invalid', `Word ${unknown + 1} is not in the list of words.`)
  const phrase = words.join(' ')
  if (!validateMnemonic(phrase, wordlist)) {
    throw new VivimError(
      'phrase-invalid',
      'Every word exists, but together they do not check: one is wrong or in the wrong place.',
    )
  }
  return phrase
}

/** The 64-byte BIP-39 seed of a phrase that {@link parsePhrase} or {@link newPhrase} gave. Takes some 30 ms. */
export const seedOf = (phrase: string): Uint8Array => mnemonicToSeedSync(phrase)

/** The `n`-th 32-byte seed of a purpose: HKDF-SHA256 with `info = "vivim/v1/<purpose>/<n>"`. */
export const deriveSeed = (seed: Uint8Array, purpose: SeedPurpose, n = 0): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', seed, new Uint8Array(0), `vivim/v1/${purpose}/${n}`, 32))
