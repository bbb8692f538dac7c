/** A keychain for tests: nothing outlives the process. */
import { VivimError } from '../../contract/errors.ts'
import type { Keychain } from '../../ports/keychain.ts'

const LIMIT = 2048

export class MemoryKeychain implements Keychain {
  readonly name = 'memory'
  readonly #entries = new Map<string, Uint8Array>()

  async get(entry: string): Promise<Uint8Array | undefined> {
    const secret = this.#entries.get(entry)
    return secret && Uint8Array.from(secret)
  }
  async set(entry: string, secret: Uint8Array): Promise<void> {
    if (secret.length > LIMIT) throw new VivimError('too-large', 'A keychain entry holds at most 2 KiB.')
    this.#entries.set(entry, Uint8Array.from(secret))
  }
  async delete(entry: string): Promise<void> {
    this.#entries.delete(entry)
  }
}
