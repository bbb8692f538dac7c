/**
 * Bringing a store's keys from the system's keychain into a key file, and back.
 *
 * Invariant: `keychain.txt` names a place that holds everything, at every moment. So the new place is filled and read back
 * first, the marker is changed then, and the old place is emptied last; what is cut off leaves copies, never a gap.
 */
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, syncFolder } from '../../adapters/durable-file.ts'
import { type FileKeychain, openFileKeychain } from '../../adapters/keychain-file/keychain.ts'
import { VivimError } from '../../contract/errors.ts'
import type { KdfCost } from '../../crypto/passphrase.ts'
import type { RandomBytes } from '../../ports/clock.ts'
import type { Keychain, KeysPlace } from '../../ports/keychain.ts'
import { writeMarker } from './marker.ts'

export interface Moving {
  /** The data directory. */
  readonly directory: string
  readonly random: RandomBytes
  readonly cost?: KdfCost | undefined
  /** Called after each step that a crash could follow. */
  readonly onStep?: (step: 'filled' | 'placed' | 'marked' | 'emptied') => void
}

/** The folder in which a key file is made before it takes its place. */
const aside = 'keychain.moving'

/**
 * @param entries every name that `from` may hold
 * @param passphrase filled with zeros
 */
export async function moveToFile(
  from: Keychain,
  entries: readonly string[],
  passphrase: Uint8Array,
  { directory, random, cost, onStep }: Moving,
): Promise<FileKeychain> {
  const again = Uint8Array.from(passphrase)
  const folder = join(directory, aside)
  try {
    // What an attempt that was cut off left there.
    await rm(folder, { recursive: true, force: true })
    const made = await openFileKeychain({ directory: folder, passphrase, random, ...(cost && { cost }) })
    const there = await copy(from, made, entries)
    const opened = await openFileKeychain({ directory: folder, passphrase: Uint8Array.from(again), random })
    await compare(from, opened, there)
    onStep?.('filled')
    await rename(join(folder, 'keychain.json'), join(directory, 'keychain.json'))
    await syncFolder(directory)
    const placed = await openFileKeychain({ directory, passphrase: again, random })
    await compare(from, placed, there)
    onStep?.('placed')
    await writeMarker(directory, 'file')
    onStep?.('marked')
    await empty(from, there)
    onStep?.('emptied')
    return placed
  } finally {
    passphrase.fill(0)
    again.fill(0)
    await rm(folder, { recursive: true, force: true })
  }
}

/** The key file is removed last; `to` has proved to keep what it is given. */
export async function moveToOs(from: FileKeychain, to: Keychain, { directory, onStep }: Moving): Promise<Keychain> {
  await makeFolder(join(directory, aside))
  const there = await copy(from, to, await from.entries())
  await compare(from, to, there)
  onStep?.('filled')
  await writeMarker(directory, 'os')
  onStep?.('marked')
  await finishMove(directory, 'os')
  onStep?.('emptied')
  return to
}

/**
 * Ends a move into the keychain, also one that was cut off: its folder is there still, and the marker says that the keychain has
 * everything. A key file without that folder was put there by somebody else, and stays.
 */
export async function finishMove(directory: string, place: KeysPlace): Promise<void> {
  const folder = join(directory, aside)
  if (!(await stat(folder).catch(() => undefined))) return
  if (place === 'os') await rm(join(directory, 'keychain.json'), { force: true })
  await syncFolder(directory)
  await rm(folder, { recursive: true, force: true })
}

/**
 * Deletes of the keychain what a key file holds just so: what a move that was cut off left there.
 * @param names what is in the keychain
 */
export async function removeCopies(keychain: Keychain, file: FileKeychain, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const [kept, copied] = [await file.get(name), await keychain.get(name)]
    if (kept && copied && Buffer.compare(kept, copied) === 0) await keychain.delete(name)
    kept?.fill(0)
    copied?.fill(0)
  }
}

/** Answers the names of what was there. */
async function copy(from: Keychain, to: Keychain, entries: readonly string[]): Promise<string[]> {
  const there: string[] = []
  for (const entry of entries) {
    const secret = await from.get(entry)
    if (!secret) continue
    there.push(entry)
    await to.set(entry, secret)
    secret.fill(0)
  }
  // An empty place would be taken for a lost one.
  if (there.length === 0) throw new VivimError('keys-missing', `Nothing of this store is in: ${from.name}.`)
  return there
}

async function compare(from: Keychain, to: Keychain, entries: readonly string[]): Promise<void> {
  for (const entry of entries) {
    const [wanted, kept] = [await from.get(entry), await to.get(entry)]
    const same = wanted && kept && Buffer.compare(wanted, kept) === 0
    wanted?.fill(0)
    kept?.fill(0)
    if (!same) throw new VivimError('keychain-unavailable', `It does not keep what it is given: ${to.name}. Nothing was changed.`)
  }
}

async function empty(from: Keychain, entries: readonly string[]): Promise<void> {
  for (const entry of entries) {
    // The new place is in use already: a copy that cannot be deleted now is found at the next start.
    await from.delete(entry).catch(() => undefined)
  }
}
