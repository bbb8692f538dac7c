/**
 * The writing half of the node: the one read-write connection, the log and its projections. Runs in the writer's
 * thread, or (in tests, over the in-memory store) in the caller's.
 */
import type { KeyObject } from 'node:crypto'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { EventType } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { createKeyring, type OpenAccount } from '../identity/keyring.ts'
import { applyArrived } from '../library/blobs-awaited.ts'
import { libraryProjection } from '../library/projection.ts'
import { createAccept, type Makers, type Outcome } from '../log/accept.ts'
import type { Incoming } from '../log/accept-check.ts'
import { type Appended, type Change, createLog, type PreparedChange } from '../log/append.ts'
import { chunkOf, sealChunk } from '../log/chunk.ts'
import { markCurrent, outdated, rebuild } from '../log/rebuild.ts'
import { refill } from '../log/refill.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Query, Storage, StorageFacts } from '../ports/storage.ts'
import { mergeOnce } from '../search/merge.ts'
import { documentIndex } from './documents.ts'

/** An event whose parts are encoded (DAG-CBOR of each value) but not sealed yet: that is done here while the importer reads on. */
export interface EncodedChange {
  type: EventType
  encoded: Uint8Array[]
  prepared?: unknown
}

/** Everything that changes the store. Other threads hold a connected twin of this. */
export interface Writer {
  /** Opens an account for writing, or gives it newer data keys. */
  open(account: OpenAccount): Promise<void>
  /** Appends events; see {@link createLog}. `root`: signed by the account's root key instead of this device. */
  append(account: number, changes: readonly (Change | EncodedChange)[], root?: { did: Did; key: KeyObject }): Promise<Appended[]>
  /** Takes in events that other devices of the account's owner signed; see {@link createAccept}. */
  accept(account: number, events: readonly Incoming[], makers: Makers): Promise<Outcome[]>
  /** Stores parts whose bytes were awaited, and applies them; answers how many were. See {@link refill}. */
  refill(account: number, chunks: readonly Uint8Array[]): Promise<number>
  /** Files are here that were awaited: what stands in them is found from now on. */
  arrived(account: number, blobs: readonly string[]): Promise<void>
  /** Runs statements in one transaction: operational rows that are no part of the log (sessions, imports, checkpoints). */
  write(queries: readonly Query[]): Promise<void>
  /** Marks the projections of a new account as current. */
  begin(account: number): Promise<void>
  /** The first of `count` local numbers for new conversations. */
  reserve(account: number, count: number): Promise<number>
  /** Names of all projections. */
  projections(): Promise<string[]>
  /** Every damage that the engine finds in the store. */
  check(): Promise<string[]>
  /** Projections that must be rebuilt before an account can be served. */
  outdated(account: number): Promise<string[]>
  /** Makes a projection anew from the log. */
  rebuild(account: number, projection: string, again: boolean): Promise<void>
  /** One step of tidying the search index; false when there is nothing to do. */
  mergeSearch(account: number, purge: boolean): Promise<boolean>
  facts(): Promise<StorageFacts>
  shrink(): Promise<void>
  copyTo(path: string): Promise<void>
  /** Adds the seals made by this thread and `others` to the data keys' counts. */
  countSeals(others: readonly { account: number; kind: string; number: number; seals: number }[]): Promise<void>
  close(): Promise<void>
}

export interface WriterParts {
  storage: Storage
  clock: Clock
  random: RandomBytes
  readBlob(owner: Did, id: string): Promise<Uint8Array>
  onCommit(account: number): void
  /** Told when a device's key was found in use twice, this node's own it may be. */
  onFork?(account: number): void
  onRebuild?(projection: string, position: number): void
}

