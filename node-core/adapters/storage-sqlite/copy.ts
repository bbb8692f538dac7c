/** Files that hold a copy of a whole store: named only when they are complete, checked and durable. */
import { open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { VivimError } from '../../contract/errors.ts'
import { toStorageError } from './errors.ts'
import { makePrivateDirectory, sizeOf, storeFiles, syncDirectory } from './files.ts'
import { ensureFree } from './free-disk.ts'
import { copyPages } from './job.ts'

/** How many copies from before migrations are kept. */
const keptCopies = 2

const copyName = /^store-before-v(\d+)\.db$/

/**
 * Makes the new file `path` by `fill`, which is given an empty file beside it.
 * @param bytes how large it will be, about
 * Errors: `bad-request` where there is such a file, `storage-full`, and those of `fill`.
 */
export async function makeCopy(path: string, bytes: number, fill: (unfinished: string) => Promise<void>): Promise<void> {
  const directory = dirname(path)
  const unfinished = `${path}.part`
  try {
    if ((await sizeOf(path)) !== undefined) throw new VivimError('bad-request', 'There is a file of that name already.')
    await ensureFree(directory, Math.ceil(bytes * 1.05))
    await removeStore(unfinished)
    await (await open(unfinished, 'wx', 0o600)).close()
    await fill(unfinished)
    await rename(unfinished, path)
    await syncDirectory(directory)
  } catch (error) {
    await removeStore(unfinished)
    throw toStorageError(error, directory)
  }
}

/** Copies the store file `store`, which may be in use, to the new file `path`. Errors: as {@link makeCopy}, `cancelled`. */
export async function copyStore(store: string, path: string, signal?: AbortSignal): Promise<void> {
  const sizes = await Promise.all([store, `${store}-wal`].map(sizeOf))
  const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
  await makeCopy(path, bytes, (unfinished) => copyPages(store, unfinished, signal))
}

/** Copies the store aside before the step to `version` changes it, and drops all but the newest such copies. */
export async function copyBeforeMigration(directory: string, version: number): Promise<void> {
  const { backups, store } = storeFiles(directory)
  await makePrivateDirectory(backups)
  const named = (v: number) => join(backups, `store-before-v${v}.db`)
  // One of this name is from an earlier attempt at the same step: the store still has what it holds.
  await removeStore(named(version))
  await copyStore(store, named(version))
  const versions = (await readdir(backups)).flatMap((name) => copyName.exec(name)?.[1] ?? []).map(Number)
  const old = versions.sort((a, b) => b - a).slice(keptCopies)
  for (const one of old) await removeStore(named(one))
}

async function removeStore(path: string): Promise<void> {
  for (const end of ['', '-wal', '-shm', '-journal']) await rm(path + end, { force: true })
}
