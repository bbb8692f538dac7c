/** What notes take in a store's log and their own rows, and whether they have been compacted. */
import { lookInto } from '../../kit/opened-store.ts'

export interface NoteSize {
  /** Events that say what was written. */
  events: number
  /** Bytes of all events of notes, of the parts that are still there, and of the notes' rows. */
  bytes: number
  compacted: boolean
}

export function noteSize(data: string): NoteSize {
  const db = lookInto(data)
  const number = (sql: string): number => Number(db.prepare<[], { n: number | null }>(sql).get()?.n ?? 0)
  try {
    const of = "e.type LIKE 'library.note-%'"
    return {
      events: number("SELECT count(*) AS n FROM event e WHERE e.type = 'library.note-written'"),
      bytes:
        number(`SELECT sum(length(e.envelope)) AS n FROM event e WHERE ${of}`) +
        number(
          `SELECT sum(length(k.sealed)) AS n FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position WHERE ${of}`,
        ) +
        number('SELECT sum(length(sealed)) AS n FROM note'),
      compacted: number("SELECT count(*) AS n FROM event e WHERE e.type = 'library.note-compacted'") > 0,
    }
  } finally {
    db.close()
  }
}
