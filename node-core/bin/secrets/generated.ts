/**
 * A random passphrase in a file of the user's own configuration directory, for machines without a keychain where
 * nobody can be asked at every start. It stands apart from the data directory, so that a copy of that alone opens nothing.
 */
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isMissing, makeFolder, replaceFile } from '../../adapters/durable-file.ts'
import { VivimError } from '../../contract/errors.ts'
import { toBase32 } from '../../contract/ids.ts'
import type { RandomBytes } from '../../ports/clock.ts'

/** The file for one data directory. */
export function generatedPath(configDirectory: string, dataDirectory: string): string {
  const name = createHash('sha256').update(resolve(dataDirectory)).digest('hex').slice(0, 16)
  return join(configDirectory, `passphrase-${name}`)
}

/** The passphrase's text, or undefined where none was made. */
export async function readGenerated(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new VivimError('keychain-unavailable', `The passphrase file ${path} cannot be read.`, { cause })
  }
}

/** Makes one, or answers the one that is there. */
export async function makeGenerated(path: string, random: RandomBytes): Promise<string> {
  const there = await readGenerated(path)
  if (there !== undefined) return there
  const text = `${toBase32(random(20))}\n`
  await makeFolder(dirname(path))
  await replaceFile(path, Buffer.from(text))
  return text
}

export const removeGenerated = (path: string): Promise<void> => rm(path, { force: true })
