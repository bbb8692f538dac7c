/** Applying an import's part from its event alone: what a rebuild does, and what arrives from other devices. */
import { decode } from '@ipld/dag-cbor'
import type { Message } from '../contract/content.ts'
import { isVivimError } from '../contract/errors.ts'
import { isBlobId } from '../contract/ids.ts'
import { hexOf } from '../log/chain.ts'
import type { StoredEvent, StoredPart } from '../log/projection.ts'
import { type ApplyContext, isErased, isUndone, nextLocal } from './apply-context.ts'
import { addBlobUses, blobsIn } from './blob-uses.ts'
import { awaitBlob } from './blobs-awaited.ts'
import { endRow, leaveChunk } from './clear.ts'
import { type ContributionValue, contributionFrom, contributionOf } from './content.ts'
import { documentsOf, ordinalsOf, retitle } from './documents.ts'
import { importedFacets, writeFacets } from './facets.ts'
import { findRow, loadStamps, loadState, type StoredRow, stampFrom } from './load.ts'
import { outcomes } from './prepared.ts'
import { nameOf, rowOf } from './rows.ts'
import { beginAgain, type ConversationState, emptyState, mergeAll } from './rules.ts'
import { states } from './tables.ts'
import type { TreeEntry } from './tree-block.ts'
import { viewOf } from './view.ts'
import { countItem, insertContribution, writeRow } from './write.ts'

/** What one part says, and where it is. */
export interface SaidPart {
  event: StoredEvent
  part: StoredPart
  said: ContributionValue
}

/** The parts of an event, with what they say. Error: `event-schema`. */
export const saidParts = (event: StoredEvent, parts: readonly { part: StoredPart; value: unknown }[]): SaidPart[] =>
  parts.map(({ part, value }) => ({ event, part, said: contributionOf(value, part.parsed) }))

/** Parts in the order in which they came, those that are of one conversation and one import together. */
export function runsOf(parts: readonly SaidPart[]): SaidPart[][] {
  const runs = new Map<string, SaidPart[]>()
  for (const one of parts) {
    const { conversation, incarnation, import: importId } = one.said
    const key = `${hexOf(conversation)}/${incarnation}/${hexOf(importId)}`
    const run = runs.get(key)
    if (run) run.push(one)
    else runs.set(key, [one])
  }
  return [...runs.values()]
}

/** Applies a run of parts: the conversation is read and written once. `context` is the last one's. */
export async function applyContributions(context: ApplyContext, run: readonly SaidPart[]): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const said = run[0]?.said
  if (!said) return
  const row = await findRow(tx, account, nameOf(keys, said.conversation))
  // an incarnation that ended stays ended, whatever arrives late
  if (row && (said.incarnation < row.incarnation || (said.incarnation === row.incarnation && row.state === states.deleted))) {
    for (const { part } of run) await leaveChunk(tx, account, part.chunk)
    return
  }
  const goesOn = row?.head != null && said.incarnation === row.incarnation ? row : undefined
  const local = goesOn?.id ?? (await nextLocal(context))
  if (row && !goesOn) await endRow(context, row.id)
  const firstN = goesOn?.contributions ?? 0
  for (const [at, one] of run.entries()) {
    await insertContribution(tx, one.event, {
      conversation: local,
      n: firstN + at,
      chunk: one.part.chunk,
      import: one.said.import,
      updated: one.said.updated,
    })
  }
  await addBlobUses(context, local, new Set(run.flatMap((one) => [...blobsIn(one.said)])))
  const known = goesOn && (await loadState(tx, account, keys, goesOn))
  const place: Place = { local, firstN, goesOn, known, total: firstN + run.length }
  if (await isUndone(context, said.import)) {
    await keepHidden(context, said, place)
    // what is left of an erased one is others', who vouch for it
    if (!(await isErased(context, said.import))) await countItem(tx, account, said.import, local, outcomes.unchanged, 0)
    return
  }
  const { added, changes } = await merge(context, run, said, place)
  const outcome = goesOn?.state !== states.shown ? outcomes.imported : changes ? outcomes.updated : outcomes.unchanged
  await countItem(tx, account, said.import, local, outcome, added)
}

