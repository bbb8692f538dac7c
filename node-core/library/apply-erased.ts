/** Erasing an undone import after its 30 days: the chunks go, and what was hidden because of them is gone for good. */
import type { PartOf } from '../contract/events.ts'
import { chunksNamed } from '../log/names.ts'
import type { ApplyContext } from './apply-context.ts'
import { blobsIn, releaseBlobs } from './blob-uses.ts'
import { dropChunks } from './clear.ts'
import { ordinalsOf } from './documents.ts'
import { writeFacets } from './facets.ts'
import { loadState, rowAt, type StoredRow } from './load.ts'
import { rowOf } from './rows.ts'
import { beginAgain, emptyState } from './rules.ts'
import { allContributions, isClaimed } from './shown.ts'
import { states } from './tables.ts'
import { writeRow } from './write.ts'

export async function applyErased(context: ApplyContext, { import: importId, chunks }: PartOf<'imports.erased'>): Promise<void> {
  const { tx, event } = context
  const { account } = event
  await tx.run('UPDATE undone_import SET erased = 1 WHERE account = ? AND import = ?', [account, importId])
  const named = await chunksNamed(tx, account, chunks)
  for (const chunk of named) await tx.run(nameChunk, [account, chunk])
  // what another import that is not erased brought or vouches for stays; the last of them that goes takes it along
  const again = await tx.all<{ chunk: number }>(selectNamedBefore, [account, importId, importId, account, importId])
  await tx.run('DELETE FROM vouch_awaited WHERE account = ? AND import = ?', [account, importId])
  // in a rebuild, what is still here is held by an import that comes later
  if (!event.again) await eraseUnclaimed(context, new Set([...named, ...again.map((row) => row.chunk)]))
  await tx.run('DELETE FROM import_item WHERE account = ? AND import = ?', [account, importId])
}

/** At the end of a rebuild: what erased imports named and nothing holds any more, because what held it is void. */
export async function finishErased(context: ApplyContext): Promise<void> {
  const { tx, event } = context
  const named = await tx.all<{ chunk: number }>('SELECT chunk FROM chunk_named WHERE account = ? AND deleted = 0', [
    event.account,
  ])
  await eraseUnclaimed(context, new Set(named.map((row) => row.chunk)))
}

/** Drops those parts that no import claims any more. */
async function eraseUnclaimed(context: ApplyContext, chunks: Iterable<number>): Promise<void> {
  const { tx, event } = context
  const { account } = event
  const dropped: number[] = []
  for (const chunk of chunks) if (!(await isClaimed(tx, account, chunk))) dropped.push(chunk)
  await dropChunks(tx, account, dropped)
  const touched = new Set<number>()
  for (const chunk of dropped) {
    const row = await tx.get<{ conversation: number; n: number }>(
      'SELECT conversation, n FROM contribution WHERE account = ? AND chunk = ?',
      [account, chunk],
    )
    if (!row) continue
    await tx.run('DELETE FROM contribution WHERE account = ? AND conversation = ? AND n = ?', [account, row.conversation, row.n])
    await tx.run('DELETE FROM vouch WHERE account = ? AND conversation = ? AND n = ?', [account, row.conversation, row.n])
    touched.add(row.conversation)
  }
  for (const local of touched) {
    const row = await rowAt(tx, account, local)
    if (row?.head) await settle(context, row)
  }
}

const nameChunk = 'INSERT INTO chunk_named (account, chunk, deleted) VALUES (?, ?, 0) ON CONFLICT DO NOTHING'
/** Parts that erased imports named before, and that this one brought or vouches for too. */
const selectNamedBefore = `SELECT n.chunk FROM contribution c JOIN chunk_named n ON n.account = c.account AND n.chunk = c.chunk
    WHERE c.account = ? AND (c.import = ? OR EXISTS
      (SELECT 1 FROM vouch v WHERE v.account = c.account AND v.conversation = c.conversation AND v.n = c.n AND v.import = ?))
  UNION SELECT w.chunk FROM vouch_awaited w JOIN chunk_named n ON n.account = w.account AND n.chunk = w.chunk
    WHERE w.account = ? AND w.import = ?`

/** What is left of a conversation after some of its contributions went: perhaps only what a person said of it. */
async function settle(context: ApplyContext, row: StoredRow): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const left = await allContributions(tx, account, keys, row.id)
  const values = left.flatMap((one) => one.value() ?? [])
  await releaseBlobs(context, row.id, new Set(values.flatMap((value) => [...blobsIn(value)])))
  await tx.run(dropItems, [account, row.id])
  if (row.state === states.shown) return
  // what is hidden is derived anew should it ever be shown again: nothing of what went may stay in the meantime
  const before = await loadState(tx, account, keys, row)
  if (!before) return
  await context.documents.remove(tx, account, row.id, ordinalsOf(before))
  const state = beginAgain(
    emptyState(before.id, left.length > 0 ? before.source : 'vivim', left.length > 0 ? before.key : ''),
    before,
  )
  await writeRow(tx, event, {
    local: row.id,
    base: row.version,
    incarnation: row.incarnation,
    state: left.length > 0 ? states.hidden : states.awaited,
    contributions: row.contributions,
    fingerprint: null,
    row: rowOf(state, account, keys),
  })
  await writeFacets(tx, event, row.id, 'imported', null)
}
const dropItems = `DELETE FROM import_item WHERE account = ? AND conversation = ?
  AND NOT EXISTS (SELECT 1 FROM contribution c WHERE c.account = import_item.account AND c.conversation = import_item.conversation AND c.import = import_item.import)
  AND NOT EXISTS (SELECT 1 FROM vouch v WHERE v.account = import_item.account AND v.conversation = import_item.conversation AND v.import = import_item.import)`
