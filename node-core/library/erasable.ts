/** What of undone imports may be erased: chunks that no import that still counts brought or held. */
import type { Reader } from '../ports/storage.ts'

/** Imports undone before a time and not erased yet, with the digests of their chunks. */
export async function erasableImports(reader: Reader, account: number, before: number): Promise<{ import: Uint8Array; chunks: Uint8Array[] }[]> {
  const undone = await reader.all<{ import: Uint8Array }>('SELECT import FROM undone_import WHERE account = ? AND erased = 0 AND milliseconds < ?', [account, before])
  return Promise.all(undone.map(async ({ import: importId }) => {
    const rows = await reader.all<{ digest: Uint8Array }>(
      `SELECT k.digest FROM contribution c JOIN chunk k ON k.id = c.chunk WHERE c.account = ? AND c.import = ? AND k.sealed IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM vouch v WHERE v.account = c.account AND v.conversation = c.conversation AND v.n = c.n
         AND NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = v.account AND u.import = v.import))`, [account, importId])
    return { import: importId, chunks: rows.map((row) => row.digest) }
  }))
}
