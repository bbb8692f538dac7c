/** The conversation that a person's word is about. */
import type { EventTarget } from '../contract/events.ts'
import { type ApplyContext, nextLocal } from './apply-context.ts'
import { endRow } from './clear.ts'
import { nameOf, rowOf } from './rows.ts'
import { emptyState } from './rules.ts'
import { states } from './tables.ts'
import { writeRow } from './write.ts'

const selectRow = 'SELECT id, incarnation, head IS NOT NULL AS goesOn FROM conversation WHERE account = ? AND name = ?'

/** The row of a target's conversation; undefined where it is deleted. One that has not come yet gets its row now. */
export async function rowFor(context: ApplyContext, target: EventTarget): Promise<number | undefined> {
  const { tx, event, keys } = context
  const name = nameOf(keys, target.conversation)
  const row = await tx.get<{ id: number; incarnation: number; goesOn: number }>(selectRow, [event.account, name])
  const incarnation = target.incarnation ?? 0
  if (row && row.incarnation > incarnation) return undefined
  if (row?.incarnation === incarnation) return row.goesOn ? row.id : undefined
  const local = await nextLocal(context)
  if (row) {
    context.tags.forget(row.id)
    await endRow(context, row.id)
  }
  const state = emptyState(target.conversation, 'vivim', '')
  await writeRow(tx, event, {
    local,
    base: 0,
    incarnation,
    state: states.awaited,
    contributions: 0,
    fingerprint: null,
    row: rowOf(state, event.account, keys),
  })
  return local
}
