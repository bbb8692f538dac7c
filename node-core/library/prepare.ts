/**
 * The importer's half of the library: compares a conversation with what is stored, and works out the event's parts
 * together with the rows that the projection will write, off the writer's thread.
 *
 * Invariant: `prepared` rows are what {@link libraryProjection} would derive from the same event on the same state;
 * they name the version of the state they saw and are refused (`conflict`) where the store has moved on.
 */
import type { Conversation, Message } from '../contract/content.ts'
import type { Did } from '../contract/ids.ts'
import type { SearchDocument } from '../ports/documents.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import { blobsIn } from './blob-uses.ts'
import { coversContribution, coversState, foldOf, isNothing, newsOf, ours, type Said } from './compare.ts'
import { contributionFrom } from './content.ts'
import { documentsOf, ordinalsOf, retitle } from './documents.ts'
import { type EncodedConversation, encodeConversation, type Spill } from './encode.ts'
import { importedFacets } from './facets.ts'
import { conversationIdFor } from './ids.ts'
import { encodeParts } from './pack.ts'
import { outcomes, type PreparedConversation } from './prepared.ts'
import { nameOf, rowOf } from './rows.ts'
import { beginAgain, type Contribution, type ConversationState, emptyState, mergeAll, type Stamp } from './rules.ts'
import type { StoredContribution } from './shown.ts'
import { viewOf } from './view.ts'

/** A conversation as it is stored now. */
export interface Existing {
  local: number
  version: number
  incarnation: number
  /**
   * `ended`: deleted, nothing is left but the row. `hidden`: all its imports are undone, or only what a person said of
   * it has come yet. What comes is new again.
   */
  gone: 'ended' | 'hidden' | false
  deleted: boolean
  /** How many contributions it has had. */
  contributions: number
  fingerprint: Uint8Array | null
  /** Loaded when the fingerprint differs. */
  load(): Promise<{ state: ConversationState; stamps: Map<number, Stamp> }>
  /** Read when the export does not hold all of it. */
  shown(): Promise<StoredContribution[]>
}

/** What is to be stored of one conversation. */
export interface Prepared {
  parts: Uint8Array[]
  prepared: PreparedConversation
  documents: SearchDocument[]
}
export interface PrepareResult {
  /** Which of the shown contributions, by number, the export holds too: its import vouches for them. */
  vouches?: { local: number; holds(n: number): boolean }
  /** What the store does not say yet. */
  news?: Prepared
}

export interface PrepareContext {
  account: number
  owner: Did
  keys: AccountKeys
  import: Uint8Array
  spill: Spill
  /** The stored conversation of that name, if there is one. */
  find(name: Uint8Array): Promise<Existing | undefined>
  /** A local number for a conversation that is new. */
  reserve(): Promise<number>
}

/** Compares and prepares one conversation; its parts are numbered from 0. Errors: `import-damaged`, `import-too-large`, the store's. */
export async function prepareConversation(context: PrepareContext, conversation: Conversation): Promise<PrepareResult> {
  const { keys } = context
  const id = conversationIdFor(context.owner, conversation.source, conversation.key)
  const encoded = await encodeConversation(conversation, context.spill)
  const existing = await context.find(nameOf(keys, id))
  // of this conversation alone: equal ones must not look equal
  const fingerprint = keys.keyed('fingerprint', Buffer.concat([id, encoded.fingerprint]))
  const empty = emptyState(id, conversation.source, conversation.key)
  if (!existing || existing.gone) return { news: await begin(context, encoded, empty, existing, fingerprint) }
  const { local, version, incarnation, contributions } = existing
  const known = (n: number): boolean => n < contributions
  if (existing.fingerprint && Buffer.compare(existing.fingerprint, fingerprint) === 0) return { vouches: { local, holds: known } }

  const { state, stamps } = await existing.load()
  const stampOf = (n: number): Stamp => stamps.get(n) ?? ours(encoded.updated)
  const covered = coversState(encoded, state, stampOf)
  const shown = covered ? [] : await contributionsOf(existing)
  const held = covered ? undefined : shown.filter((one) => coversContribution(encoded, one))
  const said = newsOf(encoded, held ? foldOf(held, empty) : state, stampOf, shown)
  const numbers = held && new Set(held.map(({ n }) => n))
  const vouches = { local, holds: (n: number): boolean => (numbers ? numbers.has(n) : known(n)) }
  // that there is such a conversation must be said by something that this import stands for, be it empty
  if (isNothing(said) && (!held || held.length > 0)) return { vouches }
  const place = { local, base: version, replaces: null, incarnation, fingerprint: covered ? fingerprint : null }
  return {
    vouches,
    news: work(
      context,
      encoded.updated,
      said,
      { state, stampOf, titleBefore: viewOf(state).title, shown: true, firstN: contributions },
      place,
    ),
  }
}

