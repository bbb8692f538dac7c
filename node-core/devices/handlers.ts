/** One function per method of `contract/api/devices.ts`. */
import type { KeyObject } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import type { devices } from '../contract/api/devices.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers, Output } from '../contract/method.ts'
import { signGrant } from '../crypto/grants.ts'
import type { Change } from '../log/append.ts'
import { cutUnder, lineOf, rootsOf } from '../log/authority.ts'
import { within } from '../log/chain.ts'
import { saidOf } from '../log/stored-authority.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type Device, type Listing, listDevices } from './listing.ts'
import type { Standing } from './standing.ts'

interface Account {
  readonly id: number
  readonly did: Did
  readonly device: Did
  readonly deviceKey: KeyObject
}
export interface DeviceParts {
  reader: Reader
  keysOf: KeysOf
  clock: Clock
  standing: Pick<Standing, 'refresh'>
  accountOf(did: Did): Account
  /** Appends as the account's own device, or with the root's key. */
  append(account: number, changes: readonly Change[], root?: { did: Did; key: KeyObject }): Promise<unknown>
  /** The root's key; undefined where it is kept cold. */
  rootOf(account: Account): Promise<{ did: Did; key: KeyObject } | undefined>
  /** When devices that are signed in were last seen: milliseconds since 1970. */
  signedIn(account: Did): ReadonlyMap<Did, number>
}
type Item = Output<(typeof devices)['devices.list']>['items'][number]
interface Row {
  did: Did
  seq: number
  head: Uint8Array
  milliseconds: number
}

export function deviceHandlers(parts: DeviceParts): Handlers<typeof devices> {
  const { reader, clock, accountOf, append, standing } = parts
  const listingOf = async (account: Account): Promise<Listing> =>
    listDevices(account.did, await saidOf(reader, account.id, parts.keysOf(account.id).sealer))
  const rowsOf = async (account: Account): Promise<Map<Did, Row>> =>
    new Map(
      (await reader.all<Row>('SELECT did, seq, head, milliseconds FROM device WHERE account = ?', [account.id])).map((row) => [
        row.did,
        row,
      ]),
    )
  const known = async (account: Account, did: Did): Promise<{ listing: Listing; device: Device }> => {
    const listing = await listingOf(account)
    const device = listing.devices.get(did)
    if (!device) throw new VivimError('not-found', 'The account has no such device.')
    return { listing, device }
  }
  const itemOf = (account: Account, device: Device, row: Row | undefined): Item => {
    const { did, grant, name, begun, revoked } = device
    const seen = Math.max(row?.milliseconds ?? 0, parts.signedIn(account.did).get(did) ?? 0)
    const expired = grant.expires !== null && clock.now() >= grant.expires
    return {
      did,
      name,
      kind: grant.kind,
      capabilities: grant.capabilities,
      granted: grant.notBefore,
      granter: grant.issuer as Did,
      expires: grant.expires,
      state: revoked ? 'revoked' : expired ? 'expired' : begun ? 'active' : 'invited',
      lastSeen: seen === 0 ? null : seen,
      current: did === account.device,
    }
  }

  return {
    async 'devices.list'(_, { account: did }) {
      const account = accountOf(did)
      const [{ devices: all }, rows] = await Promise.all([listingOf(account), rowsOf(account)])
      return { items: [...all.values()].map((device) => itemOf(account, device, rows.get(device.did))) }
    },

    async 'devices.grant'({ device, name, kind, capabilities, encryption, expires }, { account: did }) {
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

    async 'devices.revoke'({ device: target }, { account: did }) {
      const account = accountOf(did)
      if (target === account.device) throw new VivimError('conflict', 'That is this node’s own device: revoke it from another.')
      const { listing, device } = await known(account, target)
      if (device.revoked) return {}
      const row = (await rowsOf(account)).get(target)
      const revocation = { device: target, seq: row?.seq ?? 0, id: row?.head ?? null }
      const change: Change = { type: 'device.revoked', parts: [revocation] }
      const own = listing.devices.get(account.device)
      const above = lineOf(listing.authority, device.grant).includes(account.device)
      if (above && own?.grant.capabilities.includes('grant') && !cutUnder(listing.authority, own.grant))
        await append(account.id, [change])
      else {
        const root = await parts.rootOf(account)
        if (!root || rootsOf(listing.authority).at(-1)?.did !== root.did)
          throw new VivimError('keys-missing', 'This node did not let that device in: revoking it needs the account’s phrase.')
        await append(account.id, [change], root)
      }
      await standing.refresh(account)
      return {}
    },

    async 'devices.rename'({ device, name }, { account: did }) {
      const account = accountOf(did)
      await known(account, device)
      await append(account.id, [{ type: 'device.renamed', parts: [{ device, name }] }])
      return {}
    },
  }
}
