/** Files that a command writes: never over one that is there. */
import { lstat } from 'node:fs/promises'
import { isMissing } from '../../adapters/durable-file.ts'
import { VivimError } from '../../contract/errors.ts'

/** Error: `bad-request` where something is at `path` already. */
export async function refuseExisting(path: string): Promise<void> {
  try {
    await lstat(path)
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  throw new VivimError('bad-request', `${path} is there already; name a new file.`)
}
