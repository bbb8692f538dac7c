/**
 * The keychain where the system has none: one file, `keychain.json`, sealed with a passphrase.
 *
 * Invariant: the file is replaced whole or not at all; it is written first by the first `set`, so that opening
 * alone never puts an empty keychain where a lost one was.
 */
import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { VivimError } from '../../contract/errors.ts'
import { type Kdf, type KdfCost, newKdf, openFile, parseSealedFile, passphraseKey, sealFile } from '../../crypto/passphrase.ts'
import type { RandomBytes } from '../../ports/clock.ts'
import type { Keychain } from '../../ports/keychain.ts'
import { isMissing, makeFolder, replaceFile } from '../durable-file.ts'

const LIMIT = 2048
const schema = z.record(z.string(), z.base64())

export interface FileKeychainOptions {
  /** The folder of `keychain.json`; made where it is missing. */
  readonly directory: string
  /** As `crypto/passphrase.ts` makes it of text. Filled with zeros once the key is derived. */
  readonly passphrase: Uint8Array
  readonly random: RandomBytes
  /** Cost for a file that is new; an existing one names its own. */
  readonly cost?: KdfCost
}

/** True where a passphrase file is there: its passphrase has to be asked for, not chosen. */
export const hasFileKeychain = async (directory: string): Promise<boolean> => (await readIfThere(pathIn(directory))) !== undefined

/** Opens the file, or prepares a new one. Errors: `keychain-wrong-passphrase`, `keychain-corrupt`, `keychain-unavailable`. */
export async function openFileKeychain({ directory, passphrase, random, cost }: FileKeychainOptions): Promise<FileKeychain> {
  try {
    const path = pathIn(directory)
    const text = await readIfThere(path)
    if (text !== undefined) return new FileKeychain({ path, random, text, ...(await unlock(text, passphrase)) })
    if (passphrase.length === 0) throw new VivimError('bad-request', 'The passphrase is empty.')
    await makeFolder(directory)
    const kdf = newKdf(random, cost)
    return new FileKeychain({ path, random, text, kdf, key: await passphraseKey(passphrase, kdf), entries: new Map() })
  } finally {
    passphrase.fill(0)
  }
}

interface Unlocked {
  readonly kdf: Kdf
  readonly key: KeyObject
  readonly entries: ReadonlyMap<string, Uint8Array>
}

export class FileKeychain implements Keychain {
  readonly name = 'passphrase file'
  readonly #path: string
  readonly #random: RandomBytes
  /** The file as this keychain last read or wrote it; undefined while there is none. */
  #text: string | undefined
  #state: Unlocked
  /** Writes follow one another. */
  #last: Promise<void> = Promise.resolve()

  constructor({ path, random, text, ...state }: { path: string; random: RandomBytes; text: string | undefined } & Unlocked) {
    this.#path = path
    this.#random = random
    this.#text = text
    this.#state = state
  }

  async get(entry: string): Promise<Uint8Array | undefined> {
    await this.#last
    const secret = this.#state.entries.get(entry)
    return secret && Uint8Array.from(secret)
  }

  set(entry: string, secret: Uint8Array): Promise<void> {
    // A Buffer’s own slice would be the same bytes.
    const kept = Uint8Array.from(secret)
    return this.#inTurn(async () => {
      if (kept.length > LIMIT) throw new VivimError('too-large', 'A keychain entry holds at most 2 KiB.')
      await this.#write({ ...this.#state, entries: new Map([...this.#state.entries, [entry, kept]]) })
    })
  }

  delete(entry: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#state.entries.has(entry)) return
      await this.#write({ ...this.#state, entries: new Map([...this.#state.entries].filter(([name]) => name !== entry)) })
    })
  }

  /** The names of what it holds. */
  async entries(): Promise<string[]> {
    await this.#last
    return [...this.#state.entries.keys()]
  }

  /** Filled with zeros. Error: `keychain-wrong-passphrase` where it does not open the file. */
  checkPassphrase(passphrase: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      try {
        if (this.#text !== undefined) await unlock(this.#text, passphrase)
      } finally {
        passphrase.fill(0)
      }
    })
  }

  /**
   * Seals the file anew under another passphrase, with a new salt. Both are filled with zeros.
   * Errors: `keychain-wrong-passphrase` where `current` does not open the file, `bad-request` for an empty one.
   */
  changePassphrase(current: Uint8Array, next: Uint8Array, cost?: KdfCost): Promise<void> {
    return this.#inTurn(async () => {
      try {
        if (next.length === 0) throw new VivimError('bad-request', 'The new passphrase is empty.')
        const kdf = newKdf(this.#random, cost)
        const checked = this.#text === undefined ? this.#state : await unlock(this.#text, current)
        await this.#write({ kdf, key: await passphraseKey(next, kdf), entries: checked.entries })
      } finally {
        current.fill(0)
        next.fill(0)
      }
    })
  }

  async #write(state: Unlocked): Promise<void> {
    // Another process, the command line perhaps, may have written: overwriting it would lose keys.
    if ((await readIfThere(this.#path)) !== this.#text)
      throw new VivimError('conflict', 'The key file was changed by another process.')
    const plain = Buffer.from(
      JSON.stringify(
        Object.fromEntries([...state.entries].map(([name, secret]) => [name, Buffer.from(secret).toString('base64')])),
      ),
    )
    const text = sealFile(plain, state.key, state.kdf, this.#random)
    plain.fill(0)
    await replaceFile(this.#path, Buffer.from(text))
    this.#text = text
    this.#state = state
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

const pathIn = (directory: string): string => join(directory, 'keychain.json')

async function unlock(text: string, passphrase: Uint8Array): Promise<Unlocked> {
  const file = parseSealedFile(text)
  const key = await passphraseKey(passphrase, file.kdf)
  const plain = openFile(file, key)
  try {
    const entries = schema.parse(JSON.parse(new TextDecoder().decode(plain)))
    return {
      kdf: file.kdf,
      key,
      entries: new Map(Object.entries(entries).map(([name, secret]) => [name, Uint8Array.from(Buffer.from(secret, 'base64'))])),
    }
  } catch (cause) {
    throw new VivimError('keychain-corrupt', undefined, { cause })
  } finally {
    plain.fill(0)
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new VivimError('keychain-unavailable', 'The key file cannot be read.', { cause })
  }
}
