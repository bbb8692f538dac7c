/**
 * Undoing an import: what only it (and other undone imports) brought is hidden at once, and erased later.
 * What another import held too stays: that import vouches for it.
 */
import { VivimError } from '../contract/errors.ts'
import type { PartOf } from '../contract/events.ts'
import { openChunk, valueIn } from '../log/chunk.ts'
import { clearConversation } from './apply-edits.ts'
import { contributionFrom, messagesOf, retitle } from './apply-contribution.ts'
import { contributionOf } from './content.ts'
import { loadStamps, loadState, rowAt, stampFrom, type StoredRow } from './load.ts'
import { documentsOf, facetsOf } from './prepare.ts'
import type { ApplyContext } from './projection.ts'
import { rowOf } from './rows.ts'
import { emptyState, mergeContribution, viewOf } from './rules.ts'
import { states } from './tables.ts'
import { chunksNamed, countItem, dropChunks, replaceFacets, writeRow } from './write.ts'
import { sources } from '../contract/content.ts'

/** Contributions that are shown: those of, or vouched for by, an import that was not undone. */
const shownContributions = `SELECT c.n, c.chunk, c.updated, c.milliseconds, c.counter, c.device, k.digest, k.sealed FROM contribution c JOIN chunk k ON k.id = c.chunk
  WHERE c.account = ? AND c.conversation = ? AND (
    NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = c.account AND u.import = c.import)
    OR EXISTS (SELECT 1 FROM vouch v WHERE v.account = c.account AND v.conversation = c.conversation AND v.n = c.n
      AND NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = v.account AND u.import = v.import))) ORDER BY c.n`
interface Shown { n: number; updated: number; milliseconds: number; counter: number; device: string; digest: Uint8Array; sealed: Uint8Array | null }

export async function applyVouched(context: ApplyContext, { import: importId, parts }: PartOf<'imports.vouched'>): Promise<void> {
  const { tx, event } = context
  for (const [digest, part] of parts) {
    const row = await tx.get<{ conversation: number; n: number }>(
      `SELECT c.conversation, c.n FROM event e JOIN chunk k ON k.account = e.account AND k.position = e.position AND k.part = ?
       JOIN contribution c ON c.account = k.account AND c.chunk = k.id WHERE e.account = ? AND e.id = ?`, [part, event.account, digest])
    if (!row) continue // deleted meanwhile
    await tx.run('INSERT INTO vouch (account, import, conversation, n) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [event.account, importId, row.conversation, row.n])
    await countItem(tx, event.account, importId, row.conversation, 2, 0)
  }
}

export async function applyUndone(context: ApplyContext, importId: Uint8Array): Promise<void> {
  const { tx, event } = context
  const { account } = event
  await tx.run('INSERT INTO undone_import (account, import, milliseconds, erased) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING', [account, importId, event.time[0]])
  const affected = await tx.all<{ conversation: number }>(
    `SELECT conversation FROM contribution WHERE account = ? AND import = ?
     UNION SELECT conversation FROM vouch WHERE account = ? AND import = ?`, [account, importId, account, importId])
  for (const { conversation } of affected) await refold(context, conversation)
}

/** Derives a conversation anew from the contributions that are shown. */
async function refold(context: ApplyContext, local: number): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const row = await rowAt(tx, account, local)
  if (!row || row.state === states.deleted) return
  const shown = await tx.all<Shown>(shownContributions, [account, local])
  if (shown.length === 0) {
    await tx.run('UPDATE conversation SET state = ?, version = version + 1 WHERE account = ? AND id = ?', [states.hidden, account, local])
    return
  }
  if (shown.length === row.contributions && row.state === states.shown) return
  await foldFrom(context, row, shown)
}

async function foldFrom(context: ApplyContext, row: StoredRow, shown: readonly Shown[]): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const before = await loadState(tx, account, keys, row)
  if (!before) throw new VivimError('storage-corrupt', 'A conversation has no tree.')
  const state = { ...emptyState(before.id, sources[row.source] ?? 'vivim', before.key), edits: before.edits, nextOrdinal: before.nextOrdinal }
  const stamps = await loadStamps(tx, account, row.id)
  await context.documents.remove(tx, account, row.id, [...before.entries.map((entry) => entry.ordinal), ...(before.titleOrdinal > 0 ? [before.titleOrdinal] : [])])
  const messages: Awaited<ReturnType<typeof messagesOf>> = new Map()
  for (const one of shown) {
    if (!one.sealed) continue
    const said = contributionOf(valueIn(openChunk(account, one.digest, one.sealed, keys.sealer)))
    mergeContribution(state, contributionFrom(said, one.n, { time: [one.milliseconds, one.counter], device: one.device as typeof event.device }), stampFrom(stamps))
    for (const [id, message] of await messagesOf(context, said)) messages.set(id, message)
  }
  const documents = documentsOf(row.id, state.entries, messages)
  documents.push(...retitle(state, null, [], row.id))
  await context.documents.put(tx, account, documents)
  const view = viewOf(state)
  await writeRow(tx, account, {
    local: row.id, base: row.version, incarnation: row.incarnation, state: states.shown, contributions: row.contributions, fingerprint: null,
    row: rowOf(state, account, keys, view),
  })
  await replaceFacets(tx, account, row.id, facetsOf(account, keys, view), true)
}

/** After its 30 days: the chunks go, and what was hidden because of them is gone for good. */
export async function applyErased(context: ApplyContext, { import: importId, chunks }: PartOf<'imports.erased'>): Promise<void> {
  const { tx, event } = context
  const { account } = event
  const dropped = await chunksNamed(tx, account, chunks)
  await dropChunks(tx, account, dropped)
  for (const chunk of dropped) {
    const row = await tx.get<{ conversation: number }>('SELECT conversation FROM contribution WHERE account = ? AND chunk = ?', [account, chunk])
    if (!row) continue
    await tx.run('DELETE FROM contribution WHERE account = ? AND chunk = ?', [account, chunk])
    const left = await tx.get('SELECT 1 FROM contribution WHERE account = ? AND conversation = ?', [account, row.conversation])
    if (left) continue
    // the row stays, empty: a later import begins again under another local number
    await clearConversation(context, row.conversation)
    await tx.run(
      `UPDATE conversation SET state = ?, version = version + 1, contributions = 0, messages = 0, created = 0, updated = 0, fingerprint = NULL, head = NULL
       WHERE account = ? AND id = ?`, [states.awaited, account, row.conversation])
  }
  await tx.run('UPDATE undone_import SET erased = 1 WHERE account = ? AND import = ?', [account, importId])
}
