/** The files of a store, and how they are made so that only their owner reads them and a power cut loses none. */
import { chmod, mkdir, open, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Where everything of the store in `directory` lies. `store` is followed by `-wal` and `-shm` while it is in use. */
export const storeFiles = (directory: string) => ({
  store: join(directory, 'store.db'),
  lock: join(directory, 'lock.db'),
  running: join(directory, 'running'),
  backups: join(directory, 'backups'),
})

/** Makes `directory` if need be; only its owner enters. */
export async function makePrivateDirectory(directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true, mode: 0o700 })
  if (made === undefined) await chmod(directory, 0o700)
}

/**
 * Makes the file if need be, readable for its owner alone; SQLite gives its side files the same mode.
 * Answers whether it was there.
 */
export async function makePrivateFile(path: string): Promise<boolean> {
  const existed = (await sizeOf(path)) !== undefined
  const file = await open(path, 'a', 0o600)
  try {
    if (existed) await file.chmod(0o600)
  } finally {
    await file.close()
  }
  return existed
}

/** Bytes of a file, or undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Makes the names in `directory` durable: a new, renamed or removed file is only then so after a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return // directories cannot be opened there; NTFS journals names
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Whether a file operation failed because there is no such file. */
export const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
