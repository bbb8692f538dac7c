/** Finding words in what is read: without regard to case, accents and the width of spaces. Pure. */
import type { Unit } from '../../queries/units.ts'

/** One occurrence: the unit's index in the path, and which in that unit, from 0. */
export interface Match {
  readonly index: number
  readonly nth: number
}

/** Case and accents aside, every run of white space one space. */
export const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')

const kept = new WeakMap<Unit, string>()
/** What a person sees of a unit, folded; Markdown's marks and the addresses of links are left out. */
export function visibleText(unit: Unit): string {
  const known = kept.get(unit)
  if (known !== undefined) return known
  const text = folded(unit.kind === 'code' ? (unit.code ?? unit.text) : plain(unit.text))
  kept.set(unit, text)
  return text
}

const plain = (text: string): string =>
  text
    .replace(/!?\[([^\][]*)\]\([^()]*\)/g, '$1')
    .replace(/(\*\*|~~|`|\*)(?=\S)([^*~`]+)\1/g, '$2')
    .replace(/^\s{0,3}(?:#{1,6}\s+|>\s?)/gm, '')

/** How often a folded query stands in a folded text, not overlapping. */
export function countIn(text: string, query: string): number {
  if (query === '') return 0
  let count = 0
  for (let at = text.indexOf(query); at !== -1; at = text.indexOf(query, at + query.length)) count++
  return count
}

/** Every occurrence in units that follow each other from index 0 on; what is hidden counts only where it is shown. */
export function matchesIn(units: readonly Unit[], query: string, showHidden: boolean): Match[] {
  const wanted = folded(query)
  const found: Match[] = []
  let hidden = false
  units.forEach((unit, index) => {
    if (unit.first) hidden = unit.hidden === true && !showHidden
    const count = hidden ? 0 : countIn(visibleText(unit), wanted)
    for (let nth = 0; nth < count; nth++) found.push({ index, nth })
  })
  return found
}

/** A text with, for each character of its folded form, where it stands; for marking it where it is shown. */
export function foldedWithPlaces(text: string): { text: string; places: number[] } {
  let out = ''
  const places: number[] = []
  let at = 0
  for (const character of text) {
    const one = /\s/.test(character) ? (out.endsWith(' ') ? '' : ' ') : folded(character)
    out += one
    for (let n = 0; n < one.length; n++) places.push(at)
    at += character.length
  }
  places.push(at)
  return { text: out, places }
}

/** [from, to) of every occurrence, in UTF-16 code units of the text as it is. */
export function placesIn(text: string, query: string): [number, number][] {
  const wanted = folded(query)
  if (wanted === '') return []
  const { text: within, places } = foldedWithPlaces(text)
  const found: [number, number][] = []
  for (let at = within.indexOf(wanted); at !== -1; at = within.indexOf(wanted, at + wanted.length))
    found.push([places[at] ?? 0, places[at + wanted.length] ?? text.length])
  return found
}
