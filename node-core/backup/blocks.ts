/** Which blocks of the store changed since another backup. */
import { createHash } from 'node:crypto'

/** Bytes of a block's digest: to tell changes, not to prove anything; what comes out of a chain is held to SHA-256. */
const DIGEST = 16
const digestOfBlock = (block: Uint8Array): Uint8Array => createHash('sha256').update(block).digest().subarray(0, DIGEST)

export interface BlockFilter {
  /** Takes the next block; true where it goes into the backup. */
  take(block: Uint8Array): boolean
  /** What the store is as a whole, and the runs of blocks that went in. */
  done(): { size: number; sha256: Uint8Array; changed: [number, number][] }
  /** Of all blocks, one after the other. */
  digests(): Uint8Array
}

/** Without a `base`, of whose blocks these are the digests, every block goes in. */
export function blockFilter(base: Uint8Array | undefined): BlockFilter {
  const hash = createHash('sha256')
  const digests: Uint8Array[] = []
  const changed: [number, number][] = []
  let size = 0
  return {
    take(block) {
      const number = digests.length
      const digest = digestOfBlock(block)
      digests.push(digest)
      hash.update(block)
      size += block.length
      const before = base?.subarray(number * DIGEST, (number + 1) * DIGEST)
      // a shorter last block has another digest than the whole one
      if (before?.length === DIGEST && Buffer.compare(before, digest) === 0) return false
      const run = changed.at(-1)
      if (run && run[0] + run[1] === number) run[1]++
      else changed.push([number, 1])
      return true
    },
    done: () => ({ size, sha256: new Uint8Array(hash.digest()), changed }),
    digests: () => Buffer.concat(digests),
  }
}
