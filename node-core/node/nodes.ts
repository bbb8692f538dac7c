/** One function per method of `contract/api/nodes.ts`. */
import type { KeyObject } from 'node:crypto'
import type { nodes as methods } from '../contract/api/nodes.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import { fingerprintOf, readCode } from '../contract/pairing.ts'
import { x25519Of } from '../crypto/x25519.ts'
import type { DeviceInfo } from '../identity/accounts.ts'
import { decodeBundle, entryOf } from '../identity/bundle.ts'
import type { Clock } from '../ports/clock.ts'
import type { Keychain } from '../ports/keychain.ts'
import type { PeerAddress, Peers } from '../ports/peer-door.ts'
import { type FollowedAccount, type Following, waitFor } from '../sync/following.ts'
import { addressIn } from '../sync/known-nodes.ts'
import { claimPairing, confirmed } from '../sync/pairing.ts'
import { peerTokens } from '../sync/peer-session.ts'

export interface NodeParts {
  following: Following
  accountOf(did: Did): FollowedAccount
  keychain: Keychain
  clock: Clock
  device: DeviceInfo
  peers: Peers
  after(milliseconds: number, run: () => void): () => void
}

export function nodeHandlers(parts: NodeParts): Handlers<typeof methods> {
  const { following, accountOf, keychain, clock, device: own, peers, after } = parts
  return {
    'nodes.list': async (_, { account }) => ({ items: await following.list(accountOf(account).id) }),
    async *'nodes.add'({ url: text, code, authority: agreed }, { account: did, signal }) {
      const account = accountOf(did)
      const { url, secret } = meant(text, code)
      const vouching = await vouchedBy(peers, url, agreed, signal)
      if (vouching.unknown !== undefined) {
        yield { event: 'authority' as const, data: { fingerprint: vouching.unknown } }
        return
      }
      const { authority } = vouching
      const peer = peers.at(url, authority)
      const stored = await keychain.get(entryOf(account.device))
      if (!stored) throw new VivimError('keys-missing')
      const encryption = x25519Of(decodeBundle(stored).encryption).publicKey
      const device = { device: account.device, deviceKey: account.deviceKey, encryption, name: own.name, kind: own.kind }
      const claimed = await claimPairing(peer, secret, device, signal)
      if (claimed.account !== did) throw new VivimError('other-account', 'Only nodes of one account hold the same.')
      if (!(await isKnown(peer, { ...account, account: did, instance: claimed.instance }, signal))) {
        const fingerprint = fingerprintOf(account.device, Buffer.from(encryption).toString('base64url'))
        yield { event: 'confirm' as const, data: { fingerprint, expiresAt: claimed.expiresAt } }
        await confirmed(peer, claimed, (milliseconds, ended) => waitFor(after, milliseconds, ended), signal)
      }
      yield { event: 'done' as const, data: await following.add(account, { url, instance: claimed.instance, authority }) }
    },
    'nodes.sync': ({ node }, { account, signal }) => following.sync(accountOf(account).id, node, signal),
    async 'nodes.remove'({ node }, { account }) {
      await following.remove(accountOf(account).id, node)
      return {}
    },
  }

  /** Whether this device may sign in there already: it was let in by another one, or by the words. */
  async function isKnown(
    peer: PeerAddress,
    who: { account: Did; device: Did; deviceKey: KeyObject; instance: Did },
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      await peerTokens(peer, who, clock, signal)()
      return true
    } catch (error) {
      if (!isVivimError(error, 'unauthenticated')) throw error
      return false
    }
  }
}

/** Where a person said that the other node is, and the secret or code of its pairing. Error: `bad-request`. */
export function meant(text: string, code: string | undefined): { url: string; secret: string } {
  const { url, secret } = addressIn(text)
  const typed = code === undefined ? undefined : readCode(code)
  if (code !== undefined && typed === undefined)
    throw new VivimError('bad-request', 'A pairing’s code is eight letters and digits, like ABCD-EFGH.')
  const proof = secret ?? typed
  if (proof === undefined)
    throw new VivimError('bad-request', '“vivim pair” on the other node shows a link and a code: give one of them.')
  return { url, secret: proof }
}

/**
 * Which authority vouches for the node at an address: none where the machine trusts one that does; the one that the person
 * compared; else `unknown`, to be compared. Errors: `certificate-unknown` where it is another one than was compared.
 */
export async function vouchedBy(
  peers: Peers,
  url: string,
  agreed: string | undefined,
  signal: AbortSignal,
): Promise<{ authority: Uint8Array | undefined; unknown?: undefined } | { unknown: string }> {
  const shown = await peers.authorityAt(url, signal)
  if (!shown) return { authority: undefined }
  if (agreed === undefined) return { unknown: shown.fingerprint }
  if (agreed.toUpperCase() !== shown.fingerprint)
    throw new VivimError(
      'certificate-unknown',
      'It is another fingerprint than the one that was compared: somebody may stand in between.',
    )
  return { authority: shown.certificate }
}
