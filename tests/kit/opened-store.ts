/**
 * A store as somebody sees it who has both its files and its keys: every sealed column of every table, opened. For tests
 * of what is still there, so authentication is left aside: whatever decrypts is shown.
 */
import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { systemRandom } from '../../node-core/adapters/clock.ts'
import { openFileKeychain } from '../../node-core/adapters/keychain-file/keychain.ts'
import { did as didType } from '../../node-core/contract/api/fields.ts'
import { passphraseBytes } from '../../node-core/crypto/passphrase.ts'
import { decodeBundle, entryOf } from '../../node-core/identity/bundle.ts'
import { type DataKeyRow, openDataKeys } from '../../node-core/identity/data-keys.ts'

export interface OpenedCell {
  readonly table: string
  readonly column: string
  readonly row: Readonly<Record<string, unknown>>
  readonly sealed: Uint8Array
  readonly plain: Uint8Array
}

/** A read-only connection beside a node that runs or not. */
export const lookInto = (data: string): Database.Database =>
  new Database(join(data, 'store.db'), { readonly: true, fileMustExist: true })

/** Tables with their columns, as the store has them; columns that are computed from others count too. */
export const columnsOf = (db: Database.Database): { table: string; column: string; type: string }[] =>
  db
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all()
    .flatMap(({ name: table }) =>
      (db.pragma(`table_xinfo(${table})`) as { name: string; type: string }[]).map(({ name: column, type }) => ({
        table,
        column,
        type,
      })),
    )

/** Opens what an account's store and search keys open, by the passphrase file. The node does not run. */
export async function openedStore(data: string, passphraseFile: string): Promise<OpenedCell[]> {
  const passphrase = passphraseBytes(await readFile(passphraseFile, 'utf8'))
  const keychain = await openFileKeychain({ directory: data, passphrase, random: systemRandom })
  const db = lookInto(data)
  try {
    const cells: OpenedCell[] = []
    for (const { id, did, device } of db
      .prepare<[], { id: number; did: string; device: string }>('SELECT id, did, device FROM account')
      .all()) {
      const account = didType.parse(did)
      const stored = await keychain.get(entryOf(didType.parse(device)))
      if (!stored) throw new Error(`the keychain holds nothing for ${did}`)
      const rows = db
        .prepare<[number], DataKeyRow>('SELECT kind, number, by_keychain, by_recovery, sealed FROM data_key WHERE account = ?')
        .all(id)
      const keys = openDataKeys(account, rows, createSecretKey(decodeBundle(stored).kek))
      for (const { table, column, type } of columnsOf(db)) {
        if (type !== 'BLOB' || table === 'data_key' || table === 'account') continue
        const { keys: fitting } = table === 'search_block' ? keys.search : keys.store
        for (const row of db.prepare<[number], Record<string, unknown>>(`SELECT * FROM ${table} WHERE account = ?`).iterate(id)) {
          const sealed = row[column]
          const plain = sealed instanceof Uint8Array ? decrypt(sealed, fitting) : undefined
          if (sealed instanceof Uint8Array && plain) cells.push({ table, column, row, sealed, plain })
        }
      }
    }
    return cells
  } finally {
    db.close()
  }
}

/** What the bytes hold if they are sealed with one of the keys; decompressed where they are compressed. */
function decrypt(sealed: Uint8Array, keys: ReadonlyMap<number, KeyObject>): Uint8Array | undefined {
  if (sealed.length < 4 + 12 + 16) return undefined
  const key = keys.get(Buffer.from(sealed).readUInt32BE(0))
  if (!key) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(4, 16))
  const plain = decipher.update(sealed.subarray(16, -16))
  if (plain[0] !== 1) return plain
  try {
    return zstdDecompressSync(plain.subarray(1))
  } catch {
    return plain
  }
}
