/**
 * What a text refers to, in one shape for all providers: ChatGPT's `citations` and `content_references`, Claude's and
 * OpenAI's annotations, the sources of Gemini, Grok, Le Chat and Open WebUI. Pure.
 */
import type { Json, JsonObject } from '../contract/content.ts'

export interface Citation {
  /** From 1 in the order of the text; equal sources have equal numbers. */
  number: number
  /** The passage that it stands for, in UTF-16 code units of the text; absent: for the text as a whole. */
  start?: number
  end?: number
  title?: string
  url?: string
  /** The words that are cited. */
  quote?: string
}

/** More than these of one text are not shown one by one. */
const most = 200
const longestQuote = 500

/** The citations of a text part that name a source, those with a place first, in its order. */
export function citationsOf(text: string, raw: readonly Json[] | undefined): Citation[] {
  const found: Omit<Citation, 'number'>[] = []
  for (const one of raw?.slice(0, most) ?? []) if (isObject(one)) found.push(...read(one, text))
  const placed = found.filter((one) => one.end !== undefined).sort((a, b) => (a.end ?? 0) - (b.end ?? 0))
  const ordered = [...placed, ...found.filter((one) => one.end === undefined)]
  const numbers = new Map<string, number>()
  const seen = new Set<string>()
  const citations: Citation[] = []
  for (const one of ordered) {
    const source = one.url ?? one.title ?? one.quote ?? ''
    const same = `${one.end ?? ''} ${source}`
    // The whole list repeats what stands at its place.
    if (seen.has(same) || (one.end === undefined && numbers.has(source))) continue
    seen.add(same)
    const number = numbers.get(source) ?? numbers.size + 1
    numbers.set(source, number)
    citations.push({ number, ...one })
  }
  return citations
}

function read(raw: JsonObject, text: string): Omit<Citation, 'number'>[] {
  const place = placeOf(raw, text)
  const inner = listIn(raw, 'items') ?? listIn(raw, 'sources') ?? listIn(raw, 'fallback_items')
  const sources = inner?.length ? inner : [raw]
  return sources.flatMap((source) => {
    const named = sourceOf(source)
    return named.url || named.title || named.quote ? [{ ...place, ...named }] : []
  })
}

/** Objects in which providers put the source's own fields, the citation itself first. */
const insides = ['details', 'metadata', 'url_citation', 'file_citation', 'source', 'web', 'document'] as const

function sourceOf(raw: JsonObject): { title?: string; url?: string; quote?: string } {
  const places = [raw, ...insides.flatMap((name) => firstObject(raw[name]))]
  const first = (names: readonly string[]) => {
    for (const place of places)
      for (const name of names) {
        const value = place[name]
        if (typeof value === 'string' && value.trim()) return value.trim()
      }
    return undefined
  }
  const address = first(['url', 'link', 'uri', 'href'])
  const url = address && /^https?:\/\//i.test(address) ? address : undefined
  const title = first(['title', 'name', 'filename', 'document_title', 'attribution'])
  const quote = first(['cited_text', 'snippet', 'preview', 'quote'])?.slice(0, longestQuote)
  return { ...(title ? { title } : {}), ...(url ? { url } : {}), ...(quote ? { quote } : {}) }
}

function placeOf(raw: JsonObject, text: string): { start?: number; end?: number } {
  const matched = raw['matched_text']
  if (typeof matched === 'string' && matched.trim()) {
    const start = text.indexOf(matched)
    if (start >= 0) return { start, end: start + matched.length }
  }
  const places = [raw, ...firstObject(raw['url_citation']), ...firstObject(raw['file_citation'])]
  const number = (names: readonly string[]) => {
    for (const place of places)
      for (const name of names) {
        const value = place[name]
        if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= text.length) return value
      }
    return undefined
  }
  const end = number(['end_index', 'end_ix', 'end_idx', 'at'])
  const start = number(['start_index', 'start_ix', 'start_idx', 'at'])
  return end !== undefined && start !== undefined && start <= end && end > 0 ? { start, end } : {}
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const firstObject = (value: Json | undefined): JsonObject[] => {
  const one = Array.isArray(value) ? (value as readonly Json[])[0] : value
  return isObject(one) ? [one] : []
}
const listIn = (raw: JsonObject, name: string): JsonObject[] | undefined =>
  Array.isArray(raw[name]) ? (raw[name] as readonly Json[]).filter(isObject) : undefined
