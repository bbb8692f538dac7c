/**
 * The watched folders of all accounts. One import from them at a time, and none while there is another; a person's own
 * goes first. What is imported so is an import like any other, and marked as from a watched folder.
 */
import { type ErrorCode, isVivimError, VivimError } from '../../contract/errors.ts'
import type { ImportId } from '../../contract/ids.ts'
import { toBase32 } from '../../contract/ids.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Pace } from '../../ports/pace.ts'
import type { KeysOf } from '../../ports/sealer.ts'
import type { Query, Reader } from '../../ports/storage.ts'
import type { ImportOwner } from '../records.ts'
import type { ListenTo } from './changes.ts'
import { dropFolder, type KeptFolder, type Owner, putFolder, readFolders } from './kept.ts'
import { lookInto } from './look.ts'
import { importNext, type TakeParts } from './take.ts'
import { type WatchedFolder, watchedFolder } from './watched-folder.ts'

export interface WatchingParts extends TakeParts {
  reader: Reader
  keysOf: KeysOf
  write(queries: readonly Query[]): Promise<void>
  /** Whether an import is under way or waits, of any account. */
  importing(): boolean
  clock: Clock
  /** While there is to be no upkeep, nothing is imported by itself. */
  pace: Pick<Pace, 'allows' | 'when'>
  after(milliseconds: number, run: () => void): () => void
  listen: ListenTo
  onError(error: unknown, what: string): void
}
export interface Standing extends KeptFolder {
  state: 'looking' | 'watching' | 'waiting' | 'importing' | 'held' | 'trouble'
  files: number
  pending: number
  last: { import: ImportId; at: number } | null
  trouble: { code: ErrorCode; at: number } | null
  failed: { path: string; code: ErrorCode }[]
}
export interface Watching {
  /** Takes up the folders of an account. */
  start(account: ImportOwner): Promise<void>
  /** Begins to look; before that, folders can be changed. */
  begin(): void
  /** Errors: `not-found`, `bad-request` (no folder), `already-there`. */
  add(account: ImportOwner, folder: Omit<KeptFolder, 'added'>, given: boolean): Promise<Standing>
  /** Error: `not-found`. */
  remove(account: ImportOwner, path: string): Promise<void>
  list(account: ImportOwner): Standing[]
  /** Looks no more and begins no import. */
  stop(): void
  /** Resolves when nothing is under way any more; an import that is must have been stopped. */
  close(): Promise<void>
}

interface Watched {
  account: ImportOwner
  folder: WatchedFolder
  last: Standing['last']
  /** Sessions of one import at most: fewer after one that failed. */
  limit: number
  /** No import from it before; and before `again` none that only brings what was added to sessions that are here. */
  notBefore: number
  again: number
}

const SHOWN = 20
/** While another import runs, and after a failure that is none of the files'. */
const BEHIND = 2000
const AGAIN = 600_000
/** Between two imports from a folder whose sessions go on: each is an entry in the list of imports. */
const REST = 60_000

