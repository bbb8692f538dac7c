/** Letting a device in by its first event alone, where the account's root granted it: a root's grant needs no other event. */
import type { SignedEvent } from '../contract/api/sync.ts'
import { isVivimError } from '../contract/errors.ts'
import { grantSchema } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { verifyGrant } from '../crypto/grants.ts'
import type { Makers, Outcome } from '../log/accept.ts'
import type { Incoming } from '../log/accept-check.ts'
import { rootsOf } from '../log/authority.ts'
import { valueIn } from '../log/chunk.ts'
import { parseEnvelope, verifyEnvelope } from '../log/envelope.ts'
import { saidOf } from '../log/stored-authority.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { listDevices } from './listing.ts'

export interface IntroductionParts {
  reader: Reader
  keysOf: KeysOf
  accountOf(did: Did): { id: number; did: Did }
  accept(account: number, events: readonly Incoming[], makers: Makers): Promise<Outcome[]>
  refresh(account: { id: number; did: Did }): Promise<void>
}

/**
 * Whoever asks has proved the device's key and nothing else: what is no grant by the present root reaches no writer. Errors:
 * the store's; anything else that does not hold is passed over.
 */
export const introduction =
  ({ reader, keysOf, accountOf, accept, refresh }: IntroductionParts) =>
  async (owner: Did, device: Did, first: SignedEvent): Promise<void> => {
    try {
      const account = accountOf(owner)
      const { authority, devices } = listDevices(owner, await saidOf(reader, account.id, keysOf(account.id).sealer))
      if (devices.has(device)) return
      const signed = parseEnvelope(first.envelope)
      const { envelope } = signed
      const [chunk] = first.chunks
      const { data: grant } = grantSchema.safeParse(chunk && valueIn(chunk))
      const named = envelope.owner === owner && envelope.device === device && envelope.type === 'device.granted'
      const granted = grant?.account === owner && grant.device === device && grant.issuer === rootsOf(authority).at(-1)?.did
      if (!named || !granted || !verifyGrant(grant) || !verifyEnvelope(signed)) return
      await accept(account.id, [first], device)
      await refresh(account)
    } catch (error) {
      if (!isVivimError(error) || error.code.startsWith('storage-')) throw error
    }
  }
