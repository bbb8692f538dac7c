/**
 * Undoing an import: what only it (and other undone imports) brought is hidden at once, and erased later.
 * What another import held too stays: that import vouches for it.
 */
import { type Message, sources } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import type { PartOf } from '../contract/events.ts'
import { chunkAt } from '../log/chunk-place.ts'
import { limits } from '../log/envelope.ts'
import { noteNames, positionNamed } from '../log/names.ts'
import { type ApplyContext, isErased } from './apply-context.ts'
import { readMessages } from './apply-contribution.ts'
import { contributionFrom } from './content.ts'
import { documentsOf, ordinalsOf, retitle } from './documents.ts'
import { importedFacets, writeFacets } from './facets.ts'
import { loadState, rowAt, type StoredRow, stampFrom } from './load.ts'
import { outcomes } from './prepared.ts'
import { rowOf } from './rows.ts'
import { beginAgain, emptyState, mergeAll, type Stamp } from './rules.ts'
import { type StoredContribution, shownContributions } from './shown.ts'
import { states } from './tables.ts'
import { viewOf } from './view.ts'
import { countItem, writeRow } from './write.ts'

export async function applyVouched(context: ApplyContext, { import: importId, parts }: PartOf<'imports.vouched'>): Promise<void> {
  const { tx, event } = context
  const { account } = event
  if (await isErased(context, importId)) return
  const shownAgain = new Set<number>()
  await noteNames(tx, account)
  for (const [id, part] of parts) {
    const position = await positionNamed(tx, account, id)
    if (position === undefined || part >= limits.chunks) continue
    const chunk = chunkAt(account, position, part)
    const conversation = await vouch(context, importId, chunk)
    if (conversation !== undefined) shownAgain.add(conversation)
    else await awaitChunk(context, importId, chunk)
  }
  // its import was undone after the one that vouches had looked: now it is shown again
  for (const conversation of shownAgain) if (conversation > 0) await refold(context, conversation, 'more')
}

/**
 * Notes that an import holds a part too. Answers the conversation that must be derived anew, 0 where none must, and
 * undefined where the part is not there.
 */
async function vouch({ tx, event: { account } }: ApplyContext, importId: Uint8Array, chunk: number): Promise<number | undefined> {
  const row = await tx.get<{ conversation: number; n: number; undone: number }>(selectVouched, [account, chunk])
  if (!row) return undefined
  await tx.run('INSERT INTO vouch (account, import, conversation, n) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [
    account,
    importId,
    row.conversation,
    row.n,
  ])
  await countItem(tx, account, importId, row.conversation, outcomes.unchanged, 0)
  return row.undone > 0 ? row.conversation : 0
}

/** What was erased before it was known that another import holds it too is asked for again: that import said the rest only. */
async function awaitChunk({ tx, event: { account } }: ApplyContext, importId: Uint8Array, chunk: number): Promise<void> {
  if (!(await tx.get(selectErased, [chunk, account]))) return
  await tx.run('INSERT INTO vouch_awaited (account, chunk, import) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
    account,
    chunk,
    importId,
  ])
  await tx.run('INSERT INTO chunk_awaited (chunk) VALUES (?) ON CONFLICT DO NOTHING', [chunk])
}
const selectErased = `SELECT 1 FROM chunk k WHERE k.id = ? AND k.account = ? AND k.sealed IS NULL
  AND NOT EXISTS (SELECT 1 FROM chunk_named n WHERE n.account = k.account AND n.chunk = k.id AND n.deleted = 1)`

/** Parts came whose bytes were awaited: those that vouch for them are heard. */
export async function applyAwaitedVouches(context: ApplyContext, chunks: readonly number[]): Promise<void> {
  const { tx, event } = context
  const shownAgain = new Set<number>()
  for (const chunk of chunks) {
    const waiting = await tx.all<{ import: Uint8Array }>('SELECT import FROM vouch_awaited WHERE account = ? AND chunk = ?', [
      event.account,
      chunk,
    ])
    for (const { import: importId } of waiting) shownAgain.add((await vouch(context, importId, chunk)) ?? 0)
    await tx.run('DELETE FROM vouch_awaited WHERE account = ? AND chunk = ?', [event.account, chunk])
  }
  for (const conversation of shownAgain) if (conversation > 0) await refold(context, conversation, 'more')
}
const selectVouched = `SELECT c.conversation, c.n, (SELECT count(*) FROM undone_import u WHERE u.account = c.account AND u.import = c.import) AS undone
  FROM contribution c WHERE c.account = ? AND c.chunk = ?`

export async function applyUndone(context: ApplyContext, importId: Uint8Array): Promise<void> {
  const { tx, event } = context
  const { account } = event
  await tx.run(
    'INSERT INTO undone_import (account, import, milliseconds, erased) VALUES (?, ?, ?, 0) ON CONFLICT (account, import) DO UPDATE SET milliseconds = min(milliseconds, excluded.milliseconds)',
    [account, importId, event.time[0]],
  )
  const affected = await tx.all<{ conversation: number }>(
    `SELECT conversation FROM contribution WHERE account = ? AND import = ?
     UNION SELECT conversation FROM vouch WHERE account = ? AND import = ?`,
    [account, importId, account, importId],
  )
  for (const { conversation } of affected) await refold(context, conversation, 'less')
}

/** Derives a conversation anew from the contributions that are shown: now more of them than before, or less. */
async function refold(context: ApplyContext, local: number, than: 'more' | 'less'): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const row = await rowAt(tx, account, local)
  if (!row?.head) return
  const shown = await shownContributions(tx, account, keys, local)
  if (shown.length === 0) {
    await tx.run(hideRow, [states.hidden, event.position, account, local, states.shown])
    return
  }
  // all are shown still; when there are more, some of them had been left out before
  if (than === 'less' && shown.length === row.contributions && row.state === states.shown) return
  await foldFrom(context, row, shown)
}
const hideRow = 'UPDATE conversation SET state = ?, version = ?, fingerprint = NULL WHERE account = ? AND id = ? AND state = ?'

async function foldFrom(context: ApplyContext, row: StoredRow, shown: readonly StoredContribution[]): Promise<void> {
  const { tx, event, keys } = context
  const { account } = event
  const before = await loadState(tx, account, keys, row)
  if (!before) throw new VivimError('storage-corrupt', 'A conversation has no tree.')
  await context.documents.remove(tx, account, row.id, ordinalsOf(before))
  const state = beginAgain(emptyState(before.id, sources[row.source] ?? 'vivim', before.key), before)
  const stamps = new Map(shown.map((one): [number, Stamp] => [one.n, one.stamp]))
  const values = shown.flatMap(({ n, stamp, value }) => {
    const said = value()
    return said ? [{ said, contribution: contributionFrom(said, n, stamp) }] : []
  })
  mergeAll(
    state,
    values.map(({ contribution }) => contribution),
    stampFrom(stamps),
  )
  const messages = new Map<string, Message>()
  for (const { said, contribution } of values)
    await readMessages(context, row.id, said, contribution.entries, state.entries, messages)
  const documents = documentsOf(row.id, state.entries, messages)
  documents.push(...retitle(state, null, [], row.id))
  await context.documents.put(tx, account, documents)
  const view = viewOf(state)
  await writeRow(tx, event, {
    local: row.id,
    base: row.version,
    incarnation: row.incarnation,
    state: states.shown,
    contributions: row.contributions,
    fingerprint: null,
    row: rowOf(state, account, keys, view),
  })
  await writeFacets(tx, event, row.id, 'imported', importedFacets(account, row.id, keys, view))
}
