/** Files that conversations use and that are not here, with the pieces that have come of each: for those who fetch them. */
import type { BlobId } from '../contract/ids.ts'
import type { AwaitedFile, AwaitedFiles, FilePieces } from '../ports/awaited-files.ts'
import type { AccountKeys, KeysOf } from '../ports/sealer.ts'
import type { Query, Reader } from '../ports/storage.ts'
import { usersOf } from './blob-uses.ts'
import { awaitedPlace, blobName } from './blobs-awaited.ts'
import { openCell, sealCell } from './cells.ts'

export interface AwaitedFileParts {
  reader: Reader
  keysOf: KeysOf
  writer: {
    write(queries: readonly Query[]): Promise<void>
    arrived(account: number, blobs: readonly string[]): Promise<void>
  }
}
interface Row {
  name: Uint8Array
  sealed: Uint8Array
  pieces: Uint8Array | null
}
// a rebuild awaits everything until it has met the tombstones
const settled =
  'NOT EXISTS (SELECT 1 FROM projection p WHERE p.account = a.account AND (p.position IS NOT NULL OR p.version = 0))'
const select = `SELECT a.name, a.sealed, a.pieces FROM blob_awaited a WHERE a.account = ? AND a.name > ? AND ${settled} ORDER BY a.name LIMIT ?`
const selectOne = `SELECT a.name, a.sealed, a.pieces FROM blob_awaited a WHERE a.account = ? AND a.name = ?`
const count = 'SELECT count(*) AS count FROM (SELECT 1 FROM blob_awaited WHERE account = ? LIMIT 1000)'

export function awaitedFiles({ reader, keysOf, writer }: AwaitedFileParts): AwaitedFiles {
  return {
    async list(account, after, limit) {
      return (await reader.all<Row>(select, [account, after, limit])).map((row) => fileOf(account, keysOf(account), row))
    },
    count: async (account) => (await reader.get<{ count: number }>(count, [account]))?.count ?? 0,
    async get(account, id) {
      const keys = keysOf(account)
      const row = await reader.get<Row>(selectOne, [account, blobName(keys, id)])
      return row && fileOf(account, keys, row)
    },
    isUsed: async (account, id) => (await usersOf(reader, account, keysOf(account), id)).length > 0,
    async keep(account, id, pieces) {
      const keys = keysOf(account)
      const name = blobName(keys, id)
      const sealed = pieces ? sealCell(keys, awaitedPlace(account, name, 'pieces'), pieces) : null
      await writer.write([
        { sql: 'UPDATE blob_awaited SET pieces = ? WHERE account = ? AND name = ?', parameters: [sealed, account, name] },
      ])
    },
    arrived: (account, ids) => writer.arrived(account, ids),
  }
}

function fileOf(account: number, keys: AccountKeys, { name, sealed, pieces }: Row): AwaitedFile {
  const { id } = openCell<{ id: BlobId }>(keys, awaitedPlace(account, name, 'sealed'), sealed)
  return { name, id, pieces: pieces ? openCell<FilePieces>(keys, awaitedPlace(account, name, 'pieces'), pieces) : undefined }
}
