/** Signing in at another node as a device of its account, and staying so (PROTOCOL.md, Signing in). */
import type { KeyObject } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import type { z } from 'zod'
import { auth, type DeviceToken } from '../contract/api/auth.ts'
import type { SignedEvent } from '../contract/api/sync.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { addressOf, type Method } from '../contract/method.ts'
import { signFor } from '../crypto/signing.ts'
import type { Clock } from '../ports/clock.ts'
import type { PeerAddress } from '../ports/peer-door.ts'
import { answerOf } from './peer.ts'

export interface PeerIdentity {
  account: Did
  device: Did
  deviceKey: KeyObject
  /** The other node's own DID, as it was when this node was paired with it. */
  instance: Did
  /** This device's first event: a node that does not know the device may let it in by that. */
  first?(): Promise<SignedEvent | undefined>
}
/** A token is renewed so long before it ends, in milliseconds. */
const EARLY = 60_000

/** Asks an open method of another node. Errors: its own, `unavailable` for what is no answer of a node. */
export async function askOpen<Output extends z.ZodType>(
  peer: PeerAddress,
  method: Method & { output: Output },
  input: object,
  signal: AbortSignal,
): Promise<z.output<Output>> {
  return answerOf(method.output, await peer.post(addressOf(method).path, JSON.stringify(input), signal))
}

/**
 * Gives the present access token; `refused` names one that does not work any more. Errors: `unauthenticated` where the
 * device has no grant there, `other-node` where it is another node than the one that was paired, the peer's.
 */
export function peerTokens(peer: PeerAddress, who: PeerIdentity, clock: Clock, signal: AbortSignal) {
  let held: DeviceToken | undefined
  let renewing: Promise<DeviceToken> | undefined

  async function signIn(first?: SignedEvent): Promise<DeviceToken> {
    const { account, device, deviceKey, instance } = who
    const { challenge, audience } = await askOpen(peer, auth['auth.challenge'], { did: account }, signal)
    // a signature for another node would let whoever stands there sign in at this one's
    if (audience !== instance) throw new VivimError('other-node')
    const proof = signFor('challenge', encode([challenge, audience, account]), deviceKey)
    const signature = Buffer.from(proof).toString('base64url')
    return await askOpen(peer, auth['auth.session'], { did: account, device, challenge, signature, ...shownAs(first) }, signal)
  }
  async function signInOrIntroduce(): Promise<DeviceToken> {
    try {
      return await signIn()
    } catch (error) {
      const first = isVivimError(error, 'unauthenticated') ? await who.first?.() : undefined
      if (!first) throw error
      return await signIn(first)
    }
  }
  async function renew(): Promise<DeviceToken> {
    const refreshToken = held?.refreshToken
    // each works once: whatever becomes of the request, it is not sent again
    held = undefined
    if (refreshToken === undefined) return await signInOrIntroduce()
    try {
      return await askOpen(peer, auth['auth.refresh'], { refreshToken }, signal)
    } catch (error) {
      if (!isVivimError(error, 'session-expired', 'unauthenticated')) throw error
      return await signInOrIntroduce()
    }
  }
  return async (refused?: string): Promise<string> => {
    if (held && held.accessToken !== refused && held.expiresAt - EARLY > clock.now()) return held.accessToken
    renewing ??= renew().finally(() => {
      renewing = undefined
    })
    held = await renewing
    return held.accessToken
  }
}

/** An event as JSON carries it. */
function shownAs(first: SignedEvent | undefined) {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
  return first ? { first: { envelope: text(first.envelope), chunks: first.chunks.map((chunk) => chunk && text(chunk)) } } : {}
}
