/** The open accounts of a thread: their keys in memory, and what signs and seals with them. */
import type { KeyObject } from 'node:crypto'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { AesSealer, keyedHash, type SealerKeys } from '../crypto/seal.ts'
import type { Signer } from '../log/append.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { AccountKeys, KeysOf, Sealer } from '../ports/sealer.ts'

/** An account's keys as they travel between threads of this process, and nowhere else. */
export interface OpenAccount {
  readonly id: number
  readonly did: Did
  readonly device: Did
  readonly deviceKey: KeyObject
  readonly store: SealerKeys
  readonly search: SealerKeys
  readonly blobs: SealerKeys
  /** Keyed hashes of names. */
  readonly names: KeyObject
}

interface Open extends AccountKeys {
  readonly account: OpenAccount
  readonly sealer: AesSealer
  readonly search: AesSealer
  readonly signer: Signer
}

export interface Keyring {
  /** Opens an account here, or gives it newer data keys. */
  open(account: OpenAccount): void
  readonly accounts: readonly OpenAccount[]
  /** By local number or DID. Error: `unavailable`. */
  get(account: number | Did): OpenAccount
  signer(account: number): Signer | undefined
  readonly keysOf: KeysOf
  searchSealer(account: number): Sealer
  /** Seals made since the last call, by account and kind, for counting against the keys' limit. */
  takeUsed(): { account: number; kind: 'store' | 'search'; number: number; seals: number }[]
}

export function createKeyring(random: RandomBytes): Keyring {
  const open = new Map<number, Open>()
  const counted = new Map<AesSealer, number>()
  const find = (account: number): Open => {
    const found = open.get(account)
    if (!found) throw new VivimError('unavailable', 'The account is not open.')
    return found
  }
  return {
    open(account) {
      const sealer = AesSealer.from(account.store, random)
      open.set(account.id, {
        account,
        sealer,
        keyed: keyedHash(account.names),
        search: AesSealer.from(account.search, random),
        signer: { did: account.device, key: account.deviceKey, sealer },
      })
    },
    get accounts() {
      return [...open.values()].map((one) => one.account)
    },
    get(account) {
      if (typeof account === 'number') return find(account).account
      const found = [...open.values()].find((one) => one.account.did === account)
      if (!found) throw new VivimError('unavailable', 'The account is not open.')
      return found.account
    },
    signer: (account) => open.get(account)?.signer,
    keysOf: find,
    searchSealer: (account) => find(account).search,
    takeUsed() {
      return [...open.values()].flatMap(({ account, sealer, search }) =>
        (
          [
            ['store', sealer, account.store],
            ['search', search, account.search],
          ] as const
        )
          .map(([kind, one, keys]) => {
            const seals = one.used - (counted.get(one) ?? 0)
            counted.set(one, one.used)
            return { account: account.id, kind, number: keys.current, seals }
          })
          .filter((one) => one.seals > 0),
      )
    },
  }
}
