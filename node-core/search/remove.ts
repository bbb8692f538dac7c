/** Giving back what no search reads any more, in short transactions. */
import { setImmediate } from 'node:timers/promises'
import type { Transaction, Transactor } from '../ports/storage.ts'
import { live } from './tables.ts'

/** What one transaction removes: it is all overwritten on the disk. */
const bytesPerStep = 768 * 1024
const segmentsPerStep = 128
/** Full blocks are at most so long. */
const blockBytes = 36 * 1024
/** More blocks than a segment of that size has. */
const blocksOfSmall = 16
const deletionsPerStep = 500

const selectGone = `SELECT id, bytes FROM search_segment WHERE account = ? AND state <> ${live} LIMIT ${segmentsPerStep}`
const removeBlocks = `DELETE FROM search_block WHERE account = ? AND segment = ? AND n IN
(SELECT n FROM search_block WHERE account = ? AND segment = ? ORDER BY n LIMIT ?)`
const removeSegment = 'DELETE FROM search_segment WHERE account = ? AND id = ?'
const leastSeq = `SELECT min(seq) AS least FROM search_segment WHERE account = ? AND state = ${live}`
const lastOfStep = `SELECT max(before_seq) AS last FROM (SELECT before_seq FROM search_deleted
WHERE account = ? AND before_seq <= ? ORDER BY before_seq LIMIT ${deletionsPerStep})`
const removeDeletions = 'DELETE FROM search_deleted WHERE account = ? AND before_seq <= ?'

interface Gone {
  id: Uint8Array
  bytes: number
}

/** Removes merged-away segments, and what a merge that was cut off left. Not while a merge of the account runs. */
export async function removeDead(storage: Transactor, account: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const gone = await storage.all<Gone>(selectGone, [account])
    if (gone.length === 0) return
    await storage.transaction((tx) => removeStep(tx, account, gone))
    // the queue of transactions alone lets nobody in who calls from another thread
    await setImmediate()
  }
}

async function removeStep(tx: Transaction, account: number, gone: readonly Gone[]): Promise<void> {
  let left = bytesPerStep
  for (const { id, bytes } of gone) {
    // A small one has few blocks; what a merge was writing when it was cut off has no size noted yet.
    const small = bytes > 0 && bytes <= blockBytes
    const most = small ? blocksOfSmall : Math.max(1, Math.floor(left / blockBytes))
    const { changes } = await tx.run(removeBlocks, [account, id, account, id, most])
    left -= small ? bytes : changes * blockBytes
    if (changes === most) return
    await tx.run(removeSegment, [account, id])
    if (left <= 0) return
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
    await setImmediate()
  }
}
