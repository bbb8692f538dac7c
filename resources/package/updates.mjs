// @ts-check
// Where the packed app looks for updates, and whose signature it believes: fixed when it is packed.
import { createPublicKey } from 'node:crypto'

/**
 * From `VIVIM_UPDATES_URL` (https) and `VIVIM_UPDATES_KEY` (an Ed25519 public key, 32 bytes as base64); undefined where
 * either is missing: such an app never looks for updates.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ url: string, key: string } | undefined}
 */
export function updatesOf(environment) {
  const url = environment['VIVIM_UPDATES_URL']
  const key = environment['VIVIM_UPDATES_KEY']
  if (!url || !key) return undefined
  if (new URL(url).protocol !== 'https:') throw new Error('VIVIM_UPDATES_URL has to begin with https:')
  if (Buffer.from(key, 'base64').length !== 32) throw new Error('VIVIM_UPDATES_KEY has to be 32 bytes as base64')
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key, 'base64').toString('base64url') }, format: 'jwk' })
  return { url, key }
}
