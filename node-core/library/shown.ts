/** Which contributions of a conversation are shown: those of, or vouched for by, an import that was not undone. */
import { openChunk, valueIn } from '../log/chunk.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type ContributionValue, contributionOf } from './content.ts'
import type { Stamp } from './rules.ts'

/** Holds for a row `c` of `contribution` that is shown. */
const isShown = `(
  NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = c.account AND u.import = c.import)
  OR EXISTS (SELECT 1 FROM vouch v WHERE v.account = c.account AND v.conversation = c.conversation AND v.n = c.n
    AND NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = v.account AND u.import = v.import)))`

const select = `SELECT c.n, c.updated, c.milliseconds, c.counter, c.device, k.digest, k.sealed FROM contribution c JOIN chunk k ON k.id = c.chunk
  WHERE c.account = ? AND c.conversation = ?`
interface Row {
  n: number
  updated: number
  milliseconds: number
  counter: number
  device: string
  digest: Uint8Array
  sealed: Uint8Array | null
}

/** A stored contribution. Its value is opened when asked for; undefined where its chunk was dropped. */
export interface StoredContribution {
  n: number
  stamp: Stamp
  value(): ContributionValue | undefined
}

/** Those that are shown, in the order in which they came. */
export const shownContributions = async (
  reader: Reader,
  account: number,
  keys: AccountKeys,
  local: number,
): Promise<StoredContribution[]> =>
  (await reader.all<Row>(`${select} AND ${isShown} ORDER BY c.n`, [account, local])).map((row) => storedOf(row, account, keys))
/** All, shown or hidden. */
export const allContributions = async (
  reader: Reader,
  account: number,
  keys: AccountKeys,
  local: number,
): Promise<StoredContribution[]> =>
  (await reader.all<Row>(`${select} ORDER BY c.n`, [account, local])).map((row) => storedOf(row, account, keys))

const storedOf = (row: Row, account: number, keys: AccountKeys): StoredContribution => ({
  n: row.n,
  stamp: { updated: row.updated, time: [row.milliseconds, row.counter], device: row.device },
  value: () => (row.sealed ? contributionOf(valueIn(openChunk(account, row.digest, row.sealed, keys.sealer))) : undefined),
})

const notErased = (one: string): string =>
  `NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = ${one}.account AND u.import = ${one}.import AND u.erased = 1)`
const selectClaim = `SELECT 1 FROM contribution c WHERE c.account = ? AND c.chunk = ? AND (${notErased('c')}
    OR EXISTS (SELECT 1 FROM vouch v WHERE v.account = c.account AND v.conversation = c.conversation AND v.n = c.n AND ${notErased('v')}))
  UNION ALL SELECT 1 FROM vouch_awaited w WHERE w.account = ? AND w.chunk = ? AND ${notErased('w')}`
/** Whether an import that is not erased brought a part or vouches for it. */
export const isClaimed = async (reader: Reader, account: number, chunk: number): Promise<boolean> =>
  (await reader.get(selectClaim, [account, chunk, account, chunk])) !== undefined

const selectForeign = `SELECT c.n, e.id, k.part FROM contribution c JOIN chunk k ON k.id = c.chunk JOIN event e ON e.account = k.account AND e.position = k.position
  WHERE c.account = ? AND c.conversation = ? AND c.import <> ? AND ${isShown}
  AND NOT EXISTS (SELECT 1 FROM vouch o WHERE o.account = c.account AND o.conversation = c.conversation AND o.n = c.n AND o.import = ?) ORDER BY c.n`

/** Shown contributions that an import could still vouch for, as the log names them: event and part. */
export const foreignParts = (
  reader: Reader,
  account: number,
  local: number,
  importId: Uint8Array,
): Promise<{ n: number; id: Uint8Array; part: number }[]> => reader.all(selectForeign, [account, local, importId, importId])

const selectBrought = `SELECT c.import FROM contribution c WHERE c.account = ? AND c.conversation = ?
    AND NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = c.account AND u.import = c.import)
  UNION SELECT v.import FROM vouch v JOIN contribution c ON c.account = v.account AND c.conversation = v.conversation AND c.n = v.n
    JOIN undone_import g ON g.account = c.account AND g.import = c.import
    WHERE v.account = ? AND v.conversation = ?
    AND NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = v.account AND u.import = v.import)`

/** The imports to which a conversation is owed: those that brought what is shown, or hold what an undone one brought. */
export const broughtBy = async (reader: Reader, account: number, local: number): Promise<Uint8Array[]> =>
  (await reader.all<{ import: Uint8Array }>(selectBrought, [account, local, account, local])).map((row) => row.import)
