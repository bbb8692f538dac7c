/** The files that a backup is made of. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../adapters/durable-file.ts'
import { VivimError } from '../contract/errors.ts'

/** A file that goes into the backup. */
export interface Member {
  name: string
  path: string
  size: number
}
/** Every whole blob of the data directory, in a fixed order. */
export async function blobMembers(dataDirectory: string, signal: AbortSignal | undefined): Promise<Member[]> {
  const members: Member[] = []
  const root = join(dataDirectory, 'blobs')
  for (const account of (await namesIn(root)).filter((name) => /^[0-9a-f]{16}$/.test(name))) {
    for (const part of await namesIn(join(root, account))) {
      if (signal?.aborted) throw new VivimError('cancelled', undefined, { cause: signal.reason })
      for (const name of await namesIn(join(root, account, part))) {
        const path = join(root, account, part, name)
        const size = await sizeOf(path)
        if (size !== undefined) members.push({ name: `blobs/${account}/${part}/${name}`, path, size })
      }
    }
  }
  return members
}

/** Bytes of all. */
export const sum = (members: readonly Member[]): number => members.reduce((bytes, { size }) => bytes + size, 0)

export const isThere = async (path: string): Promise<boolean> => (await sizeOf(path)) !== undefined

const sizeOf = (path: string): Promise<number | undefined> => unlessMissing(stat(path).then(({ size }) => size))
const namesIn = async (folder: string): Promise<string[]> => ((await unlessMissing(readdir(folder))) ?? []).sort()

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
