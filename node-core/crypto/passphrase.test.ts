import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  argon2id,
  newKdf,
  openFile,
  parseSealedFile,
  passphraseBytes,
  passphraseKey,
  portableArgon2id,
  sealFile,
} from './passphrase.ts'

const cheap = { memory: 64, passes: 2, lanes: 1 }
const plain = new TextEncoder().encode('secret')
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('Argon2id', () => {
  it('is the same in both implementations', async () => {
    for (const cost of [cheap, { memory: 256, passes: 3, lanes: 4 }]) {
      const salt = randomBytes(16)
      expect(hex(await argon2id(plain, salt, cost))).toBe(hex(await portableArgon2id(plain, salt, cost)))
    }
  })
})

describe('a file sealed with a passphrase', async () => {
  const kdf = newKdf(randomBytes, cheap)
  const key = await passphraseKey(passphraseBytes('open sesame'), kdf)
  const text = sealFile(plain, key, kdf, randomBytes)

  it('opens with the passphrase, however its letters are composed', async () => {
    expect(openFile(parseSealedFile(text), key)).toEqual(plain)
    expect(passphraseBytes('cafe\u0301\n')).toEqual(passphraseBytes('caf\u00e9'))
  })

  it('tells a wrong passphrase from damage', async () => {
    const file = parseSealedFile(text)
    const other = await passphraseKey(passphraseBytes('open barley'), file.kdf)
    expect(() => openFile(file, other)).toThrow(expect.objectContaining({ code: 'keychain-wrong-passphrase' }))
    const corrupt = expect.objectContaining({ code: 'keychain-corrupt' })
    for (let at = 0; at < text.length; at += 3) {
      const changed = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1)
      expect(() => parseSealedFile(changed)).toThrow(corrupt)
    }
    for (const bad of ['', '{}', 'null', text.slice(0, -20), text.replace('"memory": 64', '"memory": 99999999')]) {
      expect(() => parseSealedFile(bad)).toThrow(corrupt)
    }
  })
})
