/** Becoming a device of an account at another node: its pairing claimed by this node's own keys (PROTOCOL.md, Signing in). */
import type { KeyObject } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import { pairings } from '../contract/api/pairings.ts'
import { VivimError } from '../contract/errors.ts'
import type { Grant } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { signFor } from '../crypto/signing.ts'
import type { PeerAddress } from '../ports/peer-door.ts'
import { askOpen } from './peer-session.ts'

export interface NewDevice {
  readonly device: Did
  readonly deviceKey: KeyObject
  /** Its X25519 public key, 32 bytes. */
  readonly encryption: Uint8Array
  readonly name: string
  readonly kind: Grant['kind']
}
export interface Claimed {
  readonly ticket: string
  readonly account: Did
  /** The other node's own DID. */
  readonly instance: Did
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}
/** Milliseconds between two questions whether the person has confirmed. */
const STEP = 1000

/** Claims a pairing by its secret or code. Errors: `pairing-invalid`, the peer's. */
export async function claimPairing(
  peer: PeerAddress,
  secret: string,
  { device, deviceKey, encryption, name, kind }: NewDevice,
  signal: AbortSignal,
): Promise<Claimed> {
  const key = Buffer.from(encryption).toString('base64url')
  const signature = signFor('pairing', encode([secret, device, key, name, kind]), deviceKey)
  const claim = { secret, device, encryption: key, name, kind, signature: Buffer.from(signature).toString('base64url') }
  return await askOpen(peer, pairings['pairings.claim'], claim, signal)
}

/** Waits until the person confirms; answers the grant, DAG-CBOR. Errors: `pairing-invalid` where it ran out, `forbidden` where they refused. */
export async function confirmed(
  peer: PeerAddress,
  { ticket }: Claimed,
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  for (;;) {
    signal.throwIfAborted()
    const { state, grant } = await askOpen(peer, pairings['pairings.progress'], { ticket }, signal)
    if (state === 'refused') throw new VivimError('forbidden', 'It was refused at the other node.')
    if (state === 'confirmed' && grant !== undefined) return Uint8Array.from(Buffer.from(grant, 'base64url'))
    await wait(STEP, signal)
  }
}
