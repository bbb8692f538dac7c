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