/** What each shown contribution says. */
async function contributionsOf(existing: Existing): Promise<Contribution[]> {
  const found: Contribution[] = []
  for (const { n, stamp, value } of await existing.shown()) {
    const said = value()
    if (said) found.push(contributionFrom(said, n, stamp))
  }
  return found
}

/** A conversation that is not shown yet, or not any more. */
async function begin(
  context: PrepareContext,
  encoded: EncodedConversation,
  empty: ConversationState,
  existing: Existing | undefined,
  fingerprint: Uint8Array,
): Promise<Prepared> {
  const ended = existing?.gone === 'ended'
  const before = existing && !ended ? (await existing.load()).state : undefined
  const base: Base = {
    state: beginAgain(empty, before),
    stampOf: () => ours(encoded.updated),
    titleBefore: null,
    shown: false,
    // a hidden conversation keeps the numbers of its contributions: they may be shown again when another import vouches
    firstN: existing && !ended ? existing.contributions : 0,
  }
  const prepared = work(context, encoded.updated, encoded, base, {
    local: existing && !ended ? existing.local : await context.reserve(),
    base: existing?.version ?? 0,
    replaces: ended ? existing.local : null,
    incarnation: existing ? existing.incarnation + Number(existing.deleted) : 0,
    fingerprint,
  })
  if (before) prepared.prepared.dead.push(...ordinalsOf(before))
  return prepared
}

/** The state to go on from, which `work` changes. */
interface Base {
  state: ConversationState
  stampOf(n: number): Stamp
  titleBefore: string | null
  shown: boolean
  firstN: number
}
type Place = Pick<PreparedConversation, 'local' | 'base' | 'replaces' | 'incarnation' | 'fingerprint'>

function work(
  context: PrepareContext,
  updated: number,
  said: Said,
  { state, stampOf, titleBefore, shown, firstN }: Base,
  place: Place,
): Prepared {
  const { account, keys } = context
  const meta = {
    conversation: state.id,
    incarnation: place.incarnation,
    import: context.import,
    source: state.source,
    key: state.key,
    updated,
  }
  const parts = encodeParts(meta, said)
  const contributions = parts.map(({ fields, blobs, entries }, at) => ({
    n: firstN + at,
    stamp: ours(updated),
    fields,
    blobs,
    entries,
  }))
  const { changed, dead, added, changes } = mergeAll(state, contributions, (n) => (n < firstN ? stampOf(n) : ours(updated)))
  const messages = new Map(said.messages.map(({ entry, message }): [string, Message] => [entry.id, message]))
  const view = viewOf(state)
  const documents = [...documentsOf(place.local, changed, messages), ...retitle(state, titleBefore, dead, place.local, view)]
  return {
    parts: parts.map((part) => part.value),
    documents,
    prepared: {
      ...place,
      import: context.import,
      row: rowOf(state, account, keys, view),
      contributions: parts.map((_, at) => ({ part: at, n: firstN + at, updated })),
      outcome: !shown ? outcomes.imported : changes ? outcomes.updated : outcomes.unchanged,
      added,
      facets: importedFacets(account, place.local, keys, view),
      blobs: [...blobsIn({ blobs: said.blobs, extra: said.extra, messages: said.messages })],
      dead,
    },
  }
}
