/** The limit for taking in a log: each event’s signature, plain durable inserts, and the index of its words, one after the other in this thread. */
import { createSecretKey, randomBytes } from 'node:crypto'
import Database from 'better-sqlite3'
import { AesSealer } from '../../../node-core/crypto/seal.ts'
import { textIn } from '../../../node-core/library/notes.ts'
import type { Incoming } from '../../../node-core/log/accept-check.ts'
import { valueIn } from '../../../node-core/log/chunk.ts'
import { parseEnvelope, verifyEnvelope } from '../../../node-core/log/envelope.ts'
import type { SearchDocument } from '../../../node-core/ports/documents.ts'
import { prepareSegment } from '../../../node-core/search/prepare.ts'

/** Events of each transaction. */
const batch = 256

export function plainSync(path: string) {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(`CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB, device INTEGER, seq INTEGER, type TEXT, envelope BLOB);
    CREATE TABLE chunk (id INTEGER PRIMARY KEY, digest BLOB, sealed BLOB);
    CREATE TABLE block (id INTEGER PRIMARY KEY, sealed BLOB)`)
  const event = db.prepare('INSERT INTO event (id, device, seq, type, envelope) VALUES (?, 1, ?, ?, ?)')
  const chunk = db.prepare('INSERT INTO chunk (digest, sealed) VALUES (?, ?)')
  const block = db.prepare('INSERT INTO block (sealed) VALUES (?)')
  const sealer = AesSealer.from({ current: 1, keys: new Map([[1, createSecretKey(randomBytes(32))]]) }, randomBytes)
  let conversation = 0
  return {
    /** Takes in events; answers how many. */
    take(events: readonly Incoming[]): number {
      for (let from = 0; from < events.length; from += batch) {
        const documents: SearchDocument[] = []
        db.exec('BEGIN')
        for (const { envelope: bytes, chunks } of events.slice(from, from + batch)) {
          const signed = parseEnvelope(bytes)
          if (!verifyEnvelope(signed)) throw new Error('a signature does not hold')
          const { seq, type } = signed.envelope
          event.run(signed.id, seq, type, bytes)
          for (const [part, one] of chunks.entries()) {
            if (!one) continue
            chunk.run(signed.envelope.chunks[part], one)
            const text = wordsOf(type, valueIn(one))
            if (text !== undefined) documents.push({ ...documentOf(++conversation), text })
          }
        }
        if (documents.length > 0)
          for (const { sealed } of prepareSegment(documents, sealer, randomBytes, 1).blocks) block.run(sealed)
        db.exec('COMMIT')
      }
      return events.length
    },
    close: () => void db.close(),
  }
}

const documentOf = (conversation: number): Omit<SearchDocument, 'text'> => ({ conversation, ordinal: 0, role: 0, time: 1 })

function wordsOf(type: string, value: unknown): string | undefined {
  if (type === 'library.note-written') return textIn((value as { update: Uint8Array }).update)
  if (type !== 'library.conversations-imported') return undefined
  const [, said] = value as [unknown, { messages: { parts: { text: string }[] }[] }]
  return said.messages.map(({ parts }) => parts.map(({ text }) => text).join(' ')).join(' ')
}
