/** Writing what a chain of backups holds into an empty folder. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder, syncFolder } from '../adapters/durable-file.ts'
import type { BackupChain } from './chain.ts'
import { BLOCK, blocksIn, damaged, type Manifest, storeMember } from './format.ts'
import type { BackupProgress } from './open.ts'

/** Durable when it resolves. Errors: `backup-damaged`, also where the store is not what it was to become; `cancelled`. */
export async function unpackChain(
  { backups, newest, size }: BackupChain,
  stage: string,
  onProgress: BackupProgress | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  let done = 0
  for (const { manifest, members } of backups) {
    for (const name of manifest.base?.gone ?? []) await rm(join(stage, name), { force: true })
    for await (const { name, bytes } of members(signal)) {
      const path = join(stage, name)
      await makeFolder(dirname(path))
      const changed = name === storeMember ? manifest.base?.store : undefined
      const file = await open(path, changed ? 'r+' : 'wx', 0o600)
      try {
        await (changed ? putBlocks(file, changed, counted(bytes)) : append(file, counted(bytes)))
        await file.sync()
      } finally {
        await file.close()
      }
      await syncFolder(dirname(path))
    }
  }
  const wanted = newest.manifest.base?.store.sha256
  if (wanted && Buffer.compare(await sha256Of(join(stage, storeMember)), wanted) !== 0)
    throw damaged('The store that comes out of these backups is not the one that was saved.')

  async function* counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      yield piece
      done += piece.length
      onProgress?.(done, size)
    }
  }
}

async function append(file: FileHandle, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of bytes) await file.appendFile(piece)
}

type Changed = NonNullable<Manifest['base']>['store']

/** Puts blocks into their places; they come one after the other, cut anyhow. */
async function putBlocks(file: FileHandle, { size, changed }: Changed, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const numbers = blocksIn(changed)
  let at = 0
  let left = 0
  for await (const piece of bytes) {
    for (let taken = 0; taken < piece.length; ) {
      if (left === 0) {
        at = (numbers.next().value ?? 0) * BLOCK
        left = Math.min(BLOCK, size - at)
      }
      const part = piece.subarray(taken, taken + left)
      await file.write(part, 0, part.length, at)
      at += part.length
      left -= part.length
      taken += part.length
    }
  }
  await file.truncate(size)
}

async function sha256Of(path: string): Promise<Uint8Array> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece)
  return hash.digest()
}
