/** The limit for imports: JSON.parse, one plain batched insert, one plain FTS5 insert, in this thread. */
import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'

/** The fields that it reads of an export in ChatGPT's form. The file is the generator's own. */
interface Exported {
  mapping: Record<
    string,
    {
      id: string
      parent: string | null
      message: {
        author: { role: string }
        create_time: number | null
        content: { text?: string; parts?: unknown[]; thoughts?: { content: string }[] }
      } | null
    }
  >
  id: string
  title: string | null
}

/** Messages of each transaction. */
const batch = 1000

/** Fills a new database at `path`; answers how many messages it holds. */
export function plainImport(file: string, path: string): number {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.exec(`CREATE TABLE message (rowid INTEGER PRIMARY KEY, id TEXT, conversation TEXT, parent TEXT, role TEXT, time REAL, text TEXT);
    CREATE VIRTUAL TABLE words USING fts5(text)`)
  const insert = db.prepare('INSERT INTO message (id, conversation, parent, role, time, text) VALUES (?, ?, ?, ?, ?, ?)')
  const index = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)')
  const all: Exported[] = JSON.parse(readFileSync(file, 'utf8'))
  let messages = 0
  for (const { mapping, id: conversation } of all) {
    for (const { id, parent, message } of Object.values(mapping)) {
      if (!message) continue
      if (messages++ % batch === 0) {
        if (db.inTransaction) db.exec('COMMIT')
        db.exec('BEGIN')
      }
      const text = textOf(message.content)
      const { lastInsertRowid } = insert.run(id, conversation, parent, message.author.role, message.create_time, text)
      index.run(lastInsertRowid, text)
    }
  }
  if (db.inTransaction) db.exec('COMMIT')
  db.close()
  return messages
}

/** The words that an import finds in it too. */
export const textOf = ({
  text,
  parts,
  thoughts,
}: {
  text?: string
  parts?: unknown[]
  thoughts?: { content: string }[]
}): string =>
  text ??
  (parts ?? []).filter((part) => typeof part === 'string').join('\n') + (thoughts ?? []).map((one) => one.content).join('\n')
