/** Giving back what no search reads any more, in short transactions. */
import type { Transaction, Transactor } from '../ports/storage.ts'
import { live } from './tables.ts'

/** Blocks that one transaction removes: each is overwritten on the disk. */
const blocksPerStep = 24
const deletionsPerStep = 500

const selectGone = `SELECT id FROM search_segment WHERE account = ? AND state <> ${live} LIMIT ${blocksPerStep}`
const removeBlocks = `DELETE FROM search_block WHERE account = ? AND segment = ? AND n IN
(SELECT n FROM search_block WHERE account = ? AND segment = ? ORDER BY n LIMIT ?)`
const removeSegment = 'DELETE FROM search_segment WHERE account = ? AND id = ?'
const leastSeq = `SELECT min(seq) AS least FROM search_segment WHERE account = ? AND state = ${live}`
const lastOfStep = `SELECT max(before_seq) AS last FROM (SELECT before_seq FROM search_deleted
WHERE account = ? AND before_seq <= ? ORDER BY before_seq LIMIT ${deletionsPerStep})`
const removeDeletions = 'DELETE FROM search_deleted WHERE account = ? AND before_seq <= ?'

/** Removes merged-away segments, and what a merge that was cut off left. Not while a merge of the account runs. */
export async function removeDead(storage: Transactor, account: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const gone = await storage.all<{ id: Uint8Array }>(selectGone, [account])
    if (gone.length === 0) return
    await storage.transaction((tx) => removeStep(tx, account, gone))
  }
}

async function removeStep(tx: Transaction, account: number, gone: readonly { id: Uint8Array }[]): Promise<void> {
  let left = blocksPerStep
  for (const { id } of gone) {
    const { changes } = await tx.run(removeBlocks, [account, id, account, id, left])
    left -= changes
    if (left <= 0) return
    await tx.run(removeSegment, [account, id])
  }
}

/** Forgets deletions that every live segment is free of. */
export async function forgetDeletions(storage: Transactor, account: number, signal: AbortSignal): Promise<void> {
  const row = await storage.get<{ least: number | null }>(leastSeq, [account])
  const through = row?.least ?? Number.MAX_SAFE_INTEGER
  for (;;) {
    signal.throwIfAborted()
    const step = await storage.get<{ last: number | null }>(lastOfStep, [account, through])
    const last = step?.last ?? undefined
    if (last === undefined) return
    await storage.transaction((tx) => tx.run(removeDeletions, [account, last]))
  }
}
