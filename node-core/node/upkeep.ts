/**
 * What the node does by itself: merging the search index, erasing what deletions and undone imports leave, counting
 * seals. Each in short steps through the writer; nothing here is needed for an answer to be right.
 */
import type { Did } from '../contract/ids.ts'
import { compactNotes, dropLate } from '../library/compaction.ts'
import { erasableImports } from '../library/erasable.ts'
import { leftoverTombstones } from '../library/leftover.ts'
import { blobsInUse, orphanedBlobs } from '../library/orphans.ts'
import { type Follower, runFollower, type Tail } from '../log/follow.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { Clock } from '../ports/clock.ts'
import type { Pace } from '../ports/pace.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import type { Writer } from '../threads/writer-core.ts'

export interface UpkeepParts {
  reader: Reader
  writer: Pick<Writer, 'mergeSearch' | 'write' | 'append' | 'shrink'>
  keysOf: KeysOf
  blobs: Blobs
  clock: Clock
  pace: Pick<Pace, 'allows' | 'when'>
  tailOf(account: number): Tail
  transactor: Parameters<typeof runFollower>[1]
  /** Whether an import is under way. */
  importing(): boolean
  /** Counts what the data keys have sealed, and begins new keys in time. */
  countSeals(): Promise<void>
  /** Runs something later; answers how to call it off. */
  after(milliseconds: number, run: () => void): () => void
  onError(error: unknown, what: string): void
}
export interface Upkeep {
  /** Begins for an account. */
  watch(account: { id: number; did: Did }): void
  /** An import ended: what waited for that. */
  imported(account: { id: number; did: Did }): void
  /** There is something new: merge when it is quiet. */
  touched(account: number): void
  close(): Promise<void>
}

const QUIET = 1500
const DAY = 24 * 3600_000
const ERASE_AFTER = 30 * DAY
const TICK = 60_000
/** A note that nobody has written on for so long is made one part; who was away longer is caught up with at the start. */
const RESTED = 60_000
const LATELY = 2 * DAY
const erasing: ReadonlySet<string> = new Set(['library.conversation-deleted', 'library.note-deleted', 'imports.erased'])

