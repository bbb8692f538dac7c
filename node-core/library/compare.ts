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
 * What an import has to say itself: what `held`, the contributions that it vouches for, do not say, or say with an
 * older stamp than something else in `shown`, all contributions, that this export overtakes. Fields are small: those
 * that were said by an older export only are said again, so that what an export in between says does not count.
 */
export function newsOf(
  encoded: EncodedConversation,
  held: ConversationState,
  stampOf: (n: number) => Stamp,
  shown: readonly Contribution[] = [],
): Said {
  const { updated } = encoded
  const entries = new Map(held.entries.map((entry) => [entry.id, entry]))
  const rivals = rivalsIn(shown)
  const messages = encoded.messages.filter(({ entry }) => {
    const known = entries.get(entry.id)
    if (known?.hash !== entry.hash) return true
    const since = { ...stampOf(known.contribution), updated: known.updated }
    return rivals.entries
      .get(entry.id)
      ?.some(({ value, stamp }) => value !== entry.hash && isBetween(since, stamp, ours(entry.updated)))
  })
  const fields = Object.fromEntries(
    Object.entries(encoded.fields).filter(([name, value]) => {
      const known = held.registers[name as FieldName]
      if (!known || !same(known[0], value) || stampOf(known[1]).updated < updated) return true
      const since = stampOf(known[1])
      return rivals.fields.get(name)?.some((rival) => !same(rival.value, value) && isBetween(since, rival.stamp, ours(updated)))
    }),
  )
  return {
    fields,
    messages,
    blobs: Object.fromEntries(Object.entries(encoded.blobs).filter(([pointer, blob]) => held.blobs[pointer] !== blob)),
    extra: 'extra' in fields ? encoded.extra : undefined,
  }
}

/** All that contributions say, by what they say it of. */
function rivalsIn(contributions: readonly Contribution[]) {
  const entries = new Map<string, { value: string; stamp: Stamp }[]>()
  const fields = new Map<string, { value: unknown; stamp: Stamp }[]>()
  const add = <T>(all: Map<string, T[]>, key: string, one: T): void => void all.set(key, [...(all.get(key) ?? []), one])
  for (const { stamp, ...said } of contributions) {
    for (const { id, hash, updated } of said.entries) add(entries, id, { value: hash, stamp: { ...stamp, updated } })
    for (const [name, value] of Object.entries(said.fields)) add(fields, name, { value, stamp })
  }
  return { entries, fields }
}
const isBetween = (a: Stamp, b: Stamp, c: Stamp): boolean => compareStamps(a, b) < 0 && compareStamps(b, c) < 0

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
