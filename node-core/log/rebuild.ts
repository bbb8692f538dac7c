/**
 * Rebuilding projections from the log: when a projection's version has grown, or when a person asks the doctor to.
 * Invariant: a rebuild that is cut off goes on where it stopped; until it is done the node is not ready.
 */
import type { Did } from '../contract/ids.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { Transaction, Transactor } from '../ports/storage.ts'
import type { Projection } from './projection.ts'
import { readEvents } from './read.ts'

/** Events per transaction: short enough to let others in between. */
const STEP = 20

/** Told now and then how far it is. */
export type RebuildProgress = (projection: string, position: number) => void

/** Which projections of an account are missing, of another version, or half rebuilt. */
export async function outdated(storage: Transactor, account: number, projections: readonly Projection[]): Promise<Projection[]> {
  const rows = await storage.all<{ name: string; version: number; position: number | null }>(
    'SELECT name, version, position FROM projection WHERE account = ?',
    [account],
  )
  return projections.filter((projection) => {
    const row = rows.find((one) => one.name === projection.name)
    return !row || row.version !== projection.version || row.position !== null
  })
}

/** Those that no rebuild is to come over: events are applied to them. A rebuild comes to the events by itself. */
export async function currentOf(tx: Transaction, account: number, projections: readonly Projection[]): Promise<Projection[]> {
  const rows = await tx.all<{ name: string; version: number; position: number | null }>(
    'SELECT name, version, position FROM projection WHERE account = ?',
    [account],
  )
  return projections.filter(({ name, version }) => {
    const row = rows.find((one) => one.name === name)
    return !row || (row.position === null && row.version === version)
  })
}

/** Clears a projection and applies every event again. Errors: the store's, `seal-broken`. */
export async function rebuild(
  storage: Transactor,
  account: number,
  sealer: Sealer,
  projection: Projection,
  signal: AbortSignal,
  onProgress?: RebuildProgress,
  again = false,
): Promise<void> {
  const row = await storage.get<{ version: number; position: number | null }>(
    'SELECT version, position FROM projection WHERE account = ? AND name = ?',
    [account, projection.name],
  )
  let from = !again && row && row.version === projection.version && row.position !== null ? row.position : 0
  if (from === 0) {
    await storage.transaction(async (tx) => {
      await projection.clear(tx, account)
      await tx.run(saveState, [account, projection.name, projection.version, 0])
    })
  }
  for (;;) {
    signal.throwIfAborted()
    const start = from
    const events = await readEvents(storage, account, sealer, start, STEP)
    await storage.transaction(async (tx) => {
      for (const event of events) {
        await projection.apply(tx, { ...event, again: true })
        from = event.position
      }
      if (events.length === 0) {
        const owner = await tx.get<{ did: Did }>('SELECT did FROM account WHERE id = ?', [account])
        if (owner) await projection.finish?.(tx, { id: account, did: owner.did }, from)
      }
      await tx.run(saveState, [account, projection.name, projection.version, events.length === 0 ? null : from])
    })
    onProgress?.(projection.name, from)
    if (events.length === 0) return
  }
}

/** Notes that an account's projections stand at their present versions (a new, empty account). */
export async function markCurrent(storage: Transactor, account: number, projections: readonly Projection[]): Promise<void> {
  await storage.transaction(async (tx) => {
    for (const projection of projections) await tx.run(saveState, [account, projection.name, projection.version, null])
  })
}

const saveState = `INSERT INTO projection (account, name, version, position) VALUES (?, ?, ?, ?)
  ON CONFLICT (account, name) DO UPDATE SET version = excluded.version, position = excluded.position`
