/** The first event of every account. It follows from the phrase alone, so that each node that grows the account again has the same one. */
import { createHash, type KeyObject } from 'node:crypto'
import { didOf } from '../crypto/ed25519.ts'
import type { Incoming } from '../log/accept-check.ts'
import { chunkOf, encodeValue } from '../log/chunk.ts'
import { digestOf } from '../log/cid.ts'
import { signEnvelope } from '../log/envelope.ts'

/**
 * The genesis by the root's key; `successor` is the digest of the successor's public key, and what the genesis commits to.
 * Its time is the beginning of time, and its chunk's 16 bytes are the first of SHA-256 over `"vivim/v1/genesis" NUL did`:
 * a digest of a random key needs no others to confirm no guess.
 */
export function genesisOf(root: KeyObject, successor: Uint8Array): Incoming {
  const did = didOf(root)
  const salt = createHash('sha256').update(`vivim/v1/genesis\0${did}`).digest().subarray(0, 16)
  const chunk = chunkOf(encodeValue({ successor }), () => Uint8Array.from(salt))
  const { bytes } = signEnvelope(
    { owner: did, device: did, seq: 1, prev: null, deps: [], time: [0, 0], type: 'account.created', chunks: [digestOf(chunk)] },
    root,
  )
  return { envelope: bytes, chunks: [chunk] }
}
