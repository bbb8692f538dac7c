/** One function per method of `contract/api/devices.ts`. */
import type { KeyObject } from 'node:crypto'
import type { devices } from '../contract/api/devices.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import type { Change } from '../log/append.ts'
import { cutUnder, lineOf, rootsOf } from '../log/authority.ts'
import { endOfChain } from '../log/forks.ts'
import { type Account, createGrants, type GrantParts, type Row } from './grants.ts'

export interface DeviceParts extends GrantParts {
  /** The root's key; undefined where it is kept cold. */
  rootOf(account: Account): Promise<{ did: Did; key: KeyObject } | undefined>
}

export function deviceHandlers(parts: DeviceParts): Handlers<typeof devices> {
  const { reader, accountOf, append, standing } = parts
  const grants = createGrants(parts)
  const { listingOf, known, itemOf } = grants
  const rowsOf = async (account: Account): Promise<Map<Did, Row>> =>
    new Map((await reader.all<Row>(selectRows, [account.id])).map((row) => [row.did, row]))
  return {
    async 'devices.list'(_, { account: did }) {
      const account = accountOf(did)
      const [{ devices: all }, rows] = await Promise.all([listingOf(account), rowsOf(account)])
      const synced = await parts.synced?.(account.id)
      return { items: [...all.values()].map((device) => itemOf(account, device, rows.get(device.did), synced?.get(device.did))) }
    },

    'devices.grant': (asked, { account }) => grants.grant(account, asked),
    async 'devices.revoke'({ device: target }, { account: did }) {
      const account = accountOf(did)
      if (target === account.device) throw new VivimError('conflict', 'That is this node’s own device: revoke it from another.')
      const { listing, device } = await known(account, target)
      if (device.revoked) return {}
      const end = await endOfChain(reader, account.id, target)
      const change: Change = { type: 'device.revoked', parts: [{ device: target, ...end }] }
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

// of one that was forked, the newest of its parts
const selectRows = 'SELECT did, seq, head, milliseconds FROM device WHERE account = ? ORDER BY milliseconds, counter'
