/** For the index's tests: a sealer, documents by chance, and a plain scan that says what a search must find. */
import { createSecretKey } from 'node:crypto'
import type FastCheck from 'fast-check'
import { AesSealer } from '../crypto/seal.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { SearchDocument } from '../ports/documents.ts'
import type { Transactor } from '../ports/storage.ts'
import type { SearchFilter } from './candidates.ts'
import { codeLength, lengthCode } from './columns.ts'
import { distance } from './distance.ts'
import { prepareSegment } from './prepare.ts'
import { deleteDocuments, insertSegment } from './projection.ts'
import type { Clause, Query } from './query.ts'
import { alikePenalty, lengthNorms, rarity, weight } from './rank.ts'
import type { Hit } from './score.ts'
import { Tokenizer } from './tokenize.ts'

/** Bytes that come again in every run: good for tests alone. */
export function countingBytes(): RandomBytes {
  let state = 1
  return (length) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return state >>> 24
    })
}
export const random: RandomBytes = countingBytes()
export const sealer = AesSealer.from({ current: 1, keys: new Map([[1, createSecretKey(Buffer.alloc(32, 7))]]) }, random)
export const account = 1

export const append = (storage: Transactor, documents: readonly SearchDocument[]): Promise<void> =>
  storage.transaction((tx) => insertSegment(tx, account, prepareSegment(documents, sealer, random, account)))
export const remove = (storage: Transactor, conversation: number, ordinals: readonly number[] | 'all'): Promise<void> =>
  storage.transaction((tx) => deleteDocuments(tx, account, conversation, ordinals))

/** Texts, queries that often match them, and documents of a few conversations, each name once, in any order. */
export function arbitraries(fc: typeof FastCheck) {
  const words = 'a a ab abc database databases datebase the the café CAFE 東京 東京都 京 猫 getUserName snake_case user'.split(
    ' ',
  )
  const separators = [' ', ' ', ' ', ' ', ', ', '-', '\n', '']
  const anyText = fc
    .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...separators)), { maxLength: 24, size: 'max' })
    .map((pieces) => pieces.flat().join(''))
  const word = fc.constantFrom(...words, 'a*', 'da*', '東*', 'databse', 'cafè', 'd', 'user name')
  const phrase = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((pair) => `"${pair.join(' ')}"`)
  const without = fc.constantFrom('-the', '-ab', '-"a the"', '-d*', '-猫')
  const anyQuery = fc
    .tuple(
      fc.array(fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: phrase }), { minLength: 1, maxLength: 2 }),
      fc.array(without, { maxLength: 1 }),
    )
    .map((pieces) => pieces.flat().join(' '))

  /** Documents of a few conversations, each name once, in any order. */
  const anyDocuments = fc
    .uniqueArray(
      fc.record({
        conversation: fc.integer({ min: 1, max: 6 }),
        ordinal: fc.integer({ min: 0, max: 300 }),
        time: fc.integer({ min: 1_600_000_000, max: 1_600_000_008 }),
        role: fc.integer({ min: 0, max: 5 }),
        text: anyText,
      }),
      { selector: ({ conversation, ordinal }) => `${conversation}/${ordinal}`, maxLength: 40, size: 'max' },
    )
    .map((documents) => documents.map((document, i) => (i % 3 === 0 ? { ...document, model: `model-${i % 2}` } : document)))
  return { anyText, anyQuery, anyDocuments }
}

type Places = Map<string, Set<number>>
interface Read {
  document: SearchDocument
  terms: Map<string, number>
  places: Places
  code: number
}

const known = new WeakMap<SearchDocument, Read>()
const tokenizer = new Tokenizer()
function readDocument(document: SearchDocument): Read {
  const before = known.get(document)
  if (before) return before
  const decoder = new TextDecoder()
  const terms = new Map<string, number>()
  const places: Places = new Map()
  tokenizer.open(document.text)
  for (let count = tokenizer.fill(); count > 0; count = tokenizer.fill()) {
    for (let i = 0; i < count; i++) {
      const term = decoder.decode(tokenizer.bytes.subarray(tokenizer.from[i], tokenizer.to[i]))
      terms.set(term, (terms.get(term) ?? 0) + 1)
      places.set(term, (places.get(term) ?? new Set()).add(tokenizer.position[i] ?? 0))
    }
  }
  const read = { document, terms, places, code: lengthCode(tokenizer.positions) }
  known.set(document, read)
  return read
}

