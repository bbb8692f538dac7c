/** A person's tag on a target, as it rests. */
import { decode, encode } from '@ipld/dag-cbor'
import type { EventTarget } from '../contract/events.ts'
import type { AccountKeys } from '../ports/sealer.ts'

export interface Tagging {
  target: EventTarget
  tag: string
}

/** What tags are told apart by: “Bread” and “bread” are one tag, shown as it was written last. */
export const foldedTag = (tag: string): string => tag.normalize('NFC').toLowerCase().normalize('NFC')

/** Of tags that differ in case alone the last one, in the order in which they came first. */
export const distinctTags = (tags: readonly string[]): string[] => [...new Map(tags.map((tag) => [foldedTag(tag), tag])).values()]

/** Keyed hash of target and folded tag together. */
export const taggingName = (keys: AccountKeys, target: EventTarget, tag: string): Uint8Array =>
  keys.keyed('tagging', encode([target, foldedTag(tag)]))

const placeOf = (account: number, name: Uint8Array): string => `tagging/${account}/${Buffer.from(name).toString('hex')}/sealed`
export const sealTagging = (account: number, keys: AccountKeys, name: Uint8Array, tagging: Tagging): Uint8Array =>
  keys.sealer.seal(placeOf(account, name), encode(tagging))
export const openTagging = (account: number, keys: AccountKeys, name: Uint8Array, sealed: Uint8Array): Tagging =>
  decode(keys.sealer.open(placeOf(account, name), sealed))

/** Tags that were opened, by keys: each new tag of a conversation reads all that stand there. */
const opened = new WeakMap<AccountKeys, Map<string, string>>()
const OPENED = 20_000

/** As {@link openTagging}, for the tag alone, and quick where it was asked before: no two sealings begin alike. */
export function tagOf(account: number, keys: AccountKeys, name: Uint8Array, sealed: Uint8Array): string {
  const known = opened.get(keys) ?? new Map<string, string>()
  opened.set(keys, known)
  const key = Buffer.from(sealed.buffer, sealed.byteOffset, Math.min(16, sealed.length)).toString('latin1')
  const before = known.get(key)
  if (before !== undefined) return before
  const { tag } = openTagging(account, keys, name, sealed)
  if (known.size >= OPENED) known.clear()
  known.set(key, tag)
  return tag
}
