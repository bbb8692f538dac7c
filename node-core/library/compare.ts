/**
 * What an export says beside what is stored: what it brings anew, and which earlier contributions it holds as well.
 * Pure.
 *
 * Invariant: the contributions that an import vouches for, and what it says itself, give together exactly what the
 * export says. So undoing other imports leaves this one's content whole, and undoing this one takes nothing else along.
 */
import type { EncodedConversation } from './encode.ts'
import {
  type Contribution,
  type ConversationState,
  compareStamps,
  emptyState,
  type FieldName,
  mergeContribution,
  type Stamp,
} from './rules.ts'

/** The part of an encoded conversation that is to be said. */
export type Said = Pick<EncodedConversation, 'fields' | 'extra' | 'blobs' | 'messages'>

/** An event that is made now comes after all that is stored. */
export const ours = (updated: number): Stamp => ({ updated, time: [Number.MAX_SAFE_INTEGER, 0], device: '' })

/** Whether the export holds, or has something newer than, all that the state shows. */
export function coversState(encoded: EncodedConversation, state: ConversationState, stampOf: (n: number) => Stamp): boolean {
  const holds = holder(encoded)
  return (
    state.entries.every((entry) => holds.entry(entry, stampOf(entry.contribution))) &&
    Object.entries(state.registers).every(([name, [value, n]]) => holds.field(name as FieldName, value, stampOf(n))) &&
    Object.entries(state.blobs).every(([pointer, blob]) => holds.blob(pointer, blob))
  )
}

/** Whether the same is true of one contribution. */
export function coversContribution(encoded: EncodedConversation, { stamp, fields, blobs, entries }: Contribution): boolean {
  const holds = holder(encoded)
  return (
    entries.every((entry) => holds.entry(entry, stamp)) &&
    Object.entries(fields).every(([name, value]) => holds.field(name as FieldName, value, stamp)) &&
    Object.entries(blobs).every(([pointer, blob]) => holds.blob(pointer, blob))
  )
}

/** What some contributions say together. */
export function foldOf(contributions: readonly Contribution[], like: ConversationState): ConversationState {
  const state = emptyState(like.id, like.source, like.key)
  const stamps = new Map(contributions.map(({ n, stamp }): [number, Stamp] => [n, stamp]))
  for (const one of contributions) mergeContribution(state, one, (n) => stamps.get(n) ?? one.stamp)
  return state
}

/**
 * What an import has to say itself: what `held`, the contributions that it vouches for, do not say, and what is newer
 * than what `state` shows. Fields are small: those that were said by an older export only are said again, so that what
 * an export in between says does not count.
 */
export function newsOf(
  encoded: EncodedConversation,
  held: ConversationState,
  state: ConversationState,
  stampOf: (n: number) => Stamp,
): Said {
  const { updated } = encoded
  const [heldEntries, shownEntries] = [held, state].map(({ entries }) => new Map(entries.map((entry) => [entry.id, entry])))
  const messages = encoded.messages.filter(({ entry }) => {
    if (heldEntries?.get(entry.id)?.hash !== entry.hash) return true
    const shown = shownEntries?.get(entry.id)
    if (!shown || shown.hash === entry.hash) return false
    return compareStamps(ours(entry.updated), { ...stampOf(shown.contribution), updated: shown.updated }) > 0
  })
  const fields = Object.fromEntries(
    Object.entries(encoded.fields).filter(([name, value]) => {
      const known = held.registers[name as FieldName]
      if (!known || !same(known[0], value) || stampOf(known[1]).updated < updated) return true
      const shown = state.registers[name as FieldName]
      return shown !== undefined && !same(shown[0], value) && compareStamps(ours(updated), stampOf(shown[1])) > 0
    }),
  )
  return {
    fields,
    messages,
    blobs: Object.fromEntries(Object.entries(encoded.blobs).filter(([pointer, blob]) => held.blobs[pointer] !== blob)),
    extra: 'extra' in fields ? encoded.extra : undefined,
  }
}

export const isNothing = ({ fields, messages, blobs }: Said): boolean =>
  messages.length === 0 && Object.keys(fields).length === 0 && Object.keys(blobs).length === 0

function holder(encoded: EncodedConversation) {
  encoded.byId ??= new Map(encoded.messages.map(({ entry }) => [entry.id, entry]))
  const { byId, fields, blobs, updated } = encoded
  return {
    entry(known: { id: string; hash: string; updated: number }, stamp: Stamp): boolean {
      const own = byId.get(known.id)
      return (
        own !== undefined &&
        (own.hash === known.hash || compareStamps(ours(own.updated), { ...stamp, updated: known.updated }) > 0)
      )
    },
    field(name: FieldName, value: unknown, stamp: Stamp): boolean {
      const own = fields[name]
      return own !== undefined && (same(own, value) || compareStamps(ours(updated), stamp) > 0)
    },
    blob: (pointer: string, blob: string): boolean => (blobs[pointer] ?? '') >= blob,
  }
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
