/** Files that a command writes: never over one that is there. */
import { lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isMissing } from '../../adapters/durable-file.ts'
import { VivimError } from '../../contract/errors.ts'

/** Error: `bad-request` where something is at `path` already, or its folder is not there. */
export async function refuseExisting(path: string): Promise<void> {
  const folder = dirname(path)
  const facts = await stat(folder).catch(() => undefined)
  if (!facts?.isDirectory())
    throw new VivimError('bad-request', `There is no folder ${folder}; name a file in one that is there.`)
  try {
    await lstat(path)
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  throw new VivimError('bad-request', `${path} is there already; name a new file.`)
}

export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true
