/**
 * One hash that says what a node holds: the Merkle tree hash of RFC 6962 over the newest event of each device, and of each part
 * of a chain that was forked.
 */
import { encode } from '@ipld/dag-cbor'
import { cidOf, digestOf } from '../log/cid.ts'
import type { ChainEnd } from './read.ts'

/** The tree hash over leaves as they are, 32 bytes. */
export function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves
  if (!only) return digestOf(new Uint8Array(0))
  if (leaves.length === 1) return digestOf(Buffer.concat([Uint8Array.of(0), only]))
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return digestOf(Buffer.concat([Uint8Array.of(1), treeHash(leaves.slice(0, half)), treeHash(leaves.slice(half))]))
}

/** The root over heads, as plain bytes: leaves are DAG-CBOR `[device, seq, id]`, sorted by device; `id` is a link. */
export function merkleRoot(heads: readonly ChainEnd[]): Uint8Array {
  const sorted = [...heads].sort((a, b) => (a.device < b.device ? -1 : 1))
  return Uint8Array.from(treeHash(sorted.map(({ device, seq, id }) => encode([device, seq, cidOf(id)]))))
}
