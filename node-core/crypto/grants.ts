/** Signing and checking what a root, or a device with `grant`, says of a device. */
import type { KeyObject } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import type { Grant, Succession } from '../contract/events.ts'
import { type Did, didPattern } from '../contract/ids.ts'
import { didOf } from './ed25519.ts'
import { signFor, verifyFor } from './signing.ts'

/** Completes a grant with its issuer's signature (purpose `grant`, over the DAG-CBOR of the other fields). */
export const signGrant = (grant: Omit<Grant, 'sig'>, issuer: KeyObject): Grant => ({
  ...grant,
  sig: signFor('grant', encode(grant), issuer),
})

/** True where the signature is the issuer's. Whether the issuer may grant is the log's to decide. */
export function verifyGrant({ sig, ...grant }: Grant): boolean {
  return didPattern.test(grant.issuer) && verifyFor('grant', encode(grant), sig, grant.issuer as Did)
}

/** Completes a succession with the signature of the successor (purpose `succession`, over the DAG-CBOR of the other fields). */
export const signSuccession = (succession: Omit<Succession, 'sig'>, successor: KeyObject): Succession => ({
  ...succession,
  sig: signFor('succession', encode(succession), successor),
})

/** True where the signature is the named successor's. Whether the root had committed to it is the log's to decide. */
export const verifySuccession = ({ sig, ...succession }: Succession): boolean =>
  verifyFor('succession', encode(succession), sig, didOf(succession.successor))