/** How often a clause is in a document, by its exact word, and only spelt alike. */
function timesIn(
  { terms, places }: Read,
  clause: Clause,
  alike: ReadonlySet<string>,
): { times: number; exact: number; alike: number } {
  const holds = (term: string, wanted: { term: string; prefix: boolean }) =>
    wanted.prefix ? term.startsWith(wanted.term) : term === wanted.term
  if (clause.kind === 'phrase') {
    const placesOf = (part: { term: string; prefix: boolean; offset: number }) => {
      const found = [...places].filter(([term]) => holds(term, part)).flatMap(([, at]) => [...at])
      return new Set(found.map((place) => place - part.offset))
    }
    const [first, ...rest] = clause.parts.map(placesOf)
    const starts = [...(first ?? [])].filter((place) => rest.every((other) => other.has(place)))
    return { times: starts.length, exact: 0, alike: 0 }
  }
  const sum = (accept: (term: string) => boolean) => [...terms].reduce((n, [term, times]) => n + (accept(term) ? times : 0), 0)
  const exact = terms.get(clause.term) ?? 0
  return { times: sum((term) => holds(term, clause)), exact: clause.prefix ? exact : 0, alike: sum((term) => alike.has(term)) }
}

const letters = (word: string) => Array.from(word, (character) => character.codePointAt(0) ?? 0)

function alikeTo(reads: readonly Read[], clause: Clause): Set<string> {
  if (clause.kind === 'phrase' || clause.typos === 0) return new Set()
  const { term, typos, prefix } = clause
  const all = [...new Set(reads.flatMap((read) => [...read.terms.keys()]))]
  const wordsOf = prefix ? all.filter((other) => other.startsWith(term)) : [term]
  const holding = wordsOf.reduce((sum, word) => sum + reads.filter((read) => read.terms.has(word)).length, 0)
  if (holding >= 3) return new Set()
  const own = letters(term)
  return new Set(
    all.filter((other) => {
      const others = letters(other)
      return other !== term && others[0] === own[0] && distance(own, own.length, others, others.length, typos) <= typos
    }),
  )
}

/** All hits in order, by reading every document. */
export function scan(documents: readonly SearchDocument[], query: Query, filter: SearchFilter = {}): Hit[] {
  const reads = documents.map(readDocument)
  if (query.required.length === 0) return []
  const norms = lengthNorms(reads.reduce((sum, { code }) => sum + (codeLength[code] ?? 0), 0) / Math.max(1, reads.length))
  const clauses = query.required.map((clause) => {
    const alike = alikeTo(reads, clause)
    const times = reads.map((read) => timesIn(read, clause, alike))
    return {
      times,
      idf: rarity(reads.length, times.filter((one) => one.times + one.alike > 0).length),
      idfExact: rarity(reads.length, times.filter((one) => one.exact > 0).length),
    }
  })
  const hits = reads.flatMap((read, i): Hit[] => {
    if (query.excluded.some((clause) => timesIn(read, clause, new Set()).times > 0) || !passes(read.document, filter)) return []
    const norm = norms[read.code] ?? 0
    let score = 0
    for (const { times, idf, idfExact } of clauses) {
      const one = times[i]
      if (!one || one.times + one.alike === 0) return []
      score += weight(idf, one.times || one.alike, norm)
      if (one.times === 0) score -= alikePenalty
      if (one.exact > 0) score += weight(idfExact, one.exact, norm)
    }
    const { conversation, ordinal, role, time } = read.document
    return [{ conversation, ordinal, role, time, score }]
  })
  return hits.sort((a, b) => b.score - a.score || a.conversation - b.conversation || a.ordinal - b.ordinal)
}

const passes = (document: SearchDocument, { roles, models, from = 0, to = 2 ** 32, conversation }: SearchFilter): boolean =>
  (roles?.has(document.role) ?? true) &&
  (!models || document.role >= 4 || (document.model !== undefined && models.has(document.model))) &&
  document.time >= from &&
  document.time < to &&
  (conversation?.(document.conversation) ?? true)
