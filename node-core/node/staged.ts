/** Files that wait to be imported: what they take, and which of them nobody waits for any more. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { importsIn } from '../imports/records.ts'
import { sweep } from '../imports/staging.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'

/** Removes what no import of these accounts can go on with. */
export async function sweepStaged(
  reader: Reader,
  directory: string,
  accounts: readonly { id: number }[],
  keysOf: KeysOf,
): Promise<void> {
  const staged = new Set<string>()
  for (const { id } of accounts) {
    for (const record of await importsIn(reader, id, keysOf(id), [
      'waiting',
      'checking',
      'importing',
      'interrupted',
      'cancelled',
    ]))
      staged.add(record.staged)
  }
  await sweep(directory, staged)
}

/** Bytes of an account's on disk. */
export async function stagedBytes(reader: Reader, directory: string, account: number): Promise<number> {
  const rows = await reader.all<{ staged: string }>("SELECT staged FROM import WHERE account = ? AND staged <> ''", [account])
  const sizes = await Promise.all(
    rows.map(async ({ staged }) => (await stat(join(directory, staged)).catch(() => ({ size: 0 }))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
