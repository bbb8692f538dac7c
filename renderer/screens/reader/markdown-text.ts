/** Units as Markdown: exactly the text that the message has, wherever it has one. Pure. */
import type { Unit } from '../../queries/units.ts'
import { numberOf } from './rows.ts'

export interface Chosen {
  readonly unit: Unit
  /** Its place in the path. */
  readonly index: number
}

/** The source of some units, in their order: neighbours of one part as they stand, others a blank line apart. */
export function markdownOf(chosen: readonly Chosen[]): string {
  let out = ''
  let before: Chosen | undefined
  for (const one of [...chosen].sort((a, b) => a.index - b.index)) {
    const text = textOf(one.unit)
    out = before && continues(before, one) ? out + text : out ? `${trimEnd(out)}\n\n${text}` : text
    before = one
  }
  return `${trimEnd(out)}\n`
}

/** A file of its own: a title, and before each message who said it. */
export function documentOf(title: string, chosen: readonly Chosen[], speaker: (unit: Unit) => string): string {
  const sorted = [...chosen].sort((a, b) => a.index - b.index)
  const parts = [`# ${title.replace(/\s+/g, ' ')}`]
  for (let at = 0; at < sorted.length; ) {
    const first = sorted[at] as Chosen
    let end = at
    while (sorted[end]?.unit.message === first.unit.message) end++
    parts.push(`**${speaker(first.unit)}**`, trimEnd(markdownOf(sorted.slice(at, end))))
    at = end
  }
  return `${parts.join('\n\n')}\n`
}

const trimEnd = (text: string): string => text.replace(/[\r\n]+$/, '')
const continues = (one: Chosen, next: Chosen): boolean =>
  one.unit.message === next.unit.message && one.unit.part === next.unit.part && numberOf(next.unit) === numberOf(one.unit) + 1

/** A unit's slice of its message; what has no text is named or shown as data. */
function textOf(unit: Unit): string {
  if (unit.kind === 'code' && unit.text === unit.code) return fenced(unit.text, unit.language)
  if (unit.kind === 'tool-call' || unit.kind === 'unknown') return fenced(JSON.stringify(unit.data, null, 2) ?? '', 'json')
  if (unit.kind === 'tool-result') return fenced(unit.text)
  if (unit.kind === 'artifact') return fenced(unit.text, unit.language)
  if (unit.text !== '') return unit.text
  return unit.name ? `[${unit.name}]` : ''
}

/** Between fences that are longer than any in the text. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}\n`
}
