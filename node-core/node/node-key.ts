/** The node's own key: its instance DID, which signs session tokens and handshakes. Not an account's, not a device's. */
import { createPublicKey } from 'node:crypto'
import type { Did } from '../contract/ids.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { Keychain } from '../ports/keychain.ts'
import type { NodeKey } from '../sessions/index.ts'

/**
 * Opens the key, or makes it. `owner` is the device of the store's first account: one keychain may serve several stores. Nothing is
 * sealed with this key, so a new one over an old store loses no data; it only ends the sessions.
 */
export async function openNodeKey(keychain: Keychain, owner: Did, random: RandomBytes): Promise<NodeKey> {
  const entry = `node:${owner}`
  let seed = await keychain.get(entry)
  if (seed?.length !== 32) {
    seed = random(32)
    await keychain.set(entry, seed)
  }
  const privateKey = privateKeyOf(seed)
  return { did: didOf(privateKey), privateKey, publicKey: createPublicKey(privateKey) }
}
