/**
 * One watched folder: looks when the system says that something changed and from time to time, and says which files wait
 * to be imported. What it has dealt with it remembers by size, time and file number, over restarts too.
 */
import { type ErrorCode, isVivimError } from '../../contract/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Query, Reader } from '../../ports/storage.ts'
import type { Changes, ListenTo } from './changes.ts'
import {
  type Fault,
  fileName,
  fileState,
  type KeptFiles,
  type KeptFolder,
  type Outcome,
  type Owner,
  putFile,
  readFiles,
} from './kept.ts'
import { lookInto } from './look.ts'
import { isSettled, isToolResult, SETTLE, type SeenFile } from './rules.ts'

export interface WatchedFolderParts {
  owner: Owner
  folder: KeptFolder
  reader: Reader
  write(queries: readonly Query[]): Promise<void>
  clock: Clock
  after(milliseconds: number, run: () => void): () => void
  listen: ListenTo
  /** There are files to import. */
  onReady(): void
  onError(error: unknown, what: string): void
}
/** A file that waits, with the hashes under which it is remembered. */
export interface WaitingFile extends SeenFile {
  readonly file: string
  readonly known: string
  /** Whether an earlier state of it was imported. */
  readonly again: boolean
}

/** Between two looks, where the system tells of changes in all of the folder, and where it does not. */
const SELDOM = 600_000
const OFTEN = 60_000
/** After a change, before the look: changes come in swarms. */
const QUIET = 2000
/** How much longer than a look takes there is none: an active folder costs a twentieth of the time at most. */
const PAUSE = 20
const ROWS = 200

export type WatchedFolder = ReturnType<typeof watchedFolder>

export function watchedFolder(parts: WatchedFolderParts) {
  const { owner, folder, reader, clock, after } = parts
  const stopping = new AbortController()
  /** Each file as it was seen last, and since when it looks so. */
  const seen = new Map<string, { file: string; state: string; known: string; since: number }>()
  let kept: KeptFiles | undefined
  let files: readonly SeenFile[] = []
  let ready: readonly WaitingFile[] = []
  let unsettled = 0
  let trouble: { code: ErrorCode; at: number } | null = null
  let looking: Promise<void> | undefined
  /** A look was due while one was under way. */
  let missed = false
  let timer: { at: number; cancel(): void } | undefined
  let notBefore = 0
  let looked = false
  let forgotten = false

  const changes: Changes = parts.listen(() => plan(QUIET))

  /** Looks in so many milliseconds, or when it was to be anyway, if that is sooner. */
  function plan(milliseconds: number): void {
    if (stopping.signal.aborted) return
    const now = clock.monotonic()
    const at = Math.max(now + milliseconds, notBefore)
    if (timer && timer.at <= at) return
    timer?.cancel()
    const cancel = after(at - now, () => {
      timer = undefined
      // What changed during a look may lie behind it: another one follows.
      if (looking) missed = true
      else
        looking = look().finally(() => {
          looking = undefined
          if (missed) plan(QUIET)
          missed = false
        })
    })
    timer = { at, cancel }
  }

  async function look(): Promise<void> {
    const from = clock.monotonic()
    let next = OFTEN
    try {
      kept ??= await readFiles(reader, owner, folder.path)
      const found = await lookInto(folder.path, folder.kind, stopping.signal)
      files = found.files
      if (changes.cover(folder.kind === 'exports' ? found.folders.slice(0, 1) : found.folders)) next = SELDOM
      if (trouble && (trouble.code === 'not-found' || trouble.code === 'bad-request')) trouble = null
      await sort()
      if (unsettled > 0) next = SETTLE
    } catch (error) {
      if (stopping.signal.aborted) return
      // a folder that vanished may come back: what was dealt with is still known then
      changes.cover([])
      ready = []
      unsettled = 0
      say(isVivimError(error) ? error.code : 'internal')
      if (!isVivimError(error)) parts.onError(error, 'looking into a watched folder')
    }
    looked = true
    const took = clock.monotonic() - from
    notBefore = clock.monotonic() + took * PAUSE
    plan(next)
    if (ready.length > 0) parts.onReady()
  }

  /** Which of the files wait, and which of these nobody writes any more. */
  async function sort(): Promise<void> {
    const now = clock.monotonic()
    const present = new Set<string>()
    const waiting: WaitingFile[] = []
    unsettled = 0
    for (const [n, one] of files.entries()) {
      // ten thousand hashes are a while: others get their turn
      if (n % 500 === 499) await new Promise<void>((resolve) => setImmediate(resolve))
      let before = seen.get(one.path)
      if (before?.state !== one.state) {
        const file = before?.file ?? fileName(owner, folder.path, one.path)
        before = { file, state: one.state, known: fileState(owner, file, one.state), since: now }
        seen.set(one.path, before)
      }
      present.add(one.path)
      const row = kept?.get(before.file)
      if (row?.state === before.known) continue
      if (isSettled(one, now - before.since, clock.now()))
        waiting.push({ ...one, file: before.file, known: before.known, again: row?.outcome === 'taken' })
      else if (one.size > 0) unsettled++
    }
    for (const path of seen.keys()) if (!present.has(path)) seen.delete(path)
    ready = waiting
  }

  const say = (code: ErrorCode): void => {
    if (trouble?.code !== code) trouble = { code, at: clock.now() }
  }

  async function remember(some: readonly WaitingFile[], outcome: Outcome, code?: ErrorCode): Promise<void> {
    for (let at = 0; at < some.length; at += ROWS) {
      const rows = some.slice(at, at + ROWS).map(({ path, file, known }) => {
        const fault: Fault | undefined = code && { path, code }
        kept?.set(file, { state: known, outcome, ...(fault && { fault }) })
        return putFile(owner, folder.path, { file, state: known, outcome, fault })
      })
      // one that is watched no longer is forgotten with its files
      if (!forgotten) await parts.write(rows)
    }
    const done = new Set(some.map(({ path }) => path))
    ready = ready.filter(({ path }) => !done.has(path))
  }

  return {
    ...folder,
    owner,
    begin: (): void => plan(0),
    /** Looks soon: there may be something new. */
    lookSoon: (milliseconds = QUIET): void => plan(milliseconds),
    /** The files that wait, and every path of the folder. */
    waiting: () => ({ ready, all: files.map(({ path }) => path) }),
    remember,
    /** Leaves files alone that were there before the folder was watched. */
    async pass(given: readonly SeenFile[]): Promise<void> {
      kept ??= new Map()
      const some = given.map((one) => {
        const file = fileName(owner, folder.path, one.path)
        return { ...one, file, known: fileState(owner, file, one.state), again: false }
      })
      await remember(some, 'passed')
    },
    /** Notes why nothing can be imported for now; null: it can. */
    trouble(code: ErrorCode | null): void {
      if (code === null) trouble = null
      else say(code)
    },
    standing: () => ({
      looked,
      pending: ready.length + unsettled,
      unsettled,
      trouble,
      files:
        folder.kind === 'sessions'
          ? files.filter(({ path }) => !isToolResult(path) && !path.includes('/subagents/')).length
          : [...(kept?.values() ?? [])].filter(({ outcome }) => outcome === 'taken').length,
      // what failed and is gone says nothing any more
      failed: files.flatMap(({ path }) => {
        const one = seen.get(path)
        const row = one && kept?.get(one.file)
        return row?.fault && row.state === one?.known ? [row.fault] : []
      }),
    }),
    /** `forget`: nothing of it is kept from now on. */
    async close(forget = false): Promise<void> {
      forgotten = forget
      stopping.abort()
      timer?.cancel()
      changes.close()
      await looking
    },
  }
}
