/** What a person decided of the node's own backups, kept beside the store. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../adapters/durable-file.ts'
import { backupEvery, backupKeep } from '../contract/api/backups.ts'
import type { BackupPlan, BackupStanding } from './schedule.ts'

const stored = z.object({
  folder: z.string().nullable(),
  every: backupEvery,
  keep: backupKeep,
  last: z.object({ path: z.string(), kind: z.enum(['whole', 'increment']), bytes: z.int(), created: z.int() }).nullable(),
})
type Stored = z.output<typeof stored>

/** Until a person decides: none; and once they name a folder, one a day. */
const usual: Stored = { folder: null, every: 24, keep: 3, last: null }
const fileIn = (dataDirectory: string): string => join(dataDirectory, 'backups.json')

/** The usual where there is none, or none that can be read. */
export async function readPlan(dataDirectory: string): Promise<{ plan: BackupPlan; last: BackupStanding['last'] }> {
  const text = await readFile(fileIn(dataDirectory), 'utf8').catch(() => undefined)
  const { last, ...plan } = text === undefined ? usual : parse(text)
  return { plan, last }
}

function parse(text: string): Stored {
  try {
    return stored.parse(JSON.parse(text))
  } catch {
    return usual
  }
}

/** Error: `storage-full`. */
export const keepPlan = (dataDirectory: string, { folder, every, keep, last }: Stored): Promise<void> =>
  replaceFile(fileIn(dataDirectory), Buffer.from(`${JSON.stringify({ folder, every, keep, last }, null, 2)}\n`))
