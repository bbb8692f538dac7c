/**
 * What a person typed, as clauses. Words that all must match, "phrases", `word*`, `-without`. Anything is a query:
 * what makes no sense is read as words.
 */
import { classOf, ideograph, lookUp } from './fold.ts'
import { Tokenizer } from './tokenize.ts'

/** A folded word. */
export interface Word {
  kind: 'word'
  term: string
  /** Whether longer words that begin with it match too. */
  prefix: boolean
  /** How many slips of typing are forgiven where the word itself is found too seldom. */
  typos: number
}
/** Words behind one another; `offset` is each one's distance from the first. */
export interface Phrase {
  kind: 'phrase'
  parts: { term: string; offset: number; prefix: boolean }[]
}
export type Clause = Word | Phrase

export interface Query {
  /** All must match. None: nothing matches. */
  required: Clause[]
  /** None may match. */
  excluded: Clause[]
}

/** Longer questions are cut; nobody types them. */
const textLimit = 2000
const clauseLimit = 32
const tokenizer = new Tokenizer()
const quotes = '"“”„«»'
const piecePattern = new RegExp(`(-?)[${quotes}]([^${quotes}]*)([${quotes}]?)|([^\\s${quotes}]+)`, 'gu')

/** `lastIsPrefix`: the word at the very end is still being typed. Never throws. */
export function parseQuery(text: string, { lastIsPrefix = false }: { lastIsPrefix?: boolean } = {}): Query {
  const query: Query = { required: [], excluded: [] }
  const seen = new Set<string>()
  const asked = text.slice(0, textLimit)
  const typing = lastIsPrefix && asked.length === text.length
  for (const match of asked.matchAll(piecePattern)) {
    const atEnd = typing && match.index + match[0].length === asked.length
    const [, minus = '', quoted = '', closing = ''] = match
    const bare = match[4]
    let clause: Clause | undefined
    let without = minus === '-'
    if (bare === undefined) clause = read(quoted, atEnd && closing === '', false)
    else {
      without = bare.length > 1 && bare.startsWith('-')
      const star = bare.endsWith('*')
      clause = read(bare, star || (atEnd && !without), !star && !without)
    }
    if (!clause) continue
    const key = JSON.stringify([without, clause])
    if (seen.has(key) || seen.size >= clauseLimit) continue
    seen.add(key)
    query[without ? 'excluded' : 'required'].push(clause)
  }
  return query
}

function read(text: string, prefix: boolean, typos: boolean): Clause | undefined {
  const parts: Phrase['parts'] = []
  tokenizer.open(text, true)
  const decoder = new TextDecoder()
  for (let count = tokenizer.fill(); count > 0; count = tokenizer.fill()) {
    for (let i = 0; i < count; i++) {
      const term = decoder.decode(tokenizer.bytes.subarray(tokenizer.from[i], tokenizer.to[i]))
      const alone = isIdeograph(term)
      parts.push({ term, offset: tokenizer.position[i] ?? 0, prefix: alone })
    }
  }
  const last = parts.at(-1)
  const first = parts[0]
  if (!last || !first) return undefined
  if (prefix) last.prefix = true
  if (parts.length > 1) return { kind: 'phrase', parts }
  return { kind: 'word', term: first.term, prefix: first.prefix, typos: typos ? allowedTypos(first.term) : 0 }
}

/** One slip from four letters on, two from eight; none in numbers, where each digit tells, nor in emoji. */
export function allowedTypos(term: string): number {
  const letters = [...term].length
  return letters < 4 || !/\p{L}/u.test(term) || /\p{N}/u.test(term) ? 0 : letters < 8 ? 1 : 2
}

/** Whether a term is one character of a script that is indexed by pairs: then it stands for all pairs that it begins. */
export function isIdeograph(term: string): boolean {
  const codePoint = term.codePointAt(0) ?? 0
  return term.length === (codePoint > 0xffff ? 2 : 1) && classOf(lookUp(codePoint)) === ideograph
}