export function createWriter({ storage, clock, random, readBlob, onCommit, onFork, onRebuild }: WriterParts): Writer {
  const keyring = createKeyring(random)
  const documents = documentIndex((account) => keyring.searchSealer(account), random)
  const projections = [libraryProjection({ keysOf: (account) => keyring.keysOf(account), documents, readBlob })]
  const log = createLog({ storage, signer: (account) => keyring.signer(account), projections, clock, random, onCommit })
  const forked = new Set<number>()
  const accept = createAccept({
    ...{ storage, projections, clock, onCommit },
    onChains: (account) => log.forget(account),
    onFork: (account) => void forked.add(account),
  })
  /** Whoever finds a device's key in use twice says so at once: every other device is told by it. */
  const sayForks = async (account: number): Promise<void> => {
    if (!forked.delete(account)) return
    await log.reportForks(account).catch((error: unknown) => {
      if (!isVivimError(error, 'event-fork', 'event-revoked')) throw error
      // others say it, or this device when it has another key
      forked.add(account)
    })
    onFork?.(account)
  }
  const next = new Map<number, number>()
  const stopping = new AbortController()
  const named = (name: string) => {
    const projection = projections.find((one) => one.name === name)
    if (!projection) throw new VivimError('not-found', `There is no projection “${name}”.`)
    return projection
  }
  return {
    async open(account) {
      keyring.open(account)
    },
    async append(account, changes, root) {
      const { sealer } = keyring.keysOf(account)
      const sealed = changes.map((change): Change | PreparedChange => {
        if (!('encoded' in change)) return change
        const { encoded, ...rest } = change
        return { ...rest, chunks: encoded.map((value) => sealChunk(account, chunkOf(value, random), sealer)) }
      })
      return log.append(account, sealed, root && { ...root, sealer })
    },
    async accept(account, events, makers) {
      const outcomes = await accept({ account, sealer: keyring.keysOf(account).sealer, makers }, events)
      await sayForks(account)
      return outcomes
    },
    async refill(account, chunks) {
      const taken = await refill(storage, account, keyring.keysOf(account).sealer, projections, chunks)
      if (taken > 0) onCommit(account)
      return taken
    },
    async arrived(account, blobs) {
      const { did } = keyring.get(account)
      for (const id of blobs) {
        await storage.transaction((tx) =>
          applyArrived({ tx, event: { account }, keys: keyring.keysOf(account) }, { documents, readBlob }, did, id),
        )
      }
      if (blobs.length > 0) onCommit(account)
    },
    write: (queries) =>
      storage.transaction(async (tx) => {
        for (const { sql, parameters } of queries) await tx.run(sql, parameters)
      }),
    begin: (account) => markCurrent(storage, account, projections),
    async reserve(account, count) {
      const row = await storage.get<{ most: number | null }>('SELECT max(id) AS most FROM conversation WHERE account = ?', [
        account,
      ])
      const first = Math.max(next.get(account) ?? 1, (row?.most ?? 0) + 1)
      next.set(account, first + count)
      return first
    },
    projections: async () => projections.map((projection) => projection.name),
    check: () => storage.check(stopping.signal),
    outdated: async (account) => (await outdated(storage, account, projections)).map((projection) => projection.name),
    rebuild: (account, name, again) =>
      rebuild(storage, account, keyring.keysOf(account).sealer, named(name), stopping.signal, onRebuild, again),
    mergeSearch: (account, purge) =>
      mergeOnce(storage, account, keyring.searchSealer(account), random, { purge }, stopping.signal),
    facts: () => storage.facts(),
    shrink: () => storage.shrink(stopping.signal),
    copyTo: (path) => storage.copyTo(path, stopping.signal),
    async countSeals(others) {
      const all = [...keyring.takeUsed(), ...others]
      await storage.transaction(async (tx) => {
        for (const { account, kind, number, seals } of all) {
          await tx.run('UPDATE data_key SET sealed = sealed + ? WHERE account = ? AND kind = ? AND number = ?', [
            seals,
            account,
            kind,
            number,
          ])
        }
      })
    },
    async close() {
      stopping.abort()
      await storage[Symbol.asyncDispose]()
    },
  }
}
