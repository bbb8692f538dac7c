/** Applying an import's part from its event alone: what a rebuild does, and what arrives from other devices. */
import { decode } from '@ipld/dag-cbor'
import type { Message } from '../contract/content.ts'
import type { StoredEvent, StoredPart } from '../log/projection.ts'
import type { SearchDocument } from '../ports/documents.ts'
import { contributionOf, type ContributionValue } from './content.ts'
import { entryOfStored } from './encode.ts'
import { clearConversation } from './apply-edits.ts'
import { findRow, loadStamps, loadState, stampFrom, type StoredRow } from './load.ts'
import { beginAgain, blobUse, documentsOf, facetsOf, ordinalsOf, titleDocument } from './prepare.ts'
import type { ApplyContext } from './projection.ts'
import { nameOf, rowOf } from './rows.ts'
import { type Contribution, type ConversationState, emptyState, mergeContribution, viewOf } from './rules.ts'
import { states } from './tables.ts'
import { countItem, insertContribution, replaceFacets, useBlob, writeRow } from './write.ts'

export async function applyContribution(context: ApplyContext, part: StoredPart, value: unknown): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const said = contributionOf(value)
  const row = await findRow(tx, account, nameOf(keys, said.conversation))
  // an incarnation that ended stays ended, whatever arrives late
  if (row && (said.incarnation < row.incarnation || (said.incarnation === row.incarnation && row.state === states.deleted))) return
  const goesOn = row?.head != null && said.incarnation === row.incarnation ? row : undefined
  const known = goesOn && (await loadState(tx, account, keys, goesOn))
  const state = known && goesOn?.state === states.shown ? known : beginAgain(emptyState(said.conversation, said.source, said.key), known)
  const n = goesOn?.contributions ?? 0
  const local = goesOn?.id ?? (await nextLocal(context))
  if (row && !goesOn) await endRow(context, row)
  const stamps = await loadStamps(tx, account, local)
  const contribution = contributionFrom(said, n, event)
  stamps.set(n, contribution.stamp)
  const undone = await isUndone(context, said.import)
  const before = viewOf(state).title
  const merged = undone ? undefined : mergeContribution(state, contribution, stampFrom(stamps))
  if (merged) {
    const documents = documentsOf(local, merged.changed, await messagesOf(context, said))
    documents.push(...retitle(state, before, merged.dead, local))
    if (known && known !== state) merged.dead.push(...ordinalsOf(known))
    if (merged.dead.length > 0) await context.documents.remove(tx, account, local, merged.dead)
    await context.documents.put(tx, account, documents)
  }
  const view = viewOf(state)
  await writeRow(tx, account, {
    local, base: goesOn?.version ?? 0, incarnation: said.incarnation, contributions: n + 1, fingerprint: null,
    state: undone && goesOn?.state !== states.shown ? states.hidden : states.shown,
    row: rowOf(state, account, keys, view),
  })
  await insertContribution(tx, event, { conversation: local, n, chunk: part.chunk, import: said.import, updated: said.updated })
  await replaceFacets(tx, account, local, facetsOf(account, keys, view), goesOn !== undefined)
  for (const blob of blobsIn(said)) await useBlob(tx, account, local, blobUse(account, keys, blob))
  const wasShown = goesOn?.state === states.shown
  await countItem(tx, account, said.import, local, wasShown && n > 0 && !(await sameImport(context, local, said.import, n)) ? 1 : 0, merged?.added ?? 0)
}

/** An older incarnation gives way: its documents and rows go, and so does its local number. */
async function endRow(context: ApplyContext, row: StoredRow): Promise<void> {
  const { tx, event } = context
  if (row.head) await clearConversation(context, row.id)
  await tx.run('DELETE FROM conversation WHERE account = ? AND id = ?', [event.account, row.id])
}

/** A contribution as the rules take it. */
export const contributionFrom = (said: ContributionValue, n: number, event: Pick<StoredEvent, 'time' | 'device'>): Contribution => ({
  n,
  stamp: { updated: said.updated, time: event.time, device: event.device },
  fields: said.fields,
  blobs: said.blobs,
  entries: said.messages.map((message, index) => ({ ...entryOfStored(message, said.orders[index] ?? index, said.updated), index })),
})

/** Messages by their key, those too large for a chunk read from their blob. */
export async function messagesOf(context: Pick<ApplyContext, 'readBlob' | 'event'>, said: ContributionValue): Promise<Map<string, Message>> {
  const messages = new Map<string, Message>()
  for (const [index, stored] of said.messages.entries()) {
    const message = 'spilled' in stored ? decode<Message>(await context.readBlob(context.event.owner, stored.spilled)) : stored
    messages.set(entryOfStored(stored, said.orders[index] ?? index, said.updated).id, message)
  }
  return messages
}

/** Gives a changed title a document of its own; the old one's number joins `dead`. */
export function retitle(state: ConversationState, before: string | null, dead: number[], local: number): SearchDocument[] {
  const view = viewOf(state)
  if (view.title === before && (state.titleOrdinal > 0 || view.title === null)) return []
  if (state.titleOrdinal > 0) dead.push(state.titleOrdinal)
  state.titleOrdinal = view.title === null ? 0 : state.nextOrdinal++
  return view.title === null ? [] : [titleDocument(local, state, view.title, view.updated)]
}

export async function nextLocal({ tx, event }: Pick<ApplyContext, 'tx' | 'event'>): Promise<number> {
  const row = await tx.get<{ most: number | null }>('SELECT max(id) AS most FROM conversation WHERE account = ?', [event.account])
  return (row?.most ?? 0) + 1
}

export const isUndone = async ({ tx, event }: Pick<ApplyContext, 'tx' | 'event'>, importId: Uint8Array): Promise<boolean> =>
  (await tx.get('SELECT 1 FROM undone_import WHERE account = ? AND import = ?', [event.account, importId])) !== undefined

const sameImport = async ({ tx, event }: ApplyContext, local: number, importId: Uint8Array, before: number): Promise<boolean> =>
  (await tx.get('SELECT 1 FROM contribution WHERE account = ? AND conversation = ? AND n < ? AND import = ?', [event.account, local, before, importId])) !== undefined

function blobsIn(said: ContributionValue): Set<string> {
  const ids = new Set(Object.values(said.blobs))
  for (const message of said.messages) if ('spilled' in message) ids.add(message.spilled)
  if (typeof said.extra?.spilled === 'string') ids.add(said.extra.spilled)
  return ids
}
