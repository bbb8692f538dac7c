/**
 * What a message is shared, tagged and read by: its units. A text part is cut as Markdown, every other part is one.
 * Invariant: pure, and the same for ever for the same message, because a unit's id is its message's and its number.
 */
import type { Json, Message, Part } from '../contract/content.ts'
import { type BlockKind, blocksOf } from './markdown.ts'

export type UnitKind = BlockKind | 'reasoning' | 'tool-call' | 'tool-result' | 'artifact' | 'attachment' | 'unknown'

export interface Unit {
  /** Its number in the message, from 0. */
  index: number
  /** The number of the part that it is of. */
  part: number
  kind: UnitKind
  /** Its slice of the part's text, as it is; empty where the part has none. */
  text: string
  /** Of code: the program alone, without fences. */
  code?: string
  language?: string
  /** Where the slice stands in the part's text, in UTF-16 code units. */
  start: number
  end: number
}

/** At most so much of a tool's input or result, or of a part of unknown type, is worth finding; in UTF-16 code units. */
const toolLimit = 32 * 1024

/** A string in JSON that is longer and has no space is data, not words. */
const longestWord = 200

/** The units of a message, in order: at least one of each part; those of a text part put together are its text. */
export function unitsOf(message: Message): Unit[] {
  const units: Unit[] = []
  message.parts.forEach((part, number) => {
    if (part.type !== 'text') {
      units.push({ index: units.length, part: number, ...wholeOf(part) })
      return
    }
    for (const { start, end, ...block } of blocksOf(part.text)) {
      units.push({ index: units.length, part: number, ...block, text: part.text.slice(start, end), start, end })
    }
  })
  return units
}

/** How many units a message has. */
export function countUnits({ parts }: Message): number {
  let count = 0
  for (const part of parts) count += part.type === 'text' ? blocksOf(part.text).length : 1
  return count
}

/** What was said: the text parts one after the other, as they are. */
export function textOf(message: Message): string {
  let text = ''
  for (const part of message.parts) if (part.type === 'text') text += part.text
  return text
}

/** All words of a message that are worth finding, a part per paragraph. */
export const searchTextOf = (message: Message): string =>
  message.parts
    .flatMap(wordsOf)
    .filter((words) => words.length > 0)
    .join('\n')

function wholeOf(part: Exclude<Part, { type: 'text' }>): Omit<Unit, 'index' | 'part'> {
  const text = 'text' in part ? (part.text ?? '') : ''
  const place = { text, start: 0, end: text.length }
  if (part.type === 'code') return { kind: 'code', ...place, code: text, ...(part.language && { language: part.language }) }
  if (part.type === 'artifact') return { kind: 'artifact', ...place, ...(part.language && { language: part.language }) }
  return { kind: part.type, ...place }
}

function wordsOf(part: Part): string[] {
  switch (part.type) {
    case 'text':
    case 'code':
      return [part.text]
    case 'reasoning':
      return [part.summary ?? '', part.text]
    case 'tool-call':
      return [part.name, stringsIn(part.input)]
    case 'tool-result':
      return [part.name ?? '', cut(part.text)]
    case 'artifact':
    case 'quote':
      return [part.title ?? '', part.text]
    case 'attachment':
      return [part.name, part.text ?? '']
    case 'unknown':
      return [stringsIn(part.raw)]
  }
}

/** The strings in a JSON value, in order, without keys and data. Not recursive: input may nest deeper than the stack. */
function stringsIn(json: Json): string {
  const waiting: Json[] = [json]
  let words = ''
  while (words.length < toolLimit) {
    const value = waiting.pop()
    if (value === undefined) break
    if (typeof value === 'string') {
      if (value.length <= longestWord || /\s/.test(value.slice(0, longestWord))) words += words ? `\n${value}` : value
    } else if (typeof value === 'object' && value !== null) {
      const inner = Object.values<Json>(value)
      for (let i = inner.length - 1; i >= 0; i--) waiting.push(inner[i] ?? null)
    }
  }
  return cut(words)
}

/** The beginning of a text, never half a character. */
const cut = (text: string): string => (text.length <= toolLimit ? text : text.slice(0, toolLimit).replace(/[\ud800-\udbff]$/, ''))
