/** The limit for appends: one signature and one plain insert, made durable, each. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import Database from 'better-sqlite3'

/** What an event's envelope and its one small part weigh. */
const bytes = { envelope: 430, part: 200 } as const

/** A table at `path`; answers what adds one row to it. */
export function plainAppends(path: string): { append(): void; close(): void } {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB, signature BLOB, envelope BLOB, part BLOB)')
  const insert = db.prepare('INSERT INTO event (id, signature, envelope, part) VALUES (?, ?, ?, ?)')
  const { privateKey } = generateKeyPairSync('ed25519')
  const [id, envelope, part] = [randomBytes(32), randomBytes(bytes.envelope), randomBytes(bytes.part)]
  return {
    append: () => void insert.run(id, sign(null, envelope, privateKey), envelope, part),
    close: () => void db.close(),
  }
}
