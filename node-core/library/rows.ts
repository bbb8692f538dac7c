/** A conversation's state as rows: sealing it, opening it. Pure over bytes; the SQL stands in `projection.ts`. */
import { sources } from '../contract/content.ts'
import { pack, unpack } from '../log/chunk.ts'
import { encode } from '../log/dag-cbor.ts'
import { decode } from '../log/dag-cbor-read.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { ConversationState } from './rules.ts'
import { decodeTree, encodeTree, entryWith, type TreeEntry } from './tree-block.ts'
import { type View, viewOf } from './view.ts'

/** The plain columns and sealed bytes of a state. */
export interface ConversationRow {
  name: Uint8Array
  source: number
  document: number
  created: number
  updated: number
  messages: number
  branches: number
  hidden: number
  archived: number
  starred: number
  inferred: number
  head: Uint8Array
  tree: Uint8Array
}

/** What lists show of a conversation without opening its tree. */
export interface Head {
  id: Uint8Array
  key: string
  registers: ConversationState['registers']
  edits: ConversationState['edits']
  nextOrdinal: number
  titleOrdinal: number
  title: string | null
  models: string[]
}

const places = (account: number, name: Uint8Array) => {
  const hex = Buffer.from(name).toString('hex')
  return { head: `conversation/${account}/${hex}/head`, tree: `conversation/${account}/${hex}/tree` }
}

/** Names that were asked for, by keys: what is said of a conversation comes many times. */
const names = new WeakMap<AccountKeys, Map<string, Uint8Array>>()
const NAMES = 10_000

/** Keyed hash of a conversation's id. */
export function nameOf(keys: AccountKeys, id: Uint8Array): Uint8Array {
  const known = names.get(keys) ?? new Map<string, Uint8Array>()
  names.set(keys, known)
  const key = Buffer.from(id.buffer, id.byteOffset, id.length).toString('latin1')
  const before = known.get(key)
  if (before) return before
  const name = keys.keyed('conversation', id)
  if (known.size >= NAMES) known.clear()
  known.set(key, name)
  return name
}

/** Seals a state. */
export function rowOf(state: ConversationState, account: number, keys: AccountKeys, view: View = viewOf(state)): ConversationRow {
  const name = nameOf(keys, state.id)
  const place = places(account, name)
  const head: Head = {
    id: state.id,
    key: state.key,
    registers: state.registers,
    edits: state.edits,
    nextOrdinal: state.nextOrdinal,
    titleOrdinal: state.titleOrdinal,
    title: view.title,
    models: view.models,
  }
  return {
    name,
    source: sources.indexOf(state.source),
    document: view.kind === null ? 0 : 1,
    created: view.created ?? 0,
    updated: view.updated ?? 0,
    messages: view.messages,
    branches: view.branches,
    hidden: view.hidden,
    archived: Number(view.archived),
    starred: Number(view.starred),
    inferred: Number(view.inferred),
    head: keys.sealer.seal(place.head, pack(encode(head))),
    tree: keys.sealer.seal(place.tree, pack(encode({ ...encodeTree(state.entries), blobs: state.blobs }))),
  }
}

/** Opens a head. The bytes are our own, authenticated: their shape is known. Error: `seal-broken`. */
export const openHead = (account: number, keys: AccountKeys, name: Uint8Array, head: Uint8Array): Head =>
  decode(unpack(keys.sealer.open(places(account, name).head, head)))

/** Opens a tree: the entries and the blobs by pointer. Error: `seal-broken`. */
export function openTree(
  account: number,
  keys: AccountKeys,
  name: Uint8Array,
  tree: Uint8Array,
): Pick<ConversationState, 'entries' | 'blobs'> {
  const { models, records, blobs } = treeIn(account, keys, name, tree)
  return { entries: decodeTree(models, records), blobs }
}

/** As {@link openTree}, for the entry of one document alone; undefined where there is none. */
export function openTreeAt(
  ordinal: number,
  account: number,
  keys: AccountKeys,
  name: Uint8Array,
  tree: Uint8Array,
): { entry: TreeEntry; blobs: ConversationState['blobs'] } | undefined {
  const { models, records, blobs } = treeIn(account, keys, name, tree)
  const entry = entryWith(ordinal, models, records)
  return entry && { entry, blobs }
}

const treeIn = (
  account: number,
  keys: AccountKeys,
  name: Uint8Array,
  tree: Uint8Array,
): { models: string[]; records: Uint8Array; blobs: Record<string, string> } =>
  decode(unpack(keys.sealer.open(places(account, name).tree, tree)))

/** Puts head and tree together again. */
export function stateOf(source: number, head: Head, tree: Pick<ConversationState, 'entries' | 'blobs'>): ConversationState {
  return {
    id: head.id,
    source: sources[source] ?? 'vivim',
    key: head.key,
    registers: head.registers,
    edits: head.edits,
    entries: tree.entries,
    blobs: tree.blobs,
    nextOrdinal: head.nextOrdinal,
    titleOrdinal: head.titleOrdinal,
  }
}
