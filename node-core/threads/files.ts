/** Blobs and staged files of a data directory: the same in every thread that opens them. */
import { join } from 'node:path'
import { openFsBlobs } from '../adapters/blobs-fs/blobs.ts'
import { openRandomAccess } from '../adapters/random-access-file.ts'
import type { Did } from '../contract/ids.ts'
import { FrameReader, sealFrames } from '../crypto/frames.ts'
import { keyedHash } from '../crypto/seal.ts'
import type { OpenAccount } from '../identity/keyring.ts'
import { createStaging, type Staging } from '../imports/staging.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { RandomBytes } from '../ports/clock.ts'

export const blobsDirectory = (dataDirectory: string): string => join(dataDirectory, 'blobs')
export const stagingDirectory = (dataDirectory: string): string => join(dataDirectory, 'staging')

export const openBlobs = (dataDirectory: string, find: (did: Did) => OpenAccount, random: RandomBytes): Promise<Blobs> =>
  openFsBlobs({
    directory: blobsDirectory(dataDirectory),
    random,
    keys: (did) => {
      const account = find(did)
      return { seal: account.blobs, name: keyedHash(account.names) }
    },
  })

/** Staged files are sealed with the account's blob key, bound to their name. */
export function openStaging(dataDirectory: string, account: OpenAccount, random: RandomBytes): Staging {
  const place = (name: string): string => `staging/${account.did}/${name}`
  return createStaging(
    stagingDirectory(dataDirectory),
    {
      seal: (name, bytes) => sealFrames(bytes, { keys: account.blobs, random, place: () => place(name) }),
      open: async (name, path) => FrameReader.open(await openRandomAccess(path), account.blobs, place(name)),
    },
    () => Buffer.from(random(16)).toString('hex'),
  )
}

/** All bytes of a blob: for what is known to fit in memory. */
export async function readWhole(blobs: Blobs, owner: Did, id: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of blobs.read(owner, id as Parameters<Blobs['read']>[1])) pieces.push(piece)
  return Buffer.concat(pieces)
}
