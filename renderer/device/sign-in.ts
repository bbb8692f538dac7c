/** How a paired device signs in: proof of its key once, then refresh tokens of which each works once (PROTOCOL.md, Signing in). */
import { encode } from '@ipld/dag-cbor'
import { auth, type DeviceToken } from '../../node-core/contract/api/auth.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import { toBase64url } from '../base64url.ts'
import { ask, type Fetch } from '../client.ts'
import { type PairedDevice, sign } from './key.ts'

/**
 * The next token of a device. `last` is its newest refresh token, where this page has one: it is kept in memory alone, so
 * that two tabs never use one twice. Undefined where another node answers at this address: its challenge may have been
 * taken from ours. Errors: `device-revoked`, `unauthenticated` where the node knows no such device, `unavailable`.
 */
export async function signInDevice(
  fetch: Fetch,
  device: PairedDevice,
  last?: string,
  signal?: AbortSignal,
): Promise<DeviceToken | undefined> {
  if (last !== undefined) {
    try {
      return await ask(fetch, auth['auth.refresh'], { refreshToken: last }, undefined, signal)
    } catch (error) {
      // The session has ended, and maybe that alone: the key says whether the device has.
      if (!isVivimError(error, 'session-expired', 'unauthenticated')) throw error
    }
  }
  return await prove(fetch, device, signal)
}

async function prove(fetch: Fetch, device: PairedDevice, signal?: AbortSignal): Promise<DeviceToken | undefined> {
  const { did, account } = device
  const { challenge, audience } = await ask(fetch, auth['auth.challenge'], { did: account }, undefined, signal)
  if (audience !== device.instance) return undefined
  const signature = toBase64url(await sign(device, 'challenge', encode([challenge, audience, account])))
  return await ask(fetch, auth['auth.session'], { did: account, device: did, challenge, signature }, undefined, signal)
}
