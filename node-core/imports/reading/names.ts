/** Names of files in archives and folders: which are safe, and which are worth a look. */
import type { VivimError } from '../../contract/errors.ts'
import { type ImportReason, importReason } from '../../contract/import-reasons.ts'
import { refuse } from './refuse.ts'

/**
 * The name without `./` and doubled slashes; ends in `/` for a folder, and is empty for the root itself.
 * Fails with `import-unsafe-name`, naming archive and entry, where it could point outside the archive on any system.
 */
export function safeName(archive: string, name: string): string {
  const unsafe = (why: ImportReason): VivimError => refuse('import-unsafe-name', { archive, name }, why)
  if (name.includes('\0')) throw unsafe(importReason('name-nul'))
  if (name.includes('\\')) throw unsafe(importReason('name-backslash'))
  if (name.startsWith('/')) throw unsafe(importReason('name-absolute'))
  if (/^[a-z]:/i.test(name)) throw unsafe(importReason('name-drive'))
  const segments = name.split('/')
  if (segments.includes('..')) throw unsafe(importReason('name-upwards'))
  const folder = segments.at(-1) === '' || segments.at(-1) === '.'
  const kept = segments.filter((segment) => segment !== '' && segment !== '.')
  if (name === '') throw unsafe(importReason('name-empty'))
  return kept.length > 0 && folder ? `${kept.join('/')}/` : kept.join('/')
}

/** Fails with `import-unsafe-name` where a Unix mode says that the entry is a link, device or the like. */
export function refuseSpecial(archive: string, name: string, mode: number): void {
  const kind = mode & 0o170000
  if (kind === 0 || kind === 0o100000 || kind === 0o040000) return
  throw refuse('import-unsafe-name', { archive, name }, importReason(kind === 0o120000 ? 'link' : 'special'))
}

/** What systems leave beside a person's files. */
export const isLitter = (path: string): boolean => /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/.test(path)

/** Folders of programs whose sessions are read; other names that begin with a dot are not. */
const dotted = new Set(['.claude', '.codex'])

/**
 * Whether one of `segments` begins with a dot and is neither such a folder nor in one. `above`: the folders above them,
 * which the person has chosen.
 */
export function isDotted(above: readonly string[], segments: readonly string[]): boolean {
  if (above.some((segment) => dotted.has(segment))) return false
  for (const segment of segments) {
    if (dotted.has(segment)) return false
    if (segment.startsWith('.')) return true
  }
  return false
}

/** What people gave to a chat, by where the exporters put it: it may be broken in any way, and is kept as it is. */
export const isAttachment = (path: string): boolean =>
  /(^|[/!])file[-_][^/]*$|(^|\/)user-[^/]*\/|-files\/|(^|\/)blobs\/bafkrei[a-z2-7]{52}\.[a-z0-9]{1,8}$/.test(path)

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/**
 * Which of a container's files are archives that hold a part of the export: all its archives where there is no data
 * beside them; otherwise those that are named like a part. Other archives are attachments of the person's own, which
 * may hold anything and are not opened.
 */
export function partNames(paths: readonly string[]): Set<string> {
  const archives = paths.filter((path) => /\.zip$/i.test(path))
  const data = paths.some((path) => /\.(json|jsonl|ndjson|html|csv)$/i.test(path) && !/manifest/i.test(baseName(path)))
  const parts = archives.filter((path) => !data || /^conversations_|^takeout-|^data-|-chatgpt-\d/i.test(baseName(path)))
  return new Set(parts)
}
