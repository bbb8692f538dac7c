/**
 * How what several exports, devices and people say of one conversation becomes one state (PROTOCOL.md, Merging).
 * Pure. Invariant: the state is a function of the set of contributions and edits, whatever the order in which they
 * arrive; only `ordinal`, `contribution` and the arrays' order are local.
 */
import type { Source } from '../contract/content.ts'
import type { TreeEntry } from './tree-block.ts'

/** When something was said: the provider's time of change first, then the log's clock, then the device. */
export interface Stamp {
  updated: number
  time: readonly [milliseconds: number, counter: number]
  device: string
}
/** Orders imported values: an older export never regresses what a newer one said. */
export const compareStamps = (a: Stamp, b: Stamp): number =>
  a.updated - b.updated || a.time[0] - b.time[0] || a.time[1] - b.time[1] || compareText(a.device, b.device)

/** Negative where `a` comes first. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Imported fields of a conversation, each a register of its own. */
export interface Fields {
  title: string
  created: number
  updated: number
  model: string
  project: { id: string; name?: string }
  archived: boolean
  starred: boolean
  tags: string[]
  /** Id of the message (16 hex digits) where the provider shows the conversation. */
  current: string
  inferred: boolean
  /** `project`, `memory` … where it is not a conversation. */
  kind: string
  /** Hash of the provider's other fields, which stand in the contribution. */
  extra: string
}
export type FieldName = keyof Fields
/** A field's value with the number of the contribution that said it. */
export type Registers = { [F in FieldName]?: [value: Fields[F], contribution: number] }

/** Fields that a person sets over the imported ones; null gives the imported value back. */
export interface Edits {
  title?: string | null | undefined
  archived?: boolean | null | undefined
  starred?: boolean | null | undefined
}
export type EditRegisters = {
  [F in keyof Edits]?: { value: Exclude<Edits[F], undefined>; time: [number, number]; device: string }
}

export interface ConversationState {
  id: Uint8Array
  source: Source
  key: string
  registers: Registers
  edits: EditRegisters
  entries: TreeEntry[]
  /** Blobs by the provider's pointer. Only grows: an export without the bytes takes none away. */
  blobs: Record<string, string>
  /** The next free ordinal of a document. */
  nextOrdinal: number
  /** The title's document; 0 where the conversation has no title. */
  titleOrdinal: number
}

/** A message of a contribution, before it has an ordinal. */
export type IncomingEntry = Omit<TreeEntry, 'ordinal' | 'contribution'>

/** One part of an import's event about one conversation. */
export interface Contribution {
  /** Its local number in the conversation. */
  n: number
  stamp: Stamp
  fields: Partial<Fields>
  blobs: Readonly<Record<string, string>>
  entries: readonly IncomingEntry[]
}

export interface MergeResult {
  /** Entries that are new or have a new content; they carry fresh ordinals. */
  changed: TreeEntry[]
  /** Ordinals whose documents are no longer true. */
  dead: number[]
  added: number
  fields: FieldName[]
  /** Pointers whose blob was not known. */
  pointers: string[]
}

export const emptyState = (id: Uint8Array, source: Source, key: string): ConversationState => ({
  id,
  source,
  key,
  registers: {},
  edits: {},
  entries: [],
  blobs: {},
  nextOrdinal: 1,
  titleOrdinal: 0,
})

/** A state whose imported content is not shown (any more) begins again: a person's edits stay, and documents' numbers go on. */
export const beginAgain = (state: ConversationState, before: ConversationState | undefined): ConversationState =>
  before ? { ...state, edits: before.edits, nextOrdinal: before.nextOrdinal } : state

