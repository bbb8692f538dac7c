/**
 * Authenticated encryption of what rests on disk: AES-256-GCM under a data key of one account.
 * `place` names where the bytes stand (`table/key/column`) and is authenticated with them, so that sealed bytes
 * cannot be moved to another row, column or account unseen.
 * Implementation: `crypto/seal.ts`. Errors: `seal-broken`.
 */
export interface Sealer {
  /** `[key number, 4 bytes BE][nonce, 12][ciphertext][tag, 16]`: 32 bytes more than `plain`. */
  seal(place: string, plain: Uint8Array): Uint8Array
  open(place: string, sealed: Uint8Array): Uint8Array
}

/** A keyed hash (HMAC-SHA256, first 16 bytes): a name that can be looked up and says nothing without the key. */
export type KeyedHash = (kind: string, text: string | Uint8Array) => Uint8Array

/** What a slice needs of an open account's keys. */
export interface AccountKeys {
  readonly sealer: Sealer
  readonly keyed: KeyedHash
}
/** By the account's local number. Error: `unavailable` where it is not open. */
export type KeysOf = (account: number) => AccountKeys
