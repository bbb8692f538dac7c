/**
 * `keychain.txt` in the data directory says which backend holds the store's keys, so that a backend that is gone is
 * noticed and explained. Invariant: it is written once a node has opened with that backend, never before.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, replaceFile } from '../../adapters/durable-file.ts'
import { VivimError } from '../../contract/errors.ts'

/** `os`: the system's keychain. `file`: `keychain.json`, sealed with a passphrase. */
export type Backend = 'os' | 'file'

const pathIn = (directory: string): string => join(directory, 'keychain.txt')

/** Undefined where none was written. Error: `keychain-corrupt` for a word that it never holds. */
export async function readMarker(directory: string): Promise<Backend | undefined> {
  const text = await readFile(pathIn(directory), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw new VivimError('keychain-unavailable', 'The file keychain.txt of the data directory cannot be read.', { cause: error })
  })
  const word = text?.trim()
  if (word === undefined || word === 'os' || word === 'file') return word
  throw new VivimError('keychain-corrupt', 'The file keychain.txt of the data directory must hold “os” or “file”.')
}

export async function writeMarker(directory: string, backend: Backend): Promise<void> {
  if ((await readMarker(directory)) !== backend) await replaceFile(pathIn(directory), Buffer.from(`${backend}\n`))
}
