/**
 * Where the secrets that open a store are kept while the node is not running.
 * Acceptance suite: `tests/acceptance/keychain.ts`.
 * Errors: `keychain-unavailable` (no backend, locked), `keychain-wrong-passphrase`, `keychain-corrupt`.
 *
 * Invariant: `get` answers undefined only when the backend positively said that it has no such entry; a backend
 * that cannot answer throws. Callers never make a new key over an existing store on undefined alone.
 */
export interface Keychain {
  /** For people: `Secret Service`, `macOS Keychain`, `Windows Credential Manager`, `passphrase file`. */
  readonly name: string
  get(entry: string): Promise<Uint8Array | undefined>
  /** Durable when it resolves. At most 2 KiB: the smallest limit among the backends. */
  set(entry: string, secret: Uint8Array): Promise<void>
  delete(entry: string): Promise<void>
}

/** The system's keychain, or a key file that a passphrase opens. */
export type KeysPlace = 'os' | 'file'

/** A keychain that can be brought to another place while a node works with it. */
export interface MovableKeychain extends Keychain {
  readonly place: KeysPlace
  /** Both are filled with zeros. Errors: `keychain-wrong-passphrase`, `keychain-unavailable` where no passphrase of ours seals it. */
  changePassphrase(current: Uint8Array, next: Uint8Array): Promise<void>
  /** Error: `keychain-wrong-passphrase`. Where no passphrase of ours seals it: `keychain-unavailable`. */
  checkPassphrase(passphrase: Uint8Array): Promise<void>
  /**
   * Writes everything to the new place, reads it back, goes over to it, and only then deletes it at the old one. What is cut
   * off in between opens as before or as after.
   * @param entries every name that the store may have put into the system's keychain, which cannot list them
   * @param passphrase the new one for a key file, the present one to leave it; filled with zeros
   */
  moveTo(place: KeysPlace, entries: readonly string[], passphrase: Uint8Array): Promise<void>
}
