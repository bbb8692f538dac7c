/** What is in a watched folder: names and what the disk says of them; no file is opened. */
import type { Dirent } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { VivimError } from '../../contract/errors.ts'
import { type FolderKind, isCandidate, type SeenFile } from './rules.ts'

/** Entries of a folder that are looked at, and folders inside folders. */
const MOST = 200_000
const DEPTH = 16
/** Files that the disk is asked about at once. */
const AT_ONCE = 32

export interface Look {
  readonly files: readonly SeenFile[]
  /** The folders in it, itself first, then those in which something was written last; each an absolute path. */
  readonly folders: readonly string[]
}

/**
 * Every candidate in a folder, sorted by path. Links are not followed, names that begin with a dot are left out; what
 * vanishes meanwhile is left out. Errors: `not-found`, `bad-request` (no folder, may not be read, too much in it),
 * `cancelled`.
 */
export async function lookInto(path: string, kind: FolderKind, signal?: AbortSignal): Promise<Look> {
  const root = await realpath(path).catch((cause: unknown) => {
    throw new VivimError('not-found', 'The folder is not there.', { cause })
  })
  if (!(await stat(root)).isDirectory()) throw new VivimError('bad-request', 'It is no folder.')
  const found: string[] = []
  const written = new Map<string, number>()
  let entries = 0

  async function walk(folder: string, prefix: string, depth: number): Promise<void> {
    if (signal?.aborted) throw new VivimError('cancelled')
    written.set(prefix, 0)
    const inside: Dirent[] = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
      if (prefix !== '') return []
      throw new VivimError('bad-request', 'The folder cannot be read.', { cause })
    })
    for (const entry of inside) {
      if (++entries > MOST) throw new VivimError('bad-request', 'There are too many files in the folder.')
      const own = prefix + entry.name
      if (entry.isFile() && isCandidate(kind, own)) found.push(own)
      else if (entry.isDirectory() && kind === 'sessions' && depth < DEPTH && !entry.name.startsWith('.'))
        await walk(join(folder, entry.name), `${own}/`, depth + 1)
    }
  }
  await walk(root, '', 0)

  const files: SeenFile[] = []
  found.sort()
  for (let at = 0; at < found.length; at += AT_ONCE) {
    if (signal?.aborted) throw new VivimError('cancelled')
    const some = await Promise.all(found.slice(at, at + AT_ONCE).map((one) => see(root, one)))
    for (const file of some) {
      if (!file) continue
      files.push(file)
      for (let end = file.path.lastIndexOf('/'); end !== -1; end = file.path.lastIndexOf('/', end - 1)) {
        const folder = file.path.slice(0, end + 1)
        if ((written.get(folder) ?? 0) < file.modified) written.set(folder, file.modified)
        if (end === 0) break
      }
    }
  }
  const folders = [...written].filter(([folder]) => folder !== '').sort(([, a], [, b]) => b - a)
  return { files, folders: [root, ...folders.map(([folder]) => join(root, folder))] }
}

async function see(root: string, path: string): Promise<SeenFile | undefined> {
  const facts = await lstat(join(root, path), { bigint: true }).catch(() => undefined)
  if (!facts?.isFile()) return undefined
  return {
    path,
    size: Number(facts.size),
    modified: Number(facts.mtimeMs),
    state: `${facts.size}/${facts.mtimeNs}/${facts.ino}`,
  }
}
