/** One function per method of `contract/api/roots.ts`: what the person does with the 24 words. */
import type { roots } from '../contract/api/roots.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import { type Device, type Listing, listDevices } from '../devices/listing.ts'
import { type AccountParts, keepRoot } from '../identity/accounts.ts'
import type { OpenAccount } from '../identity/keyring.ts'
import { phraseKeys, presentRoot, successionBy } from '../identity/roots.ts'
import type { Change } from '../log/append.ts'
import { type Cut, cutOf, cutUnder, rootsOf } from '../log/authority.ts'
import { endOfChain } from '../log/forks.ts'
import { saidOf } from '../log/stored-authority.ts'
import type { KeysOf } from '../ports/sealer.ts'

export interface RootParts {
  accountParts: Pick<AccountParts, 'reader' | 'writer' | 'keychain'>
  keysOf: KeysOf
  accountOf(did: Did): OpenAccount
  standing: { refresh(account: { id: number; did: Did }): Promise<void> }
}

export function rootHandlers({ accountParts, keysOf, accountOf, standing }: RootParts): Handlers<typeof roots> {
  const { reader, writer } = accountParts
  const listingOf = async ({ id, did }: OpenAccount): Promise<Listing> =>
    listDevices(did, await saidOf(reader, id, keysOf(id).sealer))
  /** Where a chain begins and where it stands; undefined where it has not begun here. */
  const chainOf = (account: OpenAccount, device: Did) =>
    reader.get<{ seq: number; head: Uint8Array; first: Uint8Array }>(
      `SELECT d.seq, d.head, (SELECT e.id FROM event e WHERE e.account = d.account AND e.device = d.id AND e.seq = 1) AS first
        FROM device d WHERE d.account = ? AND d.did = ?`,
      [account.id, device],
    )

  /** Where a device ends that shall write no more: where it was revoked, else at its newest event. */
  const endOf = async (account: OpenAccount, { authority }: Listing, { did, grant, revoked }: Device): Promise<Cut> => {
    if (revoked) return cutOf(authority, did) ?? cutUnder(authority, grant) ?? nothing
    return await endOfChain(reader, account.id, did)
  }

  return {
    async 'account.set-root'({ cold, phrase }, { account: did }) {
      const account = accountOf(did)
      // asked for either way: who has not got the words at hand would lock themselves out
      const root = presentRoot(phraseKeys(phrase, did), rootsOf((await listingOf(account)).authority))
      await keepRoot(accountParts, account, cold ? undefined : root)
      return {}
    },

    async 'account.revoke-device'({ device, phrase }, { account: did }) {
      const account = accountOf(did)
      if (device === account.device) throw new VivimError('conflict', 'That is this node’s own device: revoke it from another.')
      const { authority, devices } = await listingOf(account)
      const found = devices.get(device)
      if (!found) throw new VivimError('not-found', 'The account has no such device.')
      const root = presentRoot(phraseKeys(phrase, did), rootsOf(authority))
      if (found.revoked) return {}
      const revocation = { device, ...(await endOfChain(reader, account.id, device)) }
      await writer.append(account.id, [{ type: 'device.revoked', parts: [revocation] }], root)
      await standing.refresh(account)
      return {}
    },

    async 'account.succeed'({ phrase, keep, drop }, { account: did }) {
      const account = accountOf(did)
      const before = await listingOf(account)
      for (const one of [...keep, ...drop])
        if (!before.devices.has(one)) throw new VivimError('not-found', `There is no device ${one}.`)
      const staying = new Set([account.device, ...keep])
      if (drop.some((one) => staying.has(one))) throw new VivimError('bad-request', 'A device stays or goes, not both.')
      const known = rootsOf(before.authority)
      const chain = await chainOf(account, known.at(-1)?.did ?? did)
      if (!chain) throw new VivimError('storage-corrupt', 'The root’s chain is not here.')
      const ended: (Cut & { device: Did })[] = []
      for (const one of before.devices.values()) {
        if (staying.has(one.did)) continue
        // nobody takes anything more under its key, and what it wrote stays
        if (one.forked !== undefined && !one.revoked && !drop.includes(one.did)) {
          staying.add(one.did)
          continue
        }
        ended.push({ device: one.did, ...(drop.includes(one.did) ? nothing : await endOf(account, before, one)) })
      }
      const devices = [...staying, ...ended.filter(({ seq }) => seq > 0).map(({ device }) => device)]
      // nobody can tell which of the old root's words were the thief's: it keeps its beginning alone
      const last = { seq: 1, id: chain.first }
      const { statement, root } = successionBy(phraseKeys(phrase, did), known, { account: did, last, devices })
      await writer.append(
        account.id,
        [
          { type: 'account.succeeded', parts: [statement] },
          // what the old root had revoked would stand again with its word void
          ...ended.map((cut): Change => ({ type: 'device.revoked', parts: [cut] })),
        ],
        root,
      )
      await keepRoot(accountParts, account, root, { unlessCold: true })
      await standing.refresh(account)
      const after = await listingOf(account)
      const gone = [...after.devices.values()].filter((one) => one.revoked && !before.devices.get(one.did)?.revoked)
      return { root: root.did, gone: gone.map((one) => one.did) }
    },
  }
}

const nothing: Cut = { seq: 0, id: null }
