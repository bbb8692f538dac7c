/**
 * The importer's half of the library: compares a conversation with what is stored, and works out the event's parts
 * together with the rows that the projection will write, off the writer's thread.
 *
 * Invariant: `prepared` rows are what {@link libraryProjection} would derive from the same event on the same state;
 * they name the version of the state they saw and are refused (`conflict`) where the store has moved on.
 */
import type { Conversation, Message } from '../contract/content.ts'
import type { Did } from '../contract/ids.ts'
import { documentRoles, type SearchDocument } from '../ports/documents.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import { roles } from '../contract/content.ts'
import { type EncodedConversation, type EncodedMessage, encodeConversation, encodeParts, type Spill } from './encode.ts'
import { conversationIdFor } from './ids.ts'
import { type ConversationRow, nameOf, rowOf } from './rows.ts'
import { compareStamps, type ConversationState, emptyState, type Fields, mergeContribution, type MergeResult, type Stamp, type View, viewOf } from './rules.ts'
import { facetKinds } from './tables.ts'
import { searchTextOf } from './units.ts'

/** A conversation as it is stored now. */
export interface Existing {
  local: number
  version: number
  incarnation: number
  /**
   * `ended`: deleted or erased, nothing is left but the row. `hidden`: all its imports are undone, or only a person's
   * edits have come yet. What comes is new again.
   */
  gone: 'ended' | 'hidden' | false
  deleted: boolean
  /** How many contributions it has had. */
  contributions: number
  fingerprint: Uint8Array | null
  /** Loaded when the fingerprint differs. */
  load(): Promise<{ state: ConversationState; stamps: Map<number, Stamp> }>
}

/** What the projection writes for one conversation of an event. */
export interface PreparedConversation {
  import: Uint8Array
  local: number
  /** The version seen; 0: there was no row. */
  base: number
  /** The local number of the ended row that this replaces: numbers of its documents must not come again. */
  replaces: number | null
  incarnation: number
  row: ConversationRow
  fingerprint: Uint8Array
  /** For each part: its number among the event's parts, its number in the conversation. */
  contributions: { part: number; n: number; updated: number }[]
  outcome: 0 | 1
  added: number
  /** `sealed` is the name itself; null where it was handed over before. */
  facets: Facet[]
  blobs: { name: Uint8Array; sealed: Uint8Array }[]
  /** Ordinals whose documents are no longer true. */
  dead: number[]
}
export interface Facet { kind: number; name: Uint8Array; sealed: Uint8Array | null }
export interface Prepared {
  parts: Uint8Array[]
  prepared: PreparedConversation
  documents: SearchDocument[]
}
export type PrepareResult =
  | { outcome: 'unchanged'; local: number; contributions: number[] }
  | ({ outcome: 'imported' | 'updated'; /** Contributions of before whose content the export holds too. */ vouched: number[] } & Prepared)

export interface PrepareContext {
  account: number
  owner: Did
  keys: AccountKeys
  import: Uint8Array
  spill: Spill
  /** The stored conversation of that name, if there is one. */
  find(name: Uint8Array): Promise<Existing | undefined>
  /** Facets' names handed over before by this importer. */
  knownFacets: Set<string>
  /** A local number for a conversation that is new. */
  reserve(): number
}

/** An event of ours comes after all that is stored. */
const ours = (updated: number): Stamp => ({ updated, time: [Number.MAX_SAFE_INTEGER, 0], device: '' })

