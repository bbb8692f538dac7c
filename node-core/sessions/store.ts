/** Where sessions rest: one row each, the name that a person's browser gave itself sealed. */
import { z } from 'zod'
import { type PublicKey, publicKey } from '../contract/api/auth.ts'
import { isVivimError } from '../contract/errors.ts'
import { type Did, fromBase32, toBase32 } from '../contract/ids.ts'
import { type Capability, capabilities, type SessionId } from '../contract/method.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Transactor } from '../ports/storage.ts'
import type { Family } from './device-proofs.ts'

/**
 * `session`: who is signed in, by a link (then `key` renews it) or as a device (then `family`, sealed, and `turn` tell its
 * refresh tokens). Numbers, public keys, and a sealed name.
 */
export const sessionsMigration = `
CREATE TABLE session (
  account INTEGER NOT NULL REFERENCES account(id),
  id BLOB NOT NULL,
  created INTEGER NOT NULL,
  used INTEGER NOT NULL,
  capabilities INTEGER NOT NULL,
  key TEXT,
  name BLOB,
  device TEXT,
  family BLOB,
  turn INTEGER,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
`

export interface SessionRecord {
  readonly id: SessionId
  readonly account: Did
  readonly name: string | null
  readonly created: number
  /** Milliseconds since 1970 of the last renewal. */
  used: number
  readonly capabilities: readonly Capability[]
  /** Absent, where it is no device's either: the session ends with its first token. */
  readonly key: PublicKey | undefined
  /** The device that proved itself. */
  readonly device?: { readonly did: Did; readonly family: Family }
}

/** What sessions need of the store. */
export interface SessionStore {
  /** Those of open accounts. */
  all(): Promise<SessionRecord[]>
  put(record: SessionRecord): Promise<void>
  touch(record: SessionRecord): Promise<void>
  delete(records: readonly SessionRecord[]): Promise<void>
}

interface Row {
  did: Did
  id: Uint8Array
  created: number
  used: number
  capabilities: number
  key: string | null
  name: Uint8Array | null
  device: Did | null
  family: Uint8Array | null
  turn: number | null
}
const bitsOf = (list: readonly Capability[]): number => list.reduce((bits, one) => bits | (1 << capabilities.indexOf(one)), 0)
const listOf = (bits: number): Capability[] => capabilities.filter((_, index) => bits & (1 << index))
const storedKey = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(publicKey)
const accountOf = '(SELECT id FROM account WHERE did = ?)'

/** Sessions in the store's table; `sealerOf` gives the sealer of an account's data key. */
export function createSessionStore({
  storage,
  sealerOf,
}: {
  storage: Transactor
  sealerOf: (account: Did) => Sealer
}): SessionStore {
  const place = (id: SessionId) => `session/${id}/name`
  const familyPlace = (id: SessionId) => `session/${id}/family`
  const change = async (sql: string, rows: readonly (readonly (null | number | string | Uint8Array)[])[]) => {
    await storage.transaction(async (tx) => {
      for (const row of rows) await tx.run(sql, row)
    })
  }
  /** Undefined where the account is closed, its keys missing, or the row damaged: nobody is signed in by what cannot be read. */
  const read = (row: Row): SessionRecord | undefined => {
    const { did: account, created, used, capabilities: bits } = row
    const id = toBase32(row.id) as SessionId
    try {
      const name = row.name && Buffer.from(sealerOf(account).open(place(id), row.name)).toString()
      const key = row.key === null ? undefined : storedKey.parse(row.key)
      const record = { id, account, name, created, used, capabilities: listOf(bits), key }
      if (row.device === null || !row.family || row.turn === null) return record
      const family = { secret: sealerOf(account).open(familyPlace(id), row.family), turn: row.turn }
      return { ...record, device: { did: row.device, family } }
    } catch (error) {
      if (isVivimError(error, 'unavailable', 'seal-broken')) return undefined
      throw error
    }
  }
  return {
    async all() {
      const rows = await storage.all<Row>(
        'SELECT a.did, s.id, s.created, s.used, s.capabilities, s.key, s.name, s.device, s.family, s.turn FROM session s JOIN account a ON a.id = s.account',
      )
      return rows.flatMap((row) => read(row) ?? [])
    },
    async put({ id, account, name, created, used, capabilities: list, key, device }) {
      if (!key && !device) return
      const sealed = name === null ? null : sealerOf(account).seal(place(id), Buffer.from(name))
      await change(
        `INSERT INTO session (account, id, created, used, capabilities, key, name, device, family, turn)
          VALUES (${accountOf}, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          [
            ...[account, fromBase32(id), created, used, bitsOf(list), key ? JSON.stringify(key) : null, sealed],
            device?.did ?? null,
            device ? sealerOf(account).seal(familyPlace(id), device.family.secret) : null,
            device?.family.turn ?? null,
          ],
        ],
      )
    },
    async touch({ id, account, used, device }) {
      await change(`UPDATE session SET used = ?, turn = ? WHERE account = ${accountOf} AND id = ?`, [
        [used, device?.family.turn ?? null, account, fromBase32(id)],
      ])
    },
    async delete(records) {
      const kept = records.filter((record) => record.key ?? record.device)
      if (kept.length === 0) return
      await change(
        `DELETE FROM session WHERE account = ${accountOf} AND id = ?`,
        kept.map(({ id, account }) => [account, fromBase32(id)]),
      )
    },
  }
}
