/** The roots that grow from a phrase, the first one and those that succeed it (PROTOCOL.md, Identity and keys). */
import type { KeyObject } from 'node:crypto'
import { VivimError } from '../contract/errors.ts'
import type { Succession } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { didOf, privateKeyOf, publicBytesOf } from '../crypto/ed25519.ts'
import { signSuccession } from '../crypto/grants.ts'
import { deriveSeed, parsePhrase, seedOf } from '../crypto/phrase.ts'
import { digestOf } from '../log/cid.ts'

/** A root of an account. */
export interface RootKey {
  did: Did
  key: KeyObject
  /** What the keychain keeps of it. */
  seed: Uint8Array
}
/** A root as the log knows it: its DID, and the hash of the key that may replace it. */
export interface KnownRoot {
  readonly did: Did
  readonly commits: Uint8Array
}
/** The keys of one account's phrase. */
export interface PhraseKeys {
  /** The `n`-th root: 0 is the account's DID. */
  root(n: number): RootKey
  /** The key that may replace the `n`-th root. */
  successor(n: number): KeyObject
}

/** Errors: `phrase-invalid`, `phrase-mismatch` where the account does not grow from it. */
export function phraseKeys(text: string, account: Did): PhraseKeys {
  const seed = seedOf(parsePhrase(text))
  const keys: PhraseKeys = {
    root(n) {
      const own = deriveSeed(seed, 'root', n)
      const key = privateKeyOf(own)
      return { did: didOf(key), key, seed: own }
    },
    successor: (n) => privateKeyOf(deriveSeed(seed, 'successor', n)),
  }
  if (keys.root(0).did !== account) throw new VivimError('phrase-mismatch')
  return keys
}

/** The hash of a key that may replace a root, as the root commits to it. */
export const commitmentTo = (successor: KeyObject): Uint8Array => digestOf(publicBytesOf(successor))

/** The root that holds now. Error: `phrase-mismatch` where it grows from something else. */
export function presentRoot(keys: PhraseKeys, known: readonly KnownRoot[]): RootKey {
  const root = keys.root(known.length - 1)
  if (root.did !== known.at(-1)?.did)
    throw new VivimError('phrase-mismatch', 'The account’s root was replaced by a key that does not grow from these words.')
  return root
}

/**
 * The statement by which the phrase's next root replaces the last of `known`, whose chain ends at `last`; `devices` are those
 * that stay. Error: `phrase-mismatch` where that one had committed to another key.
 */
export function successionBy(
  keys: PhraseKeys,
  known: readonly KnownRoot[],
  { account, last, devices }: { account: Did; last: { seq: number; id: Uint8Array }; devices: readonly Did[] },
): { statement: Succession; root: RootKey } {
  const ends = known.at(-1)
  const successor = keys.successor(known.length - 1)
  if (!ends || Buffer.compare(ends.commits, commitmentTo(successor)) !== 0)
    throw new VivimError('phrase-mismatch', 'The account’s root names another successor than these words do.')
  const root = keys.root(known.length)
  const statement = signSuccession(
    {
      account,
      replaces: ends.did,
      seq: last.seq,
      id: last.id,
      root: root.did,
      successor: publicBytesOf(successor),
      next: commitmentTo(keys.successor(known.length)),
      devices: [...devices],
    },
    successor,
  )
  return { statement, root }
}
