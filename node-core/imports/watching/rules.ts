/** Which files of a watched folder are worth a look, which belong together, and when one is no longer being written. Pure. */

export type FolderKind = 'sessions' | 'exports'

/** A file as the disk describes it. */
export interface SeenFile {
  /** From the folder on, with slashes. */
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Tells this state of the file from every other: size, time of change and file number. */
  readonly state: string
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Files that another program is still writing, by the names that browsers and copying programs give them. */
const unfinished = /\.(?:crdownload|part|partial|download|opdownload|tmp|temp|filepart|!ut)$|^~\$|^Unconfirmed /i

/** Whether a file may be imported, going by its name alone. */
export function isCandidate(kind: FolderKind, path: string): boolean {
  const name = baseName(path)
  // names that point elsewhere on some system are never read
  if (name.startsWith('.') || unfinished.test(name) || /\\|^[a-z]:/i.test(path)) return false
  if (kind === 'exports') return !path.includes('/') && /\.(?:zip|json|jsonl|ndjson|html?)$/i.test(name)
  return /\.jsonl$/i.test(name) || /^rollout-[^/]*\.json$/i.test(name) || isToolResult(path)
}

/** Whether it is a long result of a tool, which stands beside the session that called it. */
export const isToolResult = (path: string): boolean => /\/tool-results\/[^/]+$/.test(path)

/** Whether it is a subagent's file beside the sessions, which only its content assigns to one. */
export const isLooseAgent = (path: string): boolean =>
  /^agent-[^/]*\.jsonl$/i.test(baseName(path)) && !path.includes('/subagents/')

/**
 * `changed` with everything of `all` that belongs to the same sessions: a session's file `x.jsonl`, what stands under
 * `x/`, and the subagents' files beside it, of which `sessionOf` knows the session (its file's path without the ending).
 * In groups, one a session, in the order of `changed`.
 */
export function wholeSessions(
  changed: readonly string[],
  all: readonly string[],
  sessionOf: (path: string) => string | undefined,
): string[][] {
  const files = new Set(all)
  const keyOf = (path: string): string => {
    if (isLooseAgent(path)) return sessionOf(path) ?? stemOf(path)
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const above = path.slice(0, end)
      if (files.has(`${above}.jsonl`)) return above
    }
    return stemOf(path)
  }
  const groups = new Map<string, string[]>()
  for (const path of changed) groups.set(keyOf(path), [])
  for (const path of all) groups.get(keyOf(path))?.push(path)
  return [...groups.values()].filter((group) => group.length > 0)
}

const stemOf = (path: string): string =>
  path.slice(0, path.length - baseName(path).length) + baseName(path).replace(/\.[^.]*$/, '')

/** Milliseconds for which a file must look the same before it is read. */
export const SETTLE = 5000
/** A file that was last written so long ago is not being written, and need not be looked at twice. */
const RESTED = 60_000

/** Whether nobody writes the file any more: it has looked the same for `unchanged` milliseconds. `now` is the wall clock's. */
export const isSettled = ({ size, modified }: SeenFile, unchanged: number, now: number): boolean =>
  size > 0 && (unchanged >= SETTLE || (modified <= now && now - modified >= RESTED))

/** What became of an import, for the files that were in it. */
export type BatchEnd = 'taken' | 'failed' | 'smaller' | 'later'

/** Failures that are the files' own: trying the same bytes again cannot help. */
const ofTheFile = (code: string): boolean => code.startsWith('import-') || code === 'too-large'

/**
 * How to go on after an import of `groups` sessions or files. `smaller`: one of several is at fault; half as many are
 * tried next, until it is found. `later`: it is nothing about the files.
 */
export function endOf(run: { state: string; error: { code: string } | null }, groups: number): BatchEnd {
  // what a person cancelled is not begun again by itself; what a stop interrupted goes on by itself
  if (run.state !== 'failed') return 'taken'
  if (!ofTheFile(run.error?.code ?? '')) return 'later'
  return groups > 1 ? 'smaller' : 'failed'
}
