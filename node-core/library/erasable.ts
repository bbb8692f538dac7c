/** What of undone imports may be erased: chunks that no import that still counts brought or held. */
import type { Reader } from '../ports/storage.ts'

/** Holds for an import (the column named) that was undone before a time and may be erased. */
const isPast = (column: string): string =>
  `EXISTS (SELECT 1 FROM undone_import p WHERE p.account = c.account AND p.import = ${column} AND p.milliseconds < ?)`
const selectChunks = `SELECT k.digest FROM contribution c JOIN chunk k ON k.id = c.chunk WHERE c.account = ? AND k.sealed IS NOT NULL
  AND (c.import = ? OR EXISTS (SELECT 1 FROM vouch o WHERE o.account = c.account AND o.conversation = c.conversation AND o.n = c.n AND o.import = ?))
  AND ${isPast('c.import')}
  AND NOT EXISTS (SELECT 1 FROM vouch v WHERE v.account = c.account AND v.conversation = c.conversation AND v.n = c.n AND NOT ${isPast('v.import')})`

/** Imports undone before a time and not erased yet, with the digests of their chunks. */
export async function erasableImports(
  reader: Reader,
  account: number,
  before: number,
): Promise<{ import: Uint8Array; chunks: Uint8Array[] }[]> {
  const undone = await reader.all<{ import: Uint8Array }>(
    'SELECT import FROM undone_import WHERE account = ? AND erased = 0 AND milliseconds < ?',
    [account, before],
  )
  const found: { import: Uint8Array; chunks: Uint8Array[] }[] = []
  for (const { import: importId } of undone) {
    const rows = await reader.all<{ digest: Uint8Array }>(selectChunks, [account, importId, importId, before, before])
    found.push({ import: importId, chunks: rows.map((row) => row.digest) })
  }
  return found
}
