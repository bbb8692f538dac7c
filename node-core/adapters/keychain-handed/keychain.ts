/**
 * The system's keychain as a node has it whose app keeps it: what the app handed over at the start is held in memory,
 * everything else is asked of the app.
 *
 * Invariants: `set` and `delete` resolve once the app has said that its keychain really did it, and only then is what is
 * held here changed; what was not handed over is asked for, never taken for absent.
 */
import { VivimError } from '../../contract/errors.ts'
import type { Keychain } from '../../ports/keychain.ts'

const LIMIT = 2048

/** Who has the keychain. Every call throws `VivimError` where the keychain does, or where nobody answers any more. */
export interface KeychainHolder extends Omit<Keychain, 'name'> {
  /** The keychain's name, once it has proved to keep what it is given. Error: `keychain-unavailable`. */
  open(): Promise<string>
}

export interface HandedKeychainOptions {
  readonly holder: KeychainHolder
  /** What was handed over. Taken, not copied. */
  readonly held: ReadonlyMap<string, Uint8Array>
}

/** Error: `keychain-unavailable`, as the holder says. */
export async function openHandedKeychain({ holder, held }: HandedKeychainOptions): Promise<HandedKeychain> {
  return new HandedKeychain(await holder.open(), holder, held)
}

export class HandedKeychain implements Keychain {
  readonly name: string
  readonly #holder: KeychainHolder
  readonly #held: Map<string, Uint8Array>
  /** What changes follows one another, so that what is held is what the keychain has. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(name: string, holder: KeychainHolder, held: ReadonlyMap<string, Uint8Array>) {
    this.name = name
    this.#holder = holder
    this.#held = new Map(held)
  }

  get(entry: string): Promise<Uint8Array | undefined> {
    return this.#inTurn(async () => {
      const held = this.#held.get(entry) ?? (await this.#holder.get(entry))
      if (held) this.#held.set(entry, held)
      return held && Uint8Array.from(held)
    })
  }

  set(entry: string, secret: Uint8Array): Promise<void> {
    const kept = Uint8Array.from(secret)
    return this.#inTurn(async () => {
      if (kept.length > LIMIT) throw new VivimError('too-large', 'A keychain entry holds at most 2 KiB.')
      await this.#holder.set(entry, Uint8Array.from(kept))
      this.#held.get(entry)?.fill(0)
      this.#held.set(entry, kept)
    })
  }

  delete(entry: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#holder.delete(entry)
      this.#held.get(entry)?.fill(0)
      this.#held.delete(entry)
    })
  }

  /** Fills what is held with zeros; what is asked for from now on comes from the holder. */
  forget(): void {
    for (const secret of this.#held.values()) secret.fill(0)
    this.#held.clear()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