export function createUpkeep(parts: UpkeepParts): Upkeep {
  const { reader, writer, keysOf, blobs, clock, pace, after, onError } = parts
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const waiting = new Map<number, () => void>()
  const merging = new Map<number, Promise<void>>()
  const timers = new Set<() => void>()

  /** Runs in the background; its end is waited for when the node closes. */
  function background(what: string, work: () => Promise<void>): Promise<void> {
    const done = work()
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) onError(error, what)
      })
      .finally(() => {
        running.delete(done)
      })
    running.add(done)
    return done
  }
  /** One merge of an account at a time. */
  function merge(account: number, purge: boolean): Promise<void> {
    const before = merging.get(account) ?? Promise.resolve()
    const next = before.then(() =>
      background('merging the search index', async () => {
        while (!stopping.signal.aborted && (await writer.mergeSearch(account, purge)));
      }),
    )
    merging.set(account, next)
    return next
  }
  function every(milliseconds: number, work: () => void): void {
    const cancel = after(milliseconds, () => {
      timers.delete(cancel)
      if (stopping.signal.aborted) return
      work()
      every(milliseconds, work)
    })
    timers.add(cancel)
  }

  /** Removes files that nothing uses. One that an import has just stored is not in use yet: while one runs they wait for its end. */
  async function removeOrphans(account: { id: number; did: Did }): Promise<void> {
    if (parts.importing()) return
    let removed = false
    for (const { name, id } of await orphanedBlobs(reader, account.id, keysOf(account.id))) {
      await blobs.delete(account.did, id)
      await writer.write([{ sql: 'DELETE FROM blob_orphan WHERE account = ? AND name = ?', parameters: [account.id, name] }])
      removed = true
    }
    if (removed) await countFiles(account)
  }

  /**
   * Removes files that were stored for what never came: an import that failed, or was cancelled, between storing a file
   * and its conversation. Not those of the last day, nor while an import runs. Counts what is left.
   */
  async function sweep(account: { id: number; did: Did }): Promise<void> {
    const quiet = (): boolean => !parts.importing() && !stopping.signal.aborted
    const keep = quiet() ? await blobsInUse(reader, account.id, keysOf(account.id)) : undefined
    if (keep) await blobs.sweep(account.did, keep, clock.now() - DAY, quiet)
    if (quiet()) await countFiles(account)
  }
  async function countFiles(account: { id: number; did: Did }): Promise<void> {
    const used = await blobs.used(account.did)
    await writer.write([
      { sql: 'UPDATE account SET files = ? WHERE id = ? AND files <> ?', parameters: [used, account.id, used] },
    ])
  }

  /** Once per account, when the pace allows it: what can wait for power. */
  const sweeping = new Set<number>()
  function sweepLater(account: { id: number; did: Did }): void {
    if (sweeping.has(account.id)) return
    sweeping.add(account.id)
    void background('sweeping files', async () => {
      await pace.when('upkeep', stopping.signal)
      sweeping.delete(account.id)
      if (!stopping.signal.aborted) await sweep(account)
    })
  }

  const eraser = (account: { id: number; did: Did }): Follower => ({
    name: 'eraser',
    async handle(event) {
      if (!erasing.has(event.type)) return
      await eraseLeft(account)
      await removeOrphans(account)
      await merge(account.id, true)
      await writer.shrink()
    },
  })

  /** What another device said of a conversation while it was deleted goes too. */
  async function eraseLeft(account: { id: number }): Promise<void> {
    const tombstones = await leftoverTombstones(reader, account.id, keysOf(account.id))
    if (tombstones.length > 0) await writer.append(account.id, tombstones)
  }

  async function erase(account: { id: number }): Promise<void> {
    await eraseLeft(account)
    for (const { import: importId, chunks } of await erasableImports(reader, account.id, clock.now() - ERASE_AFTER)) {
      const parts =
        chunks.length === 0
          ? [[]]
          : Array.from({ length: Math.ceil(chunks.length / 5000) }, (_, n) => chunks.slice(n * 5000, (n + 1) * 5000))
      await writer.append(account.id, [
        { type: 'imports.erased', parts: parts.map((some) => ({ import: importId, chunks: some })) },
      ])
    }
  }

  /** Keeps the log of notes small. What was held back is caught up with by looking at all of them. */
  const behind = new Set<number>()
  const notes = (account: { id: number }, since: number) => {
    if (!pace.allows('upkeep')) return void behind.add(account.id)
    const from = behind.delete(account.id) ? 0 : since
    return void background('making notes one part', async () => {
      const within = { reader, keysOf, append: writer.append }
      await compactNotes(within, account.id, from, clock.now() - RESTED)
      await dropLate(within, account.id)
    })
  }

  every(TICK, () => void background('counting seals', parts.countSeals))
  return {
    watch(account) {
      void background('erasing what was deleted', () =>
        runFollower(parts.tailOf(account.id), parts.transactor, eraser(account), stopping.signal),
      )
      void background('erasing undone imports', () => erase(account))
      void merge(account.id, false)
      notes(account, 0)
      every(TICK, () => notes(account, clock.now() - LATELY))
      every(DAY, () => void background('erasing undone imports', () => erase(account)))
      sweepLater(account)
      every(DAY, () => sweepLater(account))
    },
    imported(account) {
      void background('removing files', () => removeOrphans(account))
    },
    touched(account) {
      if (stopping.signal.aborted || waiting.has(account)) return
      waiting.set(
        account,
        after(QUIET, () => {
          waiting.delete(account)
          if (!stopping.signal.aborted) void merge(account, false)
        }),
      )
    },
    async close() {
      stopping.abort()
      for (const cancel of [...waiting.values(), ...timers]) cancel()
      await Promise.all([...running, ...merging.values()])
    },
  }
}
