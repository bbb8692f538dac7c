/** Signing and checking what a root, or a device with `grant`, says of a device. */
import type { KeyObject } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import type { Grant } from '../contract/events.ts'
import { type Did, didPattern } from '../contract/ids.ts'
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
