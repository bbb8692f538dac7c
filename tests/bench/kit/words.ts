/** What people type into a search box, drawn from the text that is searched. */
import type Database from 'better-sqlite3'
import { chanceOf } from './chance.ts'

export const kinds = ['one', 'two', 'phrase', 'prefix'] as const
export type Kind = (typeof kinds)[number]

export interface Query {
  kind: Kind
  /** As our search box takes it. */
  q: string
  /** Whether its last word is unfinished. */
  prefix: boolean
  /** As FTS5 takes it. */
  match: string
}

/** Plain words of two letters or more; what the two indexes take for a word is the same for these. */
const plain = /^[a-z]{2,}$/
const frequencies = ['common', 'middling', 'rare'] as const

/** Draws queries from a database that {@link plainImport} has filled; the same for the same seed. */
export function queriesOf(db: Database.Database, seed: number): (kind: Kind) => Query {
  const chance = chanceOf(seed)
  const pick = <T>(all: readonly T[]): T => {
    const one = all[Math.floor(chance() * all.length)]
    if (one === undefined) throw new RangeError('There is nothing to draw from.')
    return one
  }
  const words = wordsByFrequency(db)
  const { last } = db.prepare<[], { last: number }>('SELECT max(rowid) AS last FROM message').get() ?? { last: 0 }
  const text = db.prepare<[number], { text: string }>('SELECT text FROM message WHERE rowid = ?')
  let asked = 0
  /** Two words that stand side by side in some message. */
  function pair(): [string, string] {
    for (;;) {
      const all = (text.get(1 + Math.floor(chance() * last))?.text ?? '').split(/\s+/)
      const at = Math.floor(chance() * (all.length - 1))
      const [first = '', second = ''] = [all[at], all[at + 1]]
      if (plain.test(first) && plain.test(second)) return [first, second]
    }
  }
  return (kind) => {
    const frequency = frequencies[asked++ % frequencies.length] ?? 'common'
    if (kind === 'one') {
      const word = pick(words[frequency])
      return { kind, q: word, prefix: false, match: `"${word}"` }
    }
    if (kind === 'two') {
      const pair = [pick(words.common), pick(words[frequency])]
      return { kind, q: pair.join(' '), prefix: false, match: pair.map((word) => `"${word}"`).join(' ') }
    }
    if (kind === 'phrase') {
      const phrase = `"${pair().join(' ')}"`
      return { kind, q: phrase, prefix: false, match: phrase }
    }
    const start = pair()[0].slice(0, 2)
    return { kind, q: start, prefix: true, match: `"${start}"*` }
  }
}

/** Common: in 2 to 20 % of the messages; middling: in 0.1 to 2 %; rare: in fewer, but in two at least. */
function wordsByFrequency(db: Database.Database): Record<(typeof frequencies)[number], string[]> {
  const { total } = db.prepare<[], { total: number }>('SELECT count(*) AS total FROM message').get() ?? { total: 0 }
  db.exec("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'words', 'row')")
  const between = db.prepare<[number, number], { term: string }>(
    'SELECT term FROM temp.vocabulary WHERE doc >= ? AND doc < ? ORDER BY term',
  )
  const from = (least: number, most: number) =>
    between
      .all(Math.max(2, least * total), most * total)
      .map(({ term }) => term)
      .filter((term) => plain.test(term))
  return { common: from(0.02, 0.2), middling: from(0.001, 0.02), rare: from(0, 0.001) }
}