interface Place {
  local: number
  /** The number of the run's first contribution, and of all with it. */
  firstN: number
  total: number
  /** The row that is gone on from, and its state. */
  goesOn: StoredRow | undefined
  known: ConversationState | undefined
}

/** Merges and writes what is shown from now on. */
async function merge(
  context: ApplyContext,
  run: readonly SaidPart[],
  { conversation, source, key, incarnation }: ContributionValue,
  { local, firstN, total, goesOn, known }: Place,
): Promise<{ added: number; changes: boolean }> {
  const { tx, event, keys } = context
  const { account } = event
  const shown = goesOn?.state === states.shown ? known : undefined
  const state = shown ?? beginAgain(emptyState(conversation, source, key), known)
  const stampOf = stampFrom(await loadStamps(tx, account, local))
  const before = viewOf(state).title
  const contributions = run.map(({ said }, at) => contributionFrom(said, firstN + at, stampOf(firstN + at)))
  const merged = mergeAll(state, contributions, stampOf)
  const messages = new Map<string, Message>()
  for (const [at, { said }] of run.entries())
    await readMessages(context, local, said, contributions[at]?.entries ?? [], merged.changed, messages)
  const view = viewOf(state)
  const documents = [...documentsOf(local, merged.changed, messages), ...retitle(state, before, merged.dead, local, view)]
  const dead = known && !shown ? [...merged.dead, ...ordinalsOf(known)] : merged.dead
  if (dead.length > 0) await context.documents.remove(tx, account, local, dead)
  await context.documents.put(tx, account, documents)
  const row = rowOf(state, account, keys, view)
  await writeRow(tx, event, {
    local,
    base: goesOn?.version ?? 0,
    incarnation,
    state: states.shown,
    contributions: total,
    fingerprint: null,
    row,
  })
  await writeFacets(tx, event, local, 'imported', importedFacets(account, local, keys, view))
  return merged
}

/** Parts of an import that is undone already: remembered, but nothing of them is shown. */
async function keepHidden(
  { tx, event, keys }: ApplyContext,
  { conversation, source, key, incarnation }: ContributionValue,
  { local, total, goesOn, known }: Place,
): Promise<void> {
  const { account, position } = event
  if (goesOn?.state === states.shown) {
    await tx.run('UPDATE conversation SET contributions = ?, version = ? WHERE account = ? AND id = ?', [
      total,
      position,
      account,
      local,
    ])
    return
  }
  const row = rowOf({ ...(known ?? emptyState(conversation, source, key)), source, key }, account, keys)
  await writeRow(tx, event, {
    local,
    base: goesOn?.version ?? 0,
    incarnation,
    state: states.hidden,
    contributions: total,
    fingerprint: null,
    row,
  })
}

/**
 * Puts those of a contribution's messages that are among `wanted` into `into`, by key; those too large for a chunk are
 * read from their blob. One whose blob has not come yet is left out, and indexed when it has. `entries` are the
 * contribution's.
 */
export async function readMessages(
  context: ApplyContext,
  conversation: number,
  said: ContributionValue,
  entries: readonly Pick<TreeEntry, 'id' | 'hash'>[],
  wanted: readonly Pick<TreeEntry, 'id' | 'hash' | 'ordinal'>[],
  into: Map<string, Message>,
): Promise<void> {
  const known = new Map(wanted.map((entry) => [entry.id, entry]))
  for (const [index, stored] of said.messages.entries()) {
    const entry = entries[index]
    const place = entry && known.get(entry.id)
    if (!place || place.hash !== entry.hash) continue
    const message = 'spilled' in stored ? await spilledMessage(context, stored.spilled) : stored
    if (message) into.set(entry.id, message)
    else if ('spilled' in stored && isBlobId(stored.spilled))
      await awaitBlob(context, stored.spilled, { conversation, ordinal: place.ordinal })
  }
}

/** Undefined where its blob has not come yet. */
async function spilledMessage({ readBlob, event }: ApplyContext, id: string): Promise<Message | undefined> {
  if (!isBlobId(id)) return undefined
  try {
    return decode<Message>(await readBlob(event.owner, id))
  } catch (error) {
    if (isVivimError(error, 'blob-not-found')) return undefined
    throw error
  }
}
