/** Folders of this machine that could be watched, and what is in them. */
import type { FolderSuggestion } from '../../contract/api/watching.ts'
import { lookInto } from './look.ts'

export interface Places {
  readonly claudeCode: string
  readonly codex: string
  readonly downloads: string
}

/** Those that are there, sessions first. Names and sizes are looked at, no file is opened. */
export async function suggestFolders(places: Places, watched: ReadonlySet<string>): Promise<FolderSuggestion[]> {
  const all = [
    { path: places.claudeCode, kind: 'sessions', program: 'claude-code' },
    { path: places.codex, kind: 'sessions', program: 'codex' },
    { path: places.downloads, kind: 'exports', program: 'downloads' },
  ] as const
  const found: FolderSuggestion[] = []
  for (const one of all) {
    const look = await lookInto(one.path, one.kind).catch(() => undefined)
    if (!look) continue
    // of downloads only those to come are imported
    const files = one.kind === 'sessions' ? look.files.filter(({ path }) => isSession(path)) : []
    const bytes = one.kind === 'sessions' ? look.files.reduce((sum, { size }) => sum + size, 0) : 0
    found.push({ ...one, files: files.length, bytes, watched: watched.has(one.path) })
  }
  return found
}

const isSession = (path: string): boolean => /\.jsonl?$/i.test(path) && !/(^|\/)agent-[^/]*$/i.test(path)
