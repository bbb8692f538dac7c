/** Applying an import's part from its event alone: what a rebuild does, and what arrives from other devices. */
import { decode } from '@ipld/dag-cbor'
import type { Message } from '../contract/content.ts'
import type { StoredPart } from '../log/projection.ts'
import { type ApplyContext, isUndone, nextLocal } from './apply-context.ts'
import { addBlobUses, blobsIn } from './blob-uses.ts'
import { endRow } from './clear.ts'
import { type ContributionValue, contributionFrom, contributionOf } from './content.ts'
import { documentsOf, ordinalsOf, retitle } from './documents.ts'
import { importedFacets, writeFacets } from './facets.ts'
import { messageKeyFor } from './ids.ts'
import { findRow, loadStamps, loadState, type StoredRow, stampFrom } from './load.ts'
import { type Outcome, outcomes } from './prepared.ts'
import { nameOf, rowOf } from './rows.ts'
import { beginAgain, type ConversationState, changedAnything, emptyState, type MergeResult, mergeContribution } from './rules.ts'
import { states } from './tables.ts'
import { viewOf } from './view.ts'
import { countItem, insertContribution, writeRow } from './write.ts'

export async function applyContribution(context: ApplyContext, part: StoredPart, value: unknown): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const said = contributionOf(value)
  const row = await findRow(tx, account, nameOf(keys, said.conversation))
  // an incarnation that ended stays ended, whatever arrives late
  if (row && (said.incarnation < row.incarnation || (said.incarnation === row.incarnation && row.state === states.deleted)))
    return
  const goesOn = row?.head != null && said.incarnation === row.incarnation ? row : undefined
  const n = goesOn?.contributions ?? 0
  const local = goesOn?.id ?? (await nextLocal(context))
  if (row && !goesOn) await endRow(context, row.id)
  await insertContribution(tx, event, { conversation: local, n, chunk: part.chunk, import: said.import, updated: said.updated })
  await addBlobUses(context, local, blobsIn(said))
  const known = goesOn && (await loadState(tx, account, keys, goesOn))
  const merged = (await isUndone(context, said.import))
    ? await keepHidden(context, said, goesOn, known, local)
    : await merge(context, said, goesOn, known, local)
  await countItem(tx, account, said.import, local, outcomeOf(goesOn, merged), merged?.added ?? 0)
}

/** Merges and writes what is shown from now on. */
async function merge(
  context: ApplyContext,
  said: ContributionValue,
  goesOn: StoredRow | undefined,
  known: ConversationState | undefined,
  local: number,
): Promise<MergeResult> {
  const { tx, event, keys } = context
  const { account } = event
  const n = goesOn?.contributions ?? 0
  const shown = goesOn?.state === states.shown ? known : undefined
  const state = shown ?? beginAgain(emptyState(said.conversation, said.source, said.key), known)
  const stamps = await loadStamps(tx, account, local)
  const before = viewOf(state).title
  const merged = mergeContribution(state, contributionFrom(said, n, stampFrom(stamps)(n)), stampFrom(stamps))
  const documents = documentsOf(local, merged.changed, await messagesOf(context, said))
  documents.push(...retitle(state, before, merged.dead, local))
  const dead = known && !shown ? [...merged.dead, ...ordinalsOf(known)] : merged.dead
  if (dead.length > 0) await context.documents.remove(tx, account, local, dead)
  await context.documents.put(tx, account, documents)
  const view = viewOf(state)
  await writeRow(tx, event, {
    local,
    base: goesOn?.version ?? 0,
    incarnation: said.incarnation,
    state: states.shown,
    contributions: n + 1,
    fingerprint: null,
    row: rowOf(state, account, keys, view),
  })
  await writeFacets(tx, event, local, 'imported', importedFacets(account, local, keys, view))
  return merged
}

/** A part of an import that is undone already: remembered, but nothing of it is shown. */
async function keepHidden(
  { tx, event, keys }: ApplyContext,
  said: ContributionValue,
  goesOn: StoredRow | undefined,
  known: ConversationState | undefined,
  local: number,
): Promise<undefined> {
  const { account, position } = event
  if (goesOn?.state === states.shown) {
    await tx.run('UPDATE conversation SET contributions = contributions + 1, version = ? WHERE account = ? AND id = ?', [
      position,
      account,
      local,
    ])
    return
  }
  const state = { ...(known ?? emptyState(said.conversation, said.source, said.key)), source: said.source, key: said.key }
  await writeRow(tx, event, {
    local,
    base: goesOn?.version ?? 0,
    incarnation: said.incarnation,
    state: states.hidden,
    contributions: (goesOn?.contributions ?? 0) + 1,
    fingerprint: null,
    row: rowOf(state, account, keys),
  })
}

function outcomeOf(before: StoredRow | undefined, merged: MergeResult | undefined): Outcome {
  if (!merged) return outcomes.unchanged
  if (before?.state !== states.shown) return outcomes.imported
  return changedAnything(merged) ? outcomes.updated : outcomes.unchanged
}

/** Messages by their key, those too large for a chunk read from their blob. */
export async function messagesOf(
  context: Pick<ApplyContext, 'readBlob' | 'event'>,
  said: ContributionValue,
): Promise<Map<string, Message>> {
  const messages = new Map<string, Message>()
  for (const stored of said.messages) {
    const message = 'spilled' in stored ? decode<Message>(await context.readBlob(context.event.owner, stored.spilled)) : stored
    messages.set(messageKeyFor(stored.id), message)
  }
  return messages
}
