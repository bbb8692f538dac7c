/** Files and folders of the machine's own disk. */

import { constants } from 'node:fs'
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { VivimError } from '../../contract/errors.ts'
import { importReason } from '../../contract/import-reasons.ts'
import type { ExportFile } from '../formats/format.ts'
import type { RandomAccess } from './access.ts'
import { pieces } from './access.ts'
import { exportFile } from './export-file.ts'
import type { Budget } from './limits.ts'
import { isDotted, isLitter, safeName } from './names.ts'
import { refuse, shown } from './refuse.ts'

/** Folders inside folders. */
const folderDepth = 64
/**
 * Opens a regular file. A link that the person names is followed; `follow: false` refuses one.
 * Fails with `not-found`, `bad-request` (no regular file, may not be read).
 */
export async function fileAccess(path: string, options: { follow?: boolean } = {}): Promise<RandomAccess> {
  const name = shown(basename(path))
  // A pipe must not hold the opening up; neither flag exists on Windows.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (options.follow === false ? (constants.O_NOFOLLOW ?? 0) : 0)
  const handle = await open(path, flags).catch((cause: unknown) => {
    throw refused(name, cause)
  })
  const facts = await handle.stat()
  if (!facts.isFile()) {
    await handle.close()
    throw new VivimError('bad-request', `“${name}” is not a regular file.`)
  }
  let closed = false
  return {
    size: facts.size,
    read: async (position, length) => {
      const wanted = Math.max(0, Math.min(length, facts.size - position))
      // Large pieces get memory of their own, which is freed as soon as they are.
      const bytes = wanted < 4096 ? Buffer.allocUnsafe(wanted) : Buffer.allocUnsafeSlow(wanted)
      let done = 0
      while (done < wanted) {
        const { bytesRead } = await handle.read(bytes, done, wanted - done, position + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return bytes.subarray(0, done)
    },
    close: async () => {
      if (closed) return
      closed = true
      await handle.close()
    },
  }
}

/** A file of a folder: its path from the folder, with slashes, and on the disk. */
export interface FolderFile {
  readonly file: ExportFile
  /** Opens it for reading at any position. */
  access(): Promise<RandomAccess>
}

/**
 * The regular files under a folder, in the order of their names. Links are not followed; names that begin with a dot
 * are left out, except `.claude` and `.codex` and what is in them. Each file is opened only while it is read, and
 * refused with `import-unsafe-name` if by then its path leads outside the folder.
 * Fails with `not-found`, `bad-request`, `import-bomb` (too many, too large, too deep).
 */
export async function folderFiles(path: string, budget: Budget): Promise<FolderFile[]> {
  const name = basename(path)
  const root = await realpath(path).catch((cause: unknown) => {
    throw refused(name, cause)
  })
  if (!(await stat(root)).isDirectory()) throw new VivimError('bad-request', `“${shown(name)}” is not a folder.`)
  const above = root.split(sep)
  const files: FolderFile[] = []
  const walk = async (folder: string, prefix: string, depth: number): Promise<void> => {
    if (depth > folderDepth) throw refuse('import-bomb', prefix, importReason('nested'))
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
      throw refused(prefix || name, cause)
    })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(folder, entry.name)
      if (isDotted(above, [...prefix.split('/'), entry.name])) continue
      if (entry.isDirectory()) {
        budget.take(name, 0)
        await walk(full, `${prefix}${entry.name}/`, depth + 1)
      } else if (entry.isFile() && !isLitter(prefix + entry.name)) {
        const { size } = await lstat(full)
        budget.take(name, size)
        files.push(folderFile(root, full, prefix + entry.name, size))
      }
    }
  }
  await walk(root, '', 0)
  return files
}

/**
 * The named files of a folder, in the order of their names; those that are gone are left out. Paths go from the folder on,
 * with slashes. No link is followed, not even in between. Fails with `not-found`, `bad-request`, `import-unsafe-name`,
 * `import-bomb`.
 */
export async function filesWithin(path: string, names: readonly string[], budget: Budget): Promise<FolderFile[]> {
  const name = basename(path)
  const root = await realpath(path).catch((cause: unknown) => {
    throw refused(name, cause)
  })
  const files: FolderFile[] = []
  for (const own of names.toSorted()) {
    if (safeName(name, own) !== own) throw refuse('import-unsafe-name', own, importReason('outside'))
    const full = join(root, own)
    const facts = await lstat(full).catch(() => undefined)
    if (!facts) continue
    if (!facts.isFile()) throw refuse('import-unsafe-name', own, importReason(facts.isSymbolicLink() ? 'link' : 'special'))
    budget.take(name, facts.size)
    files.push(folderFile(root, full, own, facts.size))
  }
  return files
}

function folderFile(root: string, full: string, path: string, size: number): FolderFile {
  const access = async (): Promise<RandomAccess> => {
    const real = await realpath(full).catch((cause: unknown) => {
      throw refused(path, cause)
    })
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
      throw refuse('import-unsafe-name', path, importReason('outside'))
    }
    return await fileAccess(real, { follow: false })
  }
  // A file that grows meanwhile is read as long as it was when it was listed.
  const stream = async function* (signal?: AbortSignal, first = size): AsyncGenerator<Uint8Array, void, undefined> {
    const opened = await access()
    try {
      yield* pieces(opened, path, 0, Math.min(size, first), signal)
    } finally {
      await opened.close()
    }
  }
  return { file: exportFile(path, size, stream), access }
}

/** What the operating system's refusal means for the person. */
function refused(name: string, cause: unknown): VivimError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return new VivimError('not-found', `“${shown(name)}”.`, { cause })
  if (code === 'ELOOP' || code === 'EMLINK') return refuse('import-unsafe-name', name, importReason('link'), cause)
  return new VivimError('bad-request', `“${shown(name)}” cannot be read.`, { cause })
}
