/**
 * Reading single fields of a provider's JSON: each function answers the value when it has the expected type and
 * undefined otherwise, so that one odd field never costs a conversation.
 */
import type { Json, JsonObject } from '../../contract/content.ts'

/** JSON that is still being put together. */
export type Fields = Record<string, Json>

type Maybe = Json | undefined

export const str = (value: Maybe): string | undefined => (typeof value === 'string' ? value : undefined)
/** A string that holds something. */
export const text = (value: Maybe): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
export const num = (value: Maybe): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)
export const bool = (value: Maybe): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
export const obj = (value: Maybe): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
export const arr = (value: Maybe): readonly Json[] | undefined => (Array.isArray(value) ? (value as readonly Json[]) : undefined)
/** The objects of an array; anything else in it, or no array at all, is left out. */
export const objects = (value: Maybe): JsonObject[] => {
  const found: JsonObject[] = []
  for (const element of arr(value) ?? []) {
    const object = obj(element)
    if (object) found.push(object)
  }
  return found
}
/** An id: a string, or a number as providers with counters write it. */
export const ident = (value: Maybe): string | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? String(value) : text(value)

/** The entry of a table under a word from outside; none for words such as `constructor`, which every object has. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined =>
  word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined

const latest = 8.64e15
const numeric = /^-?\d+(\.\d+)?$/
const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i

/**
 * Milliseconds since 1970, from seconds, milliseconds or microseconds (told apart by size), the same as strings,
 * or ISO 8601 (a time without a zone is UTC, so that the machine's own zone never changes what is stored).
 */
export function time(value: Maybe): number | undefined {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value !== 'string' || value === '') return undefined
  if (numeric.test(value)) return fromNumber(Number(value))
  const iso = value.length > 10 && !zoned.test(value) ? `${value.replace(' ', 'T')}Z` : value
  const parsed = Date.parse(iso)
  return Number.isNaN(parsed) ? undefined : parsed
}

function fromNumber(value: number): number | undefined {
  if (!Number.isFinite(value) || value === 0) return undefined
  const size = Math.abs(value)
  const ms = Math.round(size < 1e11 ? value * 1000 : size < 1e14 ? value : value / 1000)
  return Math.abs(ms) <= latest ? ms : undefined
}

/**
 * What {@link time} leaves out of a value: microseconds beyond (or, where it was rounded up, before) the millisecond.
 * Undefined where that is nothing.
 */
export function micros(value: Maybe): number | undefined {
  if (value === undefined || value === null) return undefined
  const ms = time(value)
  if (ms === undefined) return undefined
  let beyond = 0
  if (typeof value === 'number' || (typeof value === 'string' && numeric.test(value))) {
    const given = Number(value)
    const size = Math.abs(given)
    beyond = Math.round((size < 1e11 ? given * 1e6 : size < 1e14 ? given * 1e3 : given) - ms * 1e3)
  } else if (typeof value === 'string') beyond = Number(`0.${/\.\d{3}(\d+)/.exec(value)?.[1] ?? '0'}`) * 1000
  return beyond === 0 ? undefined : Math.round(beyond * 1000) / 1000
}

/** True for what says nothing: null, an empty string, array or object. */
export function isBlank(value: Json): boolean {
  if (value === null || value === '') return true
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}

/**
 * Adds to `into` the fields of `source` that nothing else holds: those not in `known`, and not blank.
 * Answers `into`.
 */
export function keepRest(into: Fields, source: JsonObject, known: ReadonlySet<string>): Fields {
  for (const key in source) {
    // No provider has a field of this name, and setting it would not make one.
    if (known.has(key) || key === '__proto__') continue
    const value = source[key]
    if (value !== undefined && !isBlank(value)) into[key] = value
  }
  return into
}

/** {@link keepRest} into a new object, or undefined where nothing is left. */
export function rest(source: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  return some(keepRest({}, source, known))
}

/** The object itself, or undefined when it is empty. */
export function some(fields: Fields): JsonObject | undefined {
  for (const _ in fields) return fields
  return undefined
}

/** `conversations.json #17 “Title”`, for a person; `index` counts from 0. */
export function refOf(path: string, index: number, title?: string): string {
  if (!title) return `${path} #${index + 1}`
  const short = title.length > 80 ? `${title.slice(0, 79)}…` : title
  return `${path} #${index + 1} “${short.replace(/\s+/g, ' ')}”`
}