/** Compares and prepares one conversation. `firstPart` is its first part's number in the event to be. */
export async function prepareConversation(context: PrepareContext, conversation: Conversation, firstPart: number): Promise<PrepareResult> {
  const { account, keys } = context
  const id = conversationIdFor(context.owner, conversation.source, conversation.key)
  const name = nameOf(keys, id)
  const encoded = await encodeConversation(conversation, context.spill)
  const fingerprint = keys.keyed('fingerprint', encoded.fingerprint)
  const existing = await context.find(name)
  const all = existing ? Array.from({ length: existing.contributions }, (_, n) => n) : []
  if (existing && !existing.gone && existing.fingerprint && Buffer.compare(existing.fingerprint, fingerprint) === 0) {
    return { outcome: 'unchanged', local: existing.local, contributions: all }
  }
  const ended = existing?.gone === 'ended'
  const before = existing && !ended ? await existing.load() : undefined
  const loaded = existing?.gone ? undefined : before
  const state = loaded?.state ?? beginAgain(emptyState(id, conversation.source, conversation.key), before?.state)
  const incarnation = existing ? existing.incarnation + (existing.deleted ? 1 : 0) : 0
  const stampOf = (n: number): Stamp => loaded?.stamps.get(n) ?? ours(conversation.updated ?? 0)
  const said = loaded ? newsOf(encoded, state, stampOf, conversation.updated ?? 0) : encoded
  if (existing && loaded && said.messages.length === 0 && Object.keys(said.fields).length === 0 && Object.keys(said.blobs).length === 0) {
    return { outcome: 'unchanged', local: existing.local, contributions: covered(state, encoded, all) }
  }
  const vouched = loaded ? covered(state, encoded, all) : []
  const updated = conversation.updated ?? 0
  const meta = { conversation: id, incarnation, import: context.import, source: conversation.source, key: conversation.key, updated }
  const parts = encodeParts(meta, said)
  // a hidden conversation keeps the numbers of its contributions: they may be shown again when an undo is erased
  const firstN = existing && !ended ? existing.contributions : 0
  const titleBefore = loaded ? viewOf(state).title : null
  const dead = existing?.gone === 'hidden' && before ? ordinalsOf(before.state) : []
  let added = 0
  const changed: MergeResult['changed'] = []
  for (const [at, part] of parts.entries()) {
    const result = mergeContribution(state, { n: firstN + at, stamp: ours(updated), fields: part.fields, blobs: part.blobs, entries: part.entries }, stampOf)
    dead.push(...result.dead)
    changed.push(...result.changed)
    added += result.added
  }
  const messages = new Map(said.messages.map(({ entry, message }): [string, Message] => [entry.id, message]))
  const documents = documentsOf(0, changed, messages)
  const view = viewOf(state)
  if (view.title !== titleBefore || state.titleOrdinal === 0) {
    if (state.titleOrdinal > 0) dead.push(state.titleOrdinal)
    state.titleOrdinal = view.title === null ? 0 : state.nextOrdinal++
    if (view.title !== null) documents.push(titleDocument(0, state, view.title, view.updated))
  }
  const local = existing && !ended ? existing.local : context.reserve()
  for (const document of documents) document.conversation = local
  return {
    outcome: loaded ? 'updated' : 'imported',
    vouched,
    parts: parts.map((part) => part.value),
    documents,
    prepared: {
      import: context.import, local, base: existing?.version ?? 0, replaces: ended ? existing.local : null, incarnation, fingerprint, row: rowOf(state, account, keys, view),
      contributions: parts.map((_, at) => ({ part: firstPart + at, n: firstN + at, updated })),
      outcome: loaded ? 1 : 0, added, dead,
      facets: facetsOf(account, keys, view, context.knownFacets),
      blobs: blobsOf(account, keys, said),
    },
  }
}

/** A state whose imported content is not shown (any more) begins again: a person's edits stay, and documents' numbers go on. */
export const beginAgain = (state: ConversationState, before: ConversationState | undefined): ConversationState =>
  before ? { ...state, edits: before.edits, nextOrdinal: before.nextOrdinal } : state
/** The numbers of all documents of a state. */
export const ordinalsOf = (state: ConversationState): number[] =>
  [...state.entries.map((entry) => entry.ordinal), ...(state.titleOrdinal > 0 ? [state.titleOrdinal] : [])]

/** What of an export is not stored yet, or is newer than what is. */
function newsOf(encoded: EncodedConversation, state: ConversationState, stampOf: (n: number) => Stamp, updated: number):
Pick<EncodedConversation, 'fields' | 'extra' | 'blobs' | 'messages'> {
  const entries = new Map(state.entries.map((entry) => [entry.id, entry]))
  const messages = encoded.messages.filter(({ entry }) => {
    const known = entries.get(entry.id)
    if (!known) return true
    return known.hash !== entry.hash && compareStamps(ours(entry.updated), { ...stampOf(known.contribution), updated: known.updated }) > 0
  })
  const fields = Object.fromEntries(Object.entries(encoded.fields).filter(([name, value]) => {
    const known = state.registers[name as keyof Fields]
    return !known || (JSON.stringify(known[0]) !== JSON.stringify(value) && compareStamps(ours(updated), stampOf(known[1])) > 0)
  }))
  const blobs = Object.fromEntries(Object.entries(encoded.blobs).filter(([pointer]) => state.blobs[pointer] === undefined))
  return { messages, fields, blobs, extra: 'extra' in fields ? encoded.extra : undefined }
}

