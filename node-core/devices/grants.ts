/** Letting devices in: this node's device signs the grant and says it in its own chain. */
import type { KeyObject } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import type { devices } from '../contract/api/devices.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Input, Output } from '../contract/method.ts'
import { fingerprintOf } from '../contract/pairing.ts'
import { signGrant } from '../crypto/grants.ts'
import type { Change } from '../log/append.ts'
import { rootsOf } from '../log/authority.ts'
import { within } from '../log/chain.ts'
import { saidOf } from '../log/stored-authority.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type Device, type Listing, listDevices } from './listing.ts'
import type { Standing } from './standing.ts'

export interface Account {
  readonly id: number
  readonly did: Did
  readonly device: Did
  readonly deviceKey: KeyObject
}
export interface GrantParts {
  reader: Reader
  keysOf: KeysOf
  clock: Clock
  standing: Pick<Standing, 'refresh'>
  accountOf(did: Did): Account
  /** Appends as the account's own device, or with the root's key. */
  append(account: number, changes: readonly Change[], root?: { did: Did; key: KeyObject }): Promise<unknown>
  /** When devices that are signed in were last seen: milliseconds since 1970. */
  signedIn(account: Did): ReadonlyMap<Did, number>
  /** When devices last held all that this node held, by the account’s local number. */
  synced?(account: number): Promise<ReadonlyMap<Did, number>>
}
export type Item = Output<(typeof devices)['devices.list']>['items'][number]
/** What is stored of a device's chain. */
export interface Row {
  did: Did
  seq: number
  head: Uint8Array
  milliseconds: number
}
export type Grants = ReturnType<typeof createGrants>

export function createGrants(parts: GrantParts) {
  const { reader, clock, accountOf, append, standing } = parts
  const listingOf = async (account: Account): Promise<Listing> =>
    listDevices(account.did, await saidOf(reader, account.id, parts.keysOf(account.id).sealer))
  const known = async (account: Account, did: Did): Promise<{ listing: Listing; device: Device }> => {
    const listing = await listingOf(account)
    const device = listing.devices.get(did)
    if (!device) throw new VivimError('not-found', 'The account has no such device.')
    return { listing, device }
  }
  const itemOf = (account: Account, device: Device, row: Row | undefined, synced?: number): Item => {
    const { did, grant, name, begun, revoked, forked } = device
    const seen = Math.max(row?.milliseconds ?? 0, parts.signedIn(account.did).get(did) ?? 0)
    const expired = grant.expires !== null && clock.now() >= grant.expires
    return {
      did,
      name,
      kind: grant.kind,
      fingerprint: fingerprintOf(did, Buffer.from(grant.encryption).toString('base64url')),
      capabilities: grant.capabilities,
      granted: grant.notBefore,
      granter: grant.issuer as Did,
      forked: forked ?? null,
      expires: grant.expires,
      state: revoked ? 'revoked' : forked !== undefined ? 'forked' : expired ? 'expired' : begun ? 'active' : 'invited',
      lastSeen: seen === 0 ? null : seen,
      lastSynced: synced ?? null,
      current: did === account.device,
    }
  }
  const grants = {
    listingOf,
    /** Error: `not-found`. */
    known,
    itemOf,
    /** Errors: `already-there`, `event-not-granted`, `event-revoked`. */
    async grant(did: Did, asked: Input<(typeof devices)['devices.grant']>): Promise<{ device: Item; grant: string }> {
      const { device, name, kind, capabilities, encryption, expires } = asked
      const account = accountOf(did)
      const listing = await listingOf(account)
      const own = listing.devices.get(account.device)
      if (!own) throw new VivimError('storage-corrupt', 'This device has no grant.')
      if (listing.devices.has(device) || rootsOf(listing.authority).some((root) => root.did === device))
        throw new VivimError(
          'already-there',
          'That key is one of the account’s already. A device that comes again makes a new one.',
        )
      const grant = signGrant(
        {
          account: did,
          device,
          name,
          kind,
          capabilities: [...new Set(capabilities)],
          notBefore: clock.now(),
          expires: expires ?? null,
          encryption: Uint8Array.from(Buffer.from(encryption, 'base64url')),
          issuer: account.device,
        },
        account.deviceKey,
      )
      if (!own.grant.capabilities.includes('grant') || !within(grant, own.grant))
        throw new VivimError('event-not-granted', 'This node’s device cannot give more than it has.')
      await append(account.id, [{ type: 'device.granted', parts: [grant] }])
      await standing.refresh(account)
      const { device: made } = await known(account, device)
      return { device: itemOf(account, made, undefined), grant: Buffer.from(encode(grant)).toString('base64url') }
    },
    /**
     * Lets in a device that proved its key. One that is in already stays what it was: it comes to a node that is new to it.
     * Errors: those of `grant`; `event-revoked` where it was thrown out, `device-forked` where its key was in use twice,
     * `conflict` where it is to let others in and was let in without that.
     */
    async letIn(did: Did, asked: Input<(typeof devices)['devices.grant']>): Promise<{ device: Item; grant: string }> {
      const account = accountOf(did)
      const device = (await listingOf(account)).devices.get(asked.device)
      if (!device) return await grants.grant(did, asked)
      if (device.revoked) throw new VivimError('event-revoked', 'It was thrown out. It can come as a new device, with a new key.')
      if (device.forked !== undefined) throw new VivimError('device-forked')
      const item = itemOf(account, device, undefined)
      const same = Buffer.from(device.grant.encryption).toString('base64url') === asked.encryption
      if (!same || item.state === 'expired') return await grants.grant(did, asked)
      // silence would have the person think that devices can be paired there
      if (asked.capabilities.includes('grant') && !item.capabilities.includes('grant'))
        throw new VivimError(
          'conflict',
          'It was let in before without that, and a grant is not widened: it comes with a new key.',
        )
      return { device: item, grant: Buffer.from(encode(device.grant)).toString('base64url') }
    },
  }
  return grants
}
