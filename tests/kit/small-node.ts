/** A node without threads and doors, for tests of what it keeps: store, account, blobs, library and intake. */

import type { Did } from '../../node-core/contract/ids.ts'
import { type AccountParts, createAccount, openAccounts } from '../../node-core/identity/accounts.ts'
import { createKeyring, type OpenAccount } from '../../node-core/identity/keyring.ts'
import { createLibrary } from '../../node-core/library/read.ts'
import type { Blobs } from '../../node-core/ports/blobs.ts'
import type { RandomBytes } from '../../node-core/ports/clock.ts'
import type { Intake } from '../../node-core/ports/intake.ts'
import type { Keychain } from '../../node-core/ports/keychain.ts'
import type { Storage } from '../../node-core/ports/storage.ts'
import { readWhole } from '../../node-core/threads/files.ts'
import { createIntake } from '../../node-core/threads/intake.ts'
import { createWriter } from '../../node-core/threads/writer-core.ts'
import { fakeClock } from './clock.ts'

export interface SmallNodeParts {
  storage: Storage
  keychain: Keychain
  random: RandomBytes
  blobs(find: (did: Did) => OpenAccount): Promise<Blobs>
}

/** Opens the store's accounts, or makes the first one. */
export async function smallNode({ storage, keychain, random, blobs: open }: SmallNodeParts) {
  const clock = fakeClock()
  const keyring = createKeyring(random)
  const blobs = await open((did) => keyring.get(did))
  const readBlob = (owner: Did, id: string) => readWhole(blobs, owner, id)
  const writer = createWriter({ storage, clock, random, readBlob, onCommit: () => {} })
  const parts: AccountParts = { reader: storage, writer, keychain, clock, random, device: { name: 'test', kind: 'server' } }
  const { opened } = await openAccounts(parts)
  if (opened.length === 0) opened.push(await createAccount(parts))
  for (const account of opened) keyring.open(account)
  const [account] = opened
  if (!account) throw new Error('no account')
  const library = createLibrary({ reader: storage, keysOf: keyring.keysOf, readBlob, cacheBytes: 1 << 20 })

  return {
    account,
    accountParts: parts,
    blobs,
    clock,
    keyring,
    library,
    storage,
    writer,
    /** Stores bytes as a blob; answers its id. */
    put: async (...pieces: Uint8Array[]) =>
      (
        await blobs.put(
          account.did,
          (async function* () {
            yield* pieces
          })(),
        )
      ).id,
    /** The library's side of one import. */
    intake: (importId: Uint8Array = random(16)): Intake =>
      createIntake({
        account,
        import: importId,
        reader: storage,
        writer,
        keys: keyring.keysOf(account.id),
        searchSealer: keyring.searchSealer(account.id),
        random,
        spill: async (bytes) =>
          (
            await blobs.put(
              account.did,
              (async function* () {
                yield bytes
              })(),
            )
          ).id,
      }),
  }
}
export type SmallNode = Awaited<ReturnType<typeof smallNode>>
