/** The limit for searching: plain FTS5 over the text of an export, kept for the next run. */
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import { benchFolder, exists, type GeneratedExport } from './exports.ts'
import { say } from './figures.ts'
import { plainImport } from './plain-import.ts'

export interface Fts5 {
  readonly db: Database.Database
  /** The best by bm25, with snippets. */
  find(match: string, most: number): readonly { rowid: number; snippet: string }[]
  /** Bytes of the index alone, without the text that it keeps for its snippets. */
  bytes(): number
}

export async function openFts5(file: GeneratedExport): Promise<Fts5> {
  const path = join(benchFolder, `fts5-${basename(file.path, '.json')}.db`)
  if (!(await exists(path))) {
    say(`Indexing ${file.messages} messages with FTS5 …`)
    const fresh = join(benchFolder, `fts5-fresh-${process.pid}.db`)
    await rm(fresh, { force: true })
    plainImport(file.path, fresh)
    await rename(fresh, path)
  }
  const db = new Database(path)
  const select = db.prepare<[string, number], { rowid: number; snippet: string }>(
    `SELECT rowid, snippet(words, 0, '<b>', '</b>', '…', 24) AS snippet FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?`,
  )
  const size = db.prepare<[], { bytes: number }>(
    `SELECT sum(pgsize) AS bytes FROM dbstat WHERE name IN ('words_data', 'words_idx', 'words_docsize', 'words_config')`,
  )
  return {
    db,
    find: (match, most) => select.all(match, most),
    bytes: () => size.get()?.bytes ?? Number.NaN,
  }
}
