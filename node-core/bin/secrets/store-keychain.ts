/** The keychain that a node works with: it stays the same to the node while the keys move to another place. */
import { FileKeychain } from '../../adapters/keychain-file/keychain.ts'
import { VivimError } from '../../contract/errors.ts'
import type { Keychain, KeysPlace, MovableKeychain } from '../../ports/keychain.ts'
import { type Moving, moveToFile, moveToOs, removeCopies } from './move.ts'

export interface StoreKeychainParts extends Moving {
  /** The system's keychain; throws `keychain-unavailable` where there is none. */
  readonly openOs: () => Promise<Keychain>
  /** Told when the keys have moved. */
  readonly onMoved?: ((keychain: MovableKeychain) => void | Promise<void>) | undefined
}

export class StoreKeychain implements MovableKeychain {
  #current: Keychain
  readonly #parts: StoreKeychainParts
  /** While the keys move nothing is read or written. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(current: Keychain, parts: StoreKeychainParts) {
    this.#current = current
    this.#parts = parts
  }

  get name(): string {
    return this.#current.name
  }
  get place(): KeysPlace {
    return this.#current instanceof FileKeychain ? 'file' : 'os'
  }
  get(entry: string): Promise<Uint8Array | undefined> {
    return this.#inTurn(() => this.#current.get(entry))
  }
  set(entry: string, secret: Uint8Array): Promise<void> {
    const kept = Uint8Array.from(secret)
    return this.#inTurn(() => this.#current.set(entry, kept))
  }
  delete(entry: string): Promise<void> {
    return this.#inTurn(() => this.#current.delete(entry))
  }
  changePassphrase(current: Uint8Array, next: Uint8Array): Promise<void> {
    return this.#inTurn(async () => await this.#file().changePassphrase(current, next))
  }
  checkPassphrase(passphrase: Uint8Array): Promise<void> {
    return this.#inTurn(async () => await this.#file().checkPassphrase(passphrase))
  }

  moveTo(place: KeysPlace, entries: readonly string[], passphrase: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      try {
        if (place === this.place) throw new VivimError('already-there', `The keys rest there already: ${this.name}.`)
        if (place === 'os') {
          const file = this.#file()
          await file.checkPassphrase(passphrase)
          this.#current = await moveToOs(file, await this.#parts.openOs(), this.#parts)
        } else this.#current = await moveToFile(this.#current, entries, passphrase, this.#parts)
        await this.#parts.onMoved?.(this)
      } finally {
        passphrase.fill(0)
      }
    })
  }

  /** Where the keys rest in a key file: deletes what a move that was cut off left of them in the system's keychain. */
  dropCopies(names: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      if (!(this.#current instanceof FileKeychain) || names.length === 0) return
      await removeCopies(await this.#parts.openOs(), this.#current, names)
    })
  }

  #file(): FileKeychain {
    if (this.#current instanceof FileKeychain) return this.#current
    throw new VivimError('keychain-unavailable', `The keys rest in ${this.name}: there is no passphrase of ours.`)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
