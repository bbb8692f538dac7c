/** A person's own versions of units. Pure. */
import { inPlaceOf, versionOf as versionOfText } from '../../../node-core/contract/unit-version.ts'
import type { Note } from '../../queries/notes.ts'
import type { Unit } from '../../queries/units.ts'

/** Kinds whose text is not shown as text, or is none. */
const fixed: ReadonlySet<Unit['kind']> = new Set([
  'code',
  'math',
  'html',
  'image',
  'quote',
  'reasoning',
  'tool-call',
  'tool-result',
  'artifact',
  'attachment',
  'unknown',
])
export const isEditable = ({ kind, text }: Unit): boolean => !fixed.has(kind) && text !== ''

/** What the person made of a unit; undefined for nothing. */
export const versionOf = ({ text }: Unit, edits: readonly Note[]): { note: Note; text: string } | undefined =>
  versionOfText(text, edits)

/** A unit as it is drawn: with the person's text, of which nothing is cited; the unit itself where it was not edited. */
export function drawnOf(unit: Unit, edits: readonly Note[]): Unit {
  const version = versionOf(unit, edits)
  if (!version) return unit
  // what the text cites, and where, is said of the original
  const { citations: _, ...rest } = unit
  return { ...rest, text: version.text }
}

/** A unit as it is kept and copied: with the person's text, and the blank lines that part it from what follows. */
export function shownOf(unit: Unit, edits: readonly Note[]): Unit {
  const version = versionOf(unit, edits)
  return version ? { ...unit, text: inPlaceOf(unit.text, version.text) } : unit
}