/** The contributions all of whose messages the export holds. */
function covered(state: ConversationState, encoded: EncodedConversation, all: readonly number[]): number[] {
  const held = new Set(encoded.messages.map(({ entry }) => entry.id))
  const missing = new Set<number>()
  for (const entry of state.entries) if (!held.has(entry.id)) missing.add(entry.contribution)
  return all.filter((n) => !missing.has(n))
}

/** One document per message that has words. */
export function documentsOf(local: number, entries: readonly { id: string; ordinal: number; time: number | undefined; role: Message['role']; model: string | undefined }[], messages: ReadonlyMap<string, Message>): SearchDocument[] {
  const documents: SearchDocument[] = []
  for (const entry of entries) {
    const message = messages.get(entry.id)
    const text = message ? searchTextOf(message) : ''
    if (text.length === 0) continue
    documents.push({
      conversation: local, ordinal: entry.ordinal, time: Math.floor((entry.time ?? 0) / 1000), role: roles.indexOf(entry.role),
      ...(entry.model !== undefined ? { model: entry.model } : {}), text,
    })
  }
  return documents
}

export const titleDocument = (local: number, state: ConversationState, title: string, updated: number | null): SearchDocument =>
  ({ conversation: local, ordinal: state.titleOrdinal, time: Math.floor((updated ?? 0) / 1000), role: documentRoles.title, text: title })

/** Names that the conversation is filtered by, as keyed hashes with the sealed name beside. */
export function facetsOf(account: number, keys: AccountKeys, { models, project, tags }: Pick<View, 'models' | 'project' | 'tags'>, known = new Set<string>()): Facet[] {
  const all: [kind: number, text: string][] = models.map((model) => [facetKinds.model, model])
  if (project) all.push([facetKinds.project, project.name ?? project.id])
  for (const tag of tags) all.push([facetKinds.tag, tag])
  return all.map(([kind, text]) => facetOf(account, keys, kind, text, known))
}
export function facetOf(account: number, keys: AccountKeys, kind: number, text: string, known = new Set<string>()): Facet {
  const name = facetName(keys, kind, text)
  const seen = `${kind}/${text}`
  if (known.has(seen)) return { kind, name, sealed: null }
  known.add(seen)
  return { kind, name, sealed: keys.sealer.seal(facetPlace(account, kind, name), Buffer.from(text)) }
}
export const facetName = (keys: AccountKeys, kind: number, text: string): Uint8Array => keys.keyed(`facet/${kind}`, text)
export const facetPlace = (account: number, kind: number, name: Uint8Array): string => `facet_name/${account}/${kind}/${Buffer.from(name).toString('hex')}/sealed`

/** The blobs that a contribution needs: attachments, and what was too large for a chunk. */
function blobsOf(account: number, keys: AccountKeys, said: { blobs: Record<string, string>; extra: unknown; messages: readonly EncodedMessage[] }): PreparedConversation['blobs'] {
  const ids = new Set(Object.values(said.blobs))
  for (const { spilled } of said.messages) if (spilled !== undefined) ids.add(spilled)
  if (typeof said.extra === 'object' && said.extra !== null && 'spilled' in said.extra) ids.add(String(said.extra.spilled))
  return [...ids].map((id) => blobUse(account, keys, id))
}
export function blobUse(account: number, keys: AccountKeys, id: string): { name: Uint8Array; sealed: Uint8Array } {
  const name = keys.keyed('blob', id)
  return { name, sealed: keys.sealer.seal(blobPlace(account, name), Buffer.from(id)) }
}
export const blobPlace = (account: number, name: Uint8Array): string => `blob/${account}/${Buffer.from(name).toString('hex')}/sealed`
