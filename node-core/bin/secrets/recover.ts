/** Bringing a store's keys back with the 24 words, while no node runs. */
import { type Recovered, recoverStore } from '../../backup/recover.ts'
import type { Context, KeychainWishes } from '../cli/context.ts'
import { refuseLostStore } from './lost-store.ts'

/**
 * The account's keys, anew in the keychain of before or in another where that is gone; this node becomes a new device.
 * Errors: `phrase-invalid`, `phrase-mismatch`, `store-locked`, `storage-corrupt`, the keychains'.
 */
export async function recoverKeys(
  context: Context,
  phrase: string,
  wishes: Omit<KeychainWishes, 'anew'> = {},
): Promise<Recovered & { keychain: string }> {
  const { systemClock: clock, systemRandom: random } = await import('../../adapters/clock.ts')
  const config = context.config()
  // a store that is lost does not quietly become an empty one
  await refuseLostStore(config.dataDirectory)
  const { keychain, remember } = await context.keychain(config, { ...wishes, anew: true })
  const recovered = await recoverStore(config.dataDirectory, phrase, {
    keychain,
    clock,
    random,
    device: { name: config.deviceName, kind: config.deviceKind },
  })
  await remember()
  return { ...recovered, keychain: keychain.name }
}
