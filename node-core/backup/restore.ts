/**
 * Restoring a backup, with those that it builds on, into a data directory that holds no store.
 *
 * Invariant: everything is written, checked and recovered in the folder `restoring` first; the store's own file is moved
 * into its place last. What is cut off before that leaves no store, and the next restore begins anew.
 */
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { diskError, isMissing, makeFolder, syncFolder } from '../adapters/durable-file.ts'
import { ensureFree } from '../adapters/storage-sqlite/free-disk.ts'
import { lockDirectory } from '../adapters/storage-sqlite/lock.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { Transactor } from '../ports/storage.ts'
import { openChain } from './chain.ts'
import { storeMember } from './format.ts'
import type { BackupProgress } from './open.ts'
import { type RecoverParts, recoverStore } from './recover.ts'
import { unpackChain } from './unpack.ts'

export interface RestoreParts extends RecoverParts {
  dataDirectory: string
  phrase: string
  onProgress?: BackupProgress
  signal?: AbortSignal
}
export interface Restored {
  /** The account of the phrase: this node is a new device of it. */
  account: Did
  /** Others of the backup, whose keys need their own phrases (`recoverStore`). */
  others: string[]
  /** When the backup was made, in milliseconds since 1970. */
  created: number
  bytes: number
}

const STAGE = 'restoring'
/** What a store consists of; where any of it is, nothing is restored. */
const taken = ['store.db', 'store.db-wal', 'store.db-shm', 'blobs', 'staging', 'backups']

/**
 * Errors: `store-exists` (the directory holds a store, or part of one), `store-locked`, `storage-full`, `store-too-new`,
 * `store-too-old`, `cancelled`, the keychain's, and those of opening a backup. After any of them the directory holds no more than before.
 */
export async function restoreBackup(path: string, parts: RestoreParts): Promise<Restored> {
  const { dataDirectory, signal } = parts
  await using chain = await openChain(path, parts.phrase)
  await makeFolder(dataDirectory)
  const lock = await lockDirectory(dataDirectory)
  const stage = join(dataDirectory, STAGE)
  try {
    await clearUnfinished(dataDirectory, stage)
    for (const name of taken) {
      if (await isThere(join(dataDirectory, name)))
        throw new VivimError(
          'store-exists',
          `${dataDirectory} holds “${name}”: restore into another directory (--data DIR), or move that one away first.`,
        )
    }
    await ensureFree(dataDirectory, Math.ceil(chain.size * 1.05))
    await unpackChain(chain, stage, parts.onProgress, signal)
    const { did: account } = await recoverStore(stage, parts.phrase, parts, (storage) => beginAnew(storage, parts.random))
    await moveIntoPlace(stage, dataDirectory)
    const { accounts, created } = chain.newest.manifest
    return { account, others: accounts.filter((did) => did !== account), created, bytes: chain.size }
  } catch (error) {
    throw diskError(error)
  } finally {
    await rm(stage, { recursive: true, force: true })
    await lock.release(true)
  }
}

/** Blobs beside an unfinished stage and no store are of a restore that was cut off as it moved things into place. */
async function clearUnfinished(dataDirectory: string, stage: string): Promise<void> {
  if (!(await isThere(stage))) return
  if (!(await isThere(join(dataDirectory, storeMember)))) await rm(join(dataDirectory, 'blobs'), { recursive: true, force: true })
  await rm(stage, { recursive: true })
}

/** A restored store is not the one that others knew: cursors of before mean nothing in it, and nobody is signed in. */
async function beginAnew(storage: Transactor, random: RandomBytes): Promise<void> {
  await storage.transaction(async (tx) => {
    for (const { id } of await tx.all<{ id: number }>('SELECT id FROM account')) {
      // no device until each is recovered: a restored store that went on writing as the old one would fork its chain
      await tx.run("UPDATE account SET epoch = ?, device = '' WHERE id = ?", [random(16), id])
    }
    await tx.run('DELETE FROM session')
  })
}

async function moveIntoPlace(stage: string, dataDirectory: string): Promise<void> {
  const log = await stat(join(stage, `${storeMember}-wal`)).catch(() => undefined)
  if (log && log.size > 0) throw new VivimError('storage-corrupt', 'The restored store could not be closed.')
  const blobs = join(dataDirectory, 'blobs')
  try {
    if (await isThere(join(stage, 'blobs'))) await rename(join(stage, 'blobs'), blobs)
    await syncFolder(dataDirectory)
    await rename(join(stage, storeMember), join(dataDirectory, storeMember))
  } catch (error) {
    await rm(blobs, { recursive: true, force: true })
    throw error
  }
  await syncFolder(dataDirectory)
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
