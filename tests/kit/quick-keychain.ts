/**
 * A keychain file that opens quickly, for machines that start a node dozens of times: the product makes its own at a cost of
 * Argon2id that is meant to be felt, and keeps to the parameters that a file names.
 */
import { randomBytes } from 'node:crypto'
import { openFileKeychain } from '../../node-core/adapters/keychain-file/keychain.ts'
import { passphraseBytes } from '../../node-core/crypto/passphrase.ts'

/** Writes `keychain.json`, with nothing in it, into a data folder that has none. */
export async function writeQuickKeychain(directory: string, passphrase: string): Promise<void> {
  const cost = { memory: 64, passes: 1, lanes: 1 }
  const keychain = await openFileKeychain({ directory, passphrase: passphraseBytes(passphrase), random: randomBytes, cost })
  // It is written with its first entry.
  await keychain.set('none', Uint8Array.of(0))
  await keychain.delete('none')
}
