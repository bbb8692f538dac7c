/** Files that are whole or absent after a crash: written aside, flushed, renamed, the folder flushed. */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { VivimError } from '../contract/errors.ts'

/** Replaces the file at `path`; readable and writable by its owner alone. Durable when it resolves. Error: `storage-full`. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.new`
  try {
    const file = await open(aside, 'w', 0o600)
    try {
      // A file left there by a crash keeps its mode.
      await file.chmod(0o600)
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined)
    throw diskError(error)
  }
}

/** Makes a folder and those above it, closed to other users; what is new is durable when it resolves. */
export async function makeFolder(path: string): Promise<void> {
  // mkdir answers the first folder that it made, as an absolute path.
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = resolve(path); made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

/** Makes the names in a folder durable. Windows has no such call, and its journal needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** `storage-full` for a full disk or a used-up disk quota; any other error unchanged. */
export const diskError = (error: unknown): unknown =>
  codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT' ? new VivimError('storage-full', undefined, { cause: error }) : error

/** True for the system's “no such file or folder”. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT'

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
