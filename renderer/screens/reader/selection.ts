/** Which units are chosen. Pure. */
import type { UnitId } from '../../../node-core/contract/ids.ts'
import type { Target } from '../../queries/notes.ts'
import type { Chosen } from './markdown-text.ts'

export type Selection = ReadonlyMap<UnitId, Chosen>
export const nothingChosen: Selection = new Map()

/** With the unit added, or taken out where it was in. */
export function toggled(selection: Selection, one: Chosen): Selection {
  const next = new Map(selection)
  if (!next.delete(one.unit.id)) next.set(one.unit.id, one)
  return next
}

export const withAll = (selection: Selection, more: readonly Chosen[]): Selection =>
  new Map([...selection, ...more.map((one) => [one.unit.id, one] as const)])

/** What a note on the chosen hangs on: the unit; of several, the message of the first. */
export function targetOf(selection: Selection): Target | undefined {
  const [first, second] = [...selection.values()].sort((a, b) => a.index - b.index)
  return second ? first?.unit.message : first?.unit.id
}
