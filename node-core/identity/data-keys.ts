/** Data keys of an account: random, numbered, wrapped by the keychain's key and for the recovery key. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { hpkeOpen, hpkeSeal } from '../crypto/hpke.ts'
import { SEALS_PER_KEY, type SealerKeys } from '../crypto/seal.ts'
import { unwrapKey, wrapKey } from '../crypto/wrap.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { Query } from '../ports/storage.ts'

export const dataKeyKinds = ['store', 'search', 'blobs', 'names'] as const
export type DataKeyKind = (typeof dataKeyKinds)[number]
export interface DataKeyRow {
  kind: DataKeyKind
  number: number
  by_keychain: Uint8Array
  by_recovery: Uint8Array
  sealed: number
}

/** Seals after which the next key begins: half of what a key may seal, so that counts lost in a crash do not matter. */
export const ROTATE_AT = SEALS_PER_KEY / 2

const placeOf = (did: Did, kind: DataKeyKind, number: number): string => `data_key/${did}/${kind}/${number}`

/** Makes one more key of a kind; the row to insert holds it wrapped twice. */
export async function newDataKey(
  to: { account: number; did: Did; kek: KeyObject; recovery: Uint8Array },
  kind: DataKeyKind,
  number: number,
  random: RandomBytes,
): Promise<{ key: KeyObject; insert: Query }> {
  const bytes = random(32)
  const place = placeOf(to.did, kind, number)
  const row = [
    to.account,
    kind,
    number,
    wrapKey(to.kek, place, bytes, random),
    await hpkeSeal('data-key', place, bytes, to.recovery),
  ]
  return {
    key: createSecretKey(bytes),
    insert: {
      sql: 'INSERT INTO data_key (account, kind, number, by_keychain, by_recovery) VALUES (?, ?, ?, ?, ?)',
      parameters: row,
    },
  }
}

/** All keys of an account by kind, opened with the keychain's key. Error: `seal-broken`. */
export function openDataKeys(did: Did, rows: readonly DataKeyRow[], kek: KeyObject): Record<DataKeyKind, SealerKeys> {
  return byKind(rows.map((row) => ({ row, key: unwrapKey(kek, placeOf(did, row.kind, row.number), row.by_keychain) })))
}

/** The same with the phrase's recovery key, and the statements that wrap each for a new keychain key. Error: `seal-broken`. */
export async function recoverDataKeys(
  to: { account: number; did: Did; kek: KeyObject },
  rows: readonly DataKeyRow[],
  recoveryKey: Uint8Array,
  random: RandomBytes,
): Promise<{ keys: Record<DataKeyKind, SealerKeys>; rewrap: Query[] }> {
  const opened = await Promise.all(
    rows.map(async (row) => ({
      row,
      key: await hpkeOpen('data-key', placeOf(to.did, row.kind, row.number), row.by_recovery, recoveryKey),
    })),
  )
  return {
    keys: byKind(opened),
    rewrap: opened.map(({ row, key }) => ({
      sql: 'UPDATE data_key SET by_keychain = ? WHERE account = ? AND kind = ? AND number = ?',
      parameters: [wrapKey(to.kek, placeOf(to.did, row.kind, row.number), key, random), to.account, row.kind, row.number],
    })),
  }
}

function byKind(opened: readonly { row: DataKeyRow; key: Uint8Array }[]): Record<DataKeyKind, SealerKeys> {
  const keysOf = (kind: DataKeyKind): SealerKeys => {
    const own = opened.filter(({ row }) => row.kind === kind)
    if (own.length === 0) throw new VivimError('storage-corrupt', `The store’s header has no “${kind}” key.`)
    return {
      current: Math.max(...own.map(({ row }) => row.number)),
      keys: new Map(own.map(({ row, key }) => [row.number, createSecretKey(key)])),
    }
  }
  return { store: keysOf('store'), search: keysOf('search'), blobs: keysOf('blobs'), names: keysOf('names') }
}
