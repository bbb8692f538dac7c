// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** Where a query's clauses stand in a text, as the index would have found them there. */
import { distance } from './distance.ts'
import { type Clause, isIdeograph, type Query } from './query.ts'
import { Tokenizer, termHash } from './tokenize.ts'

/** The UTF-16 range `start..end` of a text satisfies clause `clause`, or a part of it. */
export interface Occurrence {
  start: number
  end: number
  clause: number
}

/** A term that is looked for: the word of a clause, or one part of a phrase. */
interface Needle {
  clause: number
  /** Which part of the phrase, and how many it has; 0 of 1 for a word. */
  part: number
  parts: number
  offset: number
  bytes: Uint8Array
  hash: number
  prefix: boolean
  /** Most UTF-16 units that it marks: of a pair of ideographs the first alone, where one was asked. */
  width: number
}

/** More places than this are not looked at. */
const most = 4000
const tokenizer = new Tokenizer()

function needlesOf(clause: Clause, index: number): Needle[] {
  const parts = clause.kind === 'phrase' ? clause.parts : [{ term: clause.term, offset: 0, prefix: clause.prefix }]
  const begin = parts[0]?.offset ?? 0
  return parts.map(({ term, offset, prefix }, part) => {
    const bytes = new TextEncoder().encode(term)
    return {
      clause: index,
      part,
      parts: parts.length,
      offset: offset - begin,
      bytes,
      hash: termHash(bytes, 0, bytes.length),
      prefix,
      width: isIdeograph(term) ? term.length : Number.POSITIVE_INFINITY,
    }
  })
}

/** In the order of their ends; phrases only where they are whole, misspellings only of words that do not occur. */
export function occurrencesOf(text: string, { required }: Query): Occurrence[] {
  const needles = required.flatMap(needlesOf)
  const found: Occurrence[] = []
  const phrases = new Map<string, { parts: Set<number>; ranges: Occurrence[] }>()
  walk(text, (token) => {
    for (const needle of needles) {
      if (!holds(needle, token)) continue
      const start = tokenizer.start[token]!
      const end = Math.min(tokenizer.end[token]!, start + needle.width)
      const range = { start, end, clause: needle.clause }
      if (needle.parts === 1) found.push(range)
      else {
        const key = `${needle.clause}/${tokenizer.position[token]! - needle.offset}`
        const phrase = phrases.get(key) ?? { parts: new Set(), ranges: [] }
        phrases.set(key, phrase)
        phrase.parts.add(needle.part)
        phrase.ranges.push(range)
        if (phrase.parts.size === needle.parts) found.push(...phrase.ranges.splice(0))
      }
    }
    return found.length < most && phrases.size < most
  })
  const misspelt = required.flatMap((clause, index) =>
    clause.kind === 'word' && clause.typos > 0 && !found.some((one) => one.clause === index) ? [{ ...clause, index }] : [],
  )
  if (misspelt.length > 0) findAlike(text, misspelt, found)
  return found
}

/** Calls `see` with each token of the tokenizer until it answers false. */
function walk(text: string, see: (token: number) => boolean): void {
  tokenizer.open(text)
  for (let count = tokenizer.fill(); count > 0; count = tokenizer.fill()) {
    for (let token = 0; token < count; token++) if (!see(token)) return
  }
}

function holds({ bytes, hash, prefix }: Needle, token: number): boolean {
  const from = tokenizer.from[token]!
  const length = tokenizer.to[token]! - from
  if (prefix ? length < bytes.length : tokenizer.hash[token] !== hash || length !== bytes.length) return false
  for (let i = 0; i < bytes.length; i++) if (tokenizer.bytes[from + i] !== bytes[i]) return false
  return true
}

const codePoints = (word: string): number[] => Array.from(word, (character) => character.codePointAt(0)!)

function findAlike(text: string, words: readonly { term: string; typos: number; index: number }[], found: Occurrence[]): void {
  const decoder = new TextDecoder()
  const wanted = words.map(({ term, typos, index }) => ({
    letters: codePoints(term),
    typos,
    index,
    lead: new TextEncoder().encode(term)[0],
  }))
  walk(text, (token) => {
    const from = tokenizer.from[token]!
    const to = tokenizer.to[token]!
    for (const { letters, typos, index, lead } of wanted) {
      if (tokenizer.bytes[from] !== lead || to - from < letters.length - typos) continue
      const other = codePoints(decoder.decode(tokenizer.bytes.subarray(from, to)))
      if (other[0] !== letters[0] || distance(other, other.length, letters, letters.length, typos) > typos) continue
      found.push({ start: tokenizer.start[token]!, end: tokenizer.end[token]!, clause: index })
    }
    return found.length < most
  })
}