/** Merges a contribution into the state, which it changes. `stampOf` answers for contributions merged before. */
export function mergeContribution(
  state: ConversationState,
  contribution: Contribution,
  stampOf: (n: number) => Stamp,
): MergeResult {
  const { n, stamp } = contribution
  const result: MergeResult = { changed: [], dead: [], added: 0, fields: [], pointers: [] }
  for (const name of Object.keys(contribution.fields) as FieldName[]) {
    if (setField(state.registers, name, contribution.fields[name], n, stamp, stampOf)) result.fields.push(name)
  }
  for (const [pointer, blob] of Object.entries(contribution.blobs)) {
    // equal pointers name equal bytes; if a provider breaks that, every device must choose alike
    const known = state.blobs[pointer]
    if (known !== undefined && known >= blob) continue
    state.blobs[pointer] = blob
    result.pointers.push(pointer)
  }
  const places = new Map(state.entries.map((entry, at) => [entry.id, at]))
  for (const incoming of contribution.entries) {
    const at = places.get(incoming.id)
    const known = at === undefined ? undefined : state.entries[at]
    if (known && at !== undefined) {
      const before = { ...stampOf(known.contribution), updated: known.updated }
      const later = compareStamps({ ...stamp, updated: incoming.updated }, before)
      // a device whose key was in use twice may say two things at once: then what is said decides
      if (later < 0 || (later === 0 && (known.contribution === n || incoming.hash <= known.hash))) continue
      if (known.hash === incoming.hash) {
        // said again, and later: what was said in between no longer counts
        state.entries[at] = { ...incoming, contribution: n, ordinal: known.ordinal }
        continue
      }
      result.dead.push(known.ordinal)
      const entry = { ...incoming, contribution: n, ordinal: state.nextOrdinal++ }
      state.entries[at] = entry
      result.changed.push(entry)
    } else {
      const entry = { ...incoming, contribution: n, ordinal: state.nextOrdinal++ }
      places.set(entry.id, state.entries.length)
      state.entries.push(entry)
      result.changed.push(entry)
      result.added++
    }
  }
  return result
}

/** Several contributions at once: the entries that are new and still stand, and whether anything of what is shown changed. */
export function mergeAll(
  state: ConversationState,
  contributions: readonly Contribution[],
  stampOf: (n: number) => Stamp,
): { changed: TreeEntry[]; dead: number[]; added: number; changes: boolean } {
  const changed: TreeEntry[] = []
  const dead: number[] = []
  let added = 0
  let changes = false
  for (const one of contributions) {
    const result = mergeContribution(state, one, stampOf)
    changed.push(...result.changed)
    dead.push(...result.dead)
    added += result.added
    changes ||= result.changed.length + result.fields.length + result.pointers.length > 0
  }
  const gone = new Set(dead)
  return { changed: changed.filter((entry) => !gone.has(entry.ordinal)), dead, added, changes }
}

function setField<F extends FieldName>(
  registers: Registers,
  name: F,
  value: Fields[F] | undefined,
  n: number,
  stamp: Stamp,
  stampOf: (n: number) => Stamp,
): boolean {
  if (value === undefined) return false
  const known = registers[name] as [Fields[F], number] | undefined
  const later = known ? compareStamps(stamp, stampOf(known[1])) : 1
  if (later < 0 || (later === 0 && JSON.stringify(value) <= JSON.stringify(known?.[0]))) return false
  ;(registers as Record<F, [Fields[F], number]>)[name] = [value, n]
  return !known || JSON.stringify(known[0]) !== JSON.stringify(value)
}

/** A person's edit: the last one wins, field by field, by (time, device). Answers whether anything changed. */
export function mergeEdit(state: ConversationState, edits: Edits, time: readonly [number, number], device: string): boolean {
  let changed = false
  for (const name of ['title', 'archived', 'starred'] as const) {
    const value = edits[name]
    if (value === undefined) continue
    const known = state.edits[name]
    if (
      known &&
      (known.time[0] - time[0] ||
        known.time[1] - time[1] ||
        compareText(known.device, device) ||
        compareText(JSON.stringify(known.value), JSON.stringify(value))) >= 0
    )
      continue
    Object.assign(state.edits, { [name]: { value, time: [time[0], time[1]], device } })
    changed = true
  }
  return changed
}
