/** One import from a watched folder: which files, whether they are what they seem, and what became of it. */
import { basename } from 'node:path'
import type { ErrorCode } from '../../contract/errors.ts'
import type { ImportJobs } from '../jobs.ts'
import type { ImportOwner, ImportRecord } from '../records.ts'
import { endOf, isLooseAgent, isToolResult, wholeSessions } from './rules.ts'
import type { WaitingFile, WatchedFolder } from './watched-folder.ts'

/** What a file is: the name of its format, and the session that a subagent's file belongs to; null where it is nothing known. */
export type Recognised = { format: string; session?: string | undefined } | null
/** Looks at the beginnings of files of a folder, none of which is opened further. */
export type Recognise = (folder: string, paths: readonly string[]) => Promise<Recognised[]>

/** Disk that must stay free beyond what is imported: a person's own doings go before what comes by itself. */
const FREE = 1024 ** 3
/** Downloads hold other programs' sessions only by chance, and folders of sessions no exports. */
const sessions: ReadonlySet<string> = new Set(['claude-code', 'codex'])

export interface TakeParts {
  jobs: Pick<ImportJobs, 'openPaths' | 'changed' | 'get'>
  recognise: Recognise
  /** Bytes that may still be written to the node's disk. */
  free(): Promise<number>
}
export interface Taken {
  /** The import that was made. */
  imported?: Uint8Array
  /** How long to leave the folder alone. */
  rest: 'none' | 'short' | 'long'
  /** Sessions of the next import at most. */
  limit: number
}

/** Imports what waits in a folder, `limit` sessions at most, or one download. Resolves at the import's end. */
export async function importNext(
  folder: WatchedFolder,
  account: ImportOwner,
  limit: number,
  { jobs, recognise, free }: TakeParts,
): Promise<Taken> {
  const { ready, all } = folder.waiting()
  const sessionOf = new Map<string, string>()
  const known = await sift(folder, ready, all, recognise, sessionOf)
  if (known.length === 0) return { rest: 'none', limit }
  if (folder.kind === 'sessions') await assign(folder, known, all, recognise, sessionOf)

  const groups =
    folder.kind === 'exports'
      ? known.slice(0, 1).map(({ path }) => [path])
      : wholeSessions(
          known.map(({ path }) => path),
          all,
          (path) => sessionOf.get(path),
        ).slice(0, limit)
  const paths = groups.flat()
  const inside = new Set(paths)
  const files = known.filter(({ path }) => inside.has(path))
  if ((await free()) < files.reduce((sum, { size }) => sum + size, 0) + FREE) {
    folder.trouble('storage-full')
    return { rest: 'long', limit }
  }
  const name = basename(groups.length === 1 ? (files[0]?.path ?? folder.path) : folder.path)
  const { id } = await jobs.openPaths(account, name, paths, { within: folder.path, watched: true })
  const record = await over(jobs, account, id)
  return { imported: id, ...(await settle(folder, files, groups.length, limit, record)) }
}

async function over(jobs: TakeParts['jobs'], account: ImportOwner, id: Uint8Array): Promise<ImportRecord> {
  const { signal } = new AbortController()
  while (await jobs.changed(id, signal));
  return (await jobs.get(account, id)).record
}

/** Remembers how it went. */
async function settle(
  folder: WatchedFolder,
  files: readonly WaitingFile[],
  groups: number,
  limit: number,
  record: ImportRecord,
): Promise<Pick<Taken, 'rest' | 'limit'>> {
  const code = (record.error?.code ?? 'internal') as ErrorCode
  const end = endOf(record, groups)
  if (end === 'smaller') return { rest: 'none', limit: Math.max(1, groups >> 1) }
  if (end === 'later') {
    folder.trouble(code)
    return { rest: 'long', limit }
  }
  folder.trouble(null)
  if (end === 'failed') await folder.remember(files, 'failed', code)
  else await folder.remember(files, 'taken')
  // a session that goes on would be an import every few seconds
  const quiet = folder.kind === 'sessions' && folder.waiting().ready.length === 0
  return { rest: quiet ? 'short' : 'none', limit: limit * 2 }
}

/** Those of the files that are what the folder is watched for; the others are left alone until they change. */
async function sift(
  folder: WatchedFolder,
  ready: readonly WaitingFile[],
  all: readonly string[],
  recognise: Recognise,
  sessionOf: Map<string, string>,
): Promise<WaitingFile[]> {
  const files = new Set(all)
  // a tool's result is whatever the tool said: it goes with its session
  const stray = ready.filter(({ path }) => isToolResult(path) && !files.has(path.replace(/\/tool-results\/[^/]+$/, '.jsonl')))
  // what was imported before is what it was
  const strange = ready.filter(({ path, again }) => !again && !isToolResult(path))
  const answers =
    strange.length === 0
      ? []
      : await recognise(
          folder.path,
          strange.map(({ path }) => path),
        )
  const none = new Set(stray)
  for (const [n, file] of strange.entries()) {
    const answer = answers[n]
    if (!answer || sessions.has(answer.format) !== (folder.kind === 'sessions')) none.add(file)
    else if (answer.session !== undefined) sessionOf.set(file.path, answer.session)
  }
  if (none.size > 0) await folder.remember([...none], 'passed')
  return ready.filter((file) => !none.has(file))
}

/** Learns which sessions the subagents' files belong to that stand beside those of `known`. */
async function assign(
  folder: WatchedFolder,
  known: readonly WaitingFile[],
  all: readonly string[],
  recognise: Recognise,
  sessionOf: Map<string, string>,
): Promise<void> {
  const places = new Set(known.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)))
  const unknown = all.filter(
    (path) => isLooseAgent(path) && !sessionOf.has(path) && places.has(path.slice(0, path.lastIndexOf('/') + 1)),
  )
  const answers = unknown.length === 0 ? [] : await recognise(folder.path, unknown)
  for (const [n, path] of unknown.entries()) {
    const session = answers[n]?.session
    if (session !== undefined) sessionOf.set(path, session)
  }
}
