/** A backup with those that it builds on, the whole one first: out of these everything is brought back. */
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isMissing } from '../adapters/durable-file.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import { BLOCK, blocksIn, damaged, type Manifest, storeMember } from './format.ts'
import { type BackupProgress, fileIdAt, type OpenBackup, openBackup } from './open.ts'

export interface BackupChain extends AsyncDisposable {
  /** The whole one first; each builds on the one before. */
  readonly backups: readonly OpenBackup[]
  readonly newest: OpenBackup
  /** Bytes of all of them. */
  readonly size: number
}

const ending = '.backup'
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/**
 * Opens the backup at `path`, or the newest in that folder, and all that it builds on, which are looked for beside it.
 * Errors: `backup-incomplete` where one is missing, and those of {@link openBackup}.
 */
export async function openChain(path: string, phrase: string): Promise<BackupChain> {
  const last = await ((await isFolder(path)) ? newestIn(path, phrase) : openBackup(path, phrase))
  const backups = [last]
  const close = async (): Promise<void> => {
    for (const one of backups) await one[Symbol.asyncDispose]()
  }
  try {
    let beside: Map<string, string> | undefined
    for (let base = last.manifest.base; base; base = backups[0]?.manifest.base) {
      beside ??= await backupsIn(dirname(last.path))
      const found = beside.get(hex(base.file))
      // each file builds on an older one, whose name is part of its own: none comes twice
      if (!found) throw new VivimError('backup-incomplete', `What ${backups[0]?.path} builds on is not beside it.`)
      backups.unshift(await openBackup(found, phrase).catch((error: unknown) => inFile(error, found)))
    }
    const size = backups.reduce((sum, one) => sum + one.size, 0)
    return { backups, newest: last, size, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Says which file of several it is. */
function inFile(error: unknown, path: string): never {
  if (isVivimError(error, 'backup-damaged')) throw damaged(`${path}: ${error.detail ?? ''}`, error)
  throw error
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (isMissing(error)) throw new VivimError('not-found', 'There is no such file.')
    throw error
  }
}

/** The backups in a folder by their file's name in hex, which needs no phrase. */
async function backupsIn(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const name of (await readdir(folder)).filter((one) => one.endsWith(ending)).sort()) {
    const file = await fileIdAt(join(folder, name))
    if (file) found.set(hex(file), join(folder, name))
  }
  return found
}

/** The newest in a folder that the phrase opens. Errors: `not-found`; where none opens, why the last one does not. */
async function newestIn(folder: string, phrase: string): Promise<OpenBackup> {
  let newest: OpenBackup | undefined
  let fault: unknown = new VivimError('not-found', 'There is no backup in that folder.')
  for (const path of (await backupsIn(folder)).values()) {
    try {
      const one = await openBackup(path, phrase)
      // of two of one moment the later by its name: increments are numbered
      const [older, newer] = newest && one.manifest.created < newest.manifest.created ? [one, newest] : [newest, one]
      newest = newer
      await older?.[Symbol.asyncDispose]()
    } catch (error) {
      if (isVivimError(error, 'phrase-invalid')) throw error
      fault = error
    }
  }
  if (!newest) throw fault
  return newest
}

/** What a check of a chain came to. */
export interface Verified {
  /** What the newest says of itself. */
  manifest: Manifest
  /** How many backups were read. */
  backups: number
  bytes: number
}

/**
 * Reads every backup of a chain to its end, and works out that the store which comes out of them is the one that was there.
 * Errors: as {@link openChain}, `backup-damaged`, `cancelled`.
 */
export async function verifyBackup(
  path: string,
  phrase: string,
  onProgress?: BackupProgress,
  signal?: AbortSignal,
): Promise<Verified> {
  await using chain = await openChain(path, phrase)
  let done = 0
  for (const backup of chain.backups) {
    try {
      for await (const { bytes } of backup.members(signal)) {
        for await (const piece of bytes) {
          done += piece.length
          onProgress?.(done, chain.size)
        }
      }
    } catch (error) {
      inFile(error, backup.path)
    }
  }
  await checkStore(chain, signal)
  return { manifest: chain.newest.manifest, backups: chain.backups.length, bytes: chain.size }
}

/** Puts the store together in passing, each block out of the backup that holds it last. */
async function checkStore({ backups, newest }: BackupChain, signal: AbortSignal | undefined): Promise<void> {
  const wanted = newest.manifest.base?.store
  if (!wanted) return
  const from = new Map<number, { backup: OpenBackup; at: number }>()
  for (const backup of backups) {
    const { base, members } = backup.manifest
    const held = members.find(({ name }) => name === storeMember)?.size ?? 0
    const numbers = base ? blocksIn(base.store.changed) : blocksIn([[0, Math.ceil(held / BLOCK)]])
    let at = 0
    for (const number of numbers) {
      from.set(number, { backup, at })
      at += BLOCK
    }
  }
  const hash = createHash('sha256')
  for (let number = 0; number * BLOCK < wanted.size; number++) {
    if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
    const found = from.get(number)
    if (!found) throw new VivimError('backup-incomplete', `Block ${number} of the store is in none of them.`)
    hash.update(await found.backup.readStore(found.at, Math.min(BLOCK, wanted.size - number * BLOCK)))
  }
  if (Buffer.compare(hash.digest(), wanted.sha256) !== 0)
    throw damaged('The store that comes out of these backups is not the one that was saved.')
}