export function createWatching(parts: WatchingParts): Watching {
  const { reader, keysOf, write, clock, pace, after } = parts
  const stopping = new AbortController()
  const all = new Map<string, Watched>()
  let begun = false
  let resting = false
  let importing: Watched | undefined
  let turning: Promise<void> | undefined
  let wake: { at: number; cancel(): void } | undefined

  const keyOf = (account: ImportOwner, path: string): string => `${account.id}\0${path}`
  const ownerOf = (account: ImportOwner): Owner => ({ id: account.id, keys: keysOf(account.id) })

  function take(account: ImportOwner, kept: KeptFolder): Watched {
    const folder = watchedFolder({
      ...{ reader, write, clock, after, folder: kept, owner: ownerOf(account) },
      listen: parts.listen,
      onReady: () => turnIn(0),
      onError: parts.onError,
    })
    const watched: Watched = { account, folder, last: null, limit: Number.POSITIVE_INFINITY, notBefore: 0, again: 0 }
    all.set(keyOf(account, kept.path), watched)
    return watched
  }

  /** Sees what can be imported, in so many milliseconds or sooner. */
  function turnIn(milliseconds: number): void {
    if (stopping.signal.aborted) return
    const at = clock.monotonic() + milliseconds
    if (wake && wake.at <= at) return
    wake?.cancel()
    const cancel = after(milliseconds, () => {
      wake = undefined
      turning ??= turn()
        .catch((error: unknown) => parts.onError(error, 'importing from a watched folder'))
        .finally(() => {
          turning = undefined
        })
    })
    wake = { at, cancel }
  }

  /** Goes on when the machine may work again. */
  function rest(): void {
    if (resting) return
    resting = true
    void pace.when('upkeep', stopping.signal).then(() => {
      resting = false
      turnIn(0)
    })
  }

  async function turn(): Promise<void> {
    for (;;) {
      const now = clock.monotonic()
      const able = [...all.values()].filter(({ folder }) => folder.waiting().ready.length > 0)
      const next = able.find((one) => dueAt(one) <= now)
      if (stopping.signal.aborted || able.length === 0) return
      if (!pace.allows('upkeep')) return rest()
      if (parts.importing()) return turnIn(BEHIND)
      if (!next) return turnIn(Math.min(...able.map(dueAt)) - now)
      importing = next
      try {
        const { rest, limit, imported } = await importNext(next.folder, next.account, next.limit, parts)
        next.limit = limit
        if (imported) next.last = { import: toBase32(imported) as ImportId, at: clock.now() }
        if (imported) next.again = clock.monotonic() + (rest === 'short' ? REST : 0)
        if (rest === 'long') next.notBefore = clock.monotonic() + AGAIN
      } catch (error) {
        if (stopping.signal.aborted) return
        next.folder.trouble(isVivimError(error) ? error.code : 'internal')
        next.notBefore = clock.monotonic() + AGAIN
        parts.onError(error, 'importing from a watched folder')
      } finally {
        importing = undefined
      }
    }
  }

  const dueAt = ({ folder, notBefore, again }: Watched): number =>
    folder.waiting().ready.every((file) => file.again) ? Math.max(notBefore, again) : notBefore

  const standingOf = (watched: Watched): Standing => {
    const { folder, last } = watched
    const { looked, pending, trouble, files, failed } = folder.standing()
    const { path, kind, added } = folder
    const state = trouble
      ? 'trouble'
      : importing === watched
        ? 'importing'
        : !looked
          ? 'looking'
          : !pace.allows('upkeep')
            ? 'held'
            : pending > 0
              ? 'waiting'
              : 'watching'
    return { path, kind, added, state, files, pending, last, trouble, failed: failed.slice(0, SHOWN) }
  }

  return {
    async start(account) {
      for (const kept of await readFolders(reader, ownerOf(account))) take(account, kept)
    },
    begin() {
      begun = true
      for (const { folder } of all.values()) folder.begin()
    },
    async add(account, { path, kind }, given) {
      if (all.has(keyOf(account, path))) throw new VivimError('already-there', 'The folder is watched already.')
      // fails where it cannot be read, before anything is kept
      const { files } = await lookInto(path, kind)
      const kept = { path, kind, added: clock.now() }
      await write([putFolder(ownerOf(account), kept)])
      const watched = take(account, kept)
      if (kind === 'exports' && !given) await watched.folder.pass(files)
      if (begun) watched.folder.begin()
      return standingOf(watched)
    },
    async remove(account, path) {
      const watched = all.get(keyOf(account, path))
      if (!watched) throw new VivimError('not-found', 'The folder is not watched.')
      all.delete(keyOf(account, path))
      await watched.folder.close(true)
      await write(dropFolder(ownerOf(account), path))
    },
    list: (account) => [...all.values()].filter((one) => one.account.id === account.id).map(standingOf),
    stop() {
      stopping.abort()
      wake?.cancel()
    },
    async close() {
      stopping.abort()
      wake?.cancel()
      await Promise.all([...all.values()].map(({ folder }) => folder.close()))
      await turning
    },
  }
}
