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
import { type FreshKeys, freshKeys } from '../identity/join-account.ts'
import { isForked } from '../log/forks.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Keychain } from '../ports/keychain.ts'
import type { PeerAddress, Peers } from '../ports/peer-door.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type FollowedAccount, type Following, waitFor } from '../sync/following.ts'
import { addressIn } from '../sync/known-nodes.ts'
import { type OutboundParts, syncOnce, unknownPeer } from '../sync/outbound.ts'
import { claimPairing, confirmed, type NewDevice } from '../sync/pairing.ts'
import { syncPeer } from '../sync/peer.ts'
import { type PeerIdentity, peerTokens } from '../sync/peer-session.ts'

export interface NodeParts {
  following: Following
  accountOf(did: Did): FollowedAccount
  keychain: Keychain
  clock: Clock
  device: DeviceInfo
  peers: Peers
  reader: Reader
  keysOf: KeysOf
  random: RandomBytes
  accept: OutboundParts['accept']
  /**
   * This node's device goes on under `seeds`, by the grant (DAG-CBOR) that another node gave: its own key was in use twice.
   * Answers the account as it is then.
   */
  letInAnew(account: number, seeds: FreshKeys['seeds'], grant: Uint8Array): Promise<FollowedAccount>
  after(milliseconds: number, run: () => void): () => void
}

export function nodeHandlers(parts: NodeParts): Handlers<typeof methods> {
  const { following, accountOf, keychain, clock, device: own, peers, reader, random, after } = parts
  /** As what this node comes: as the device that it is, or, where that one's key was in use twice, by new keys. */
  const keysFor = async (account: FollowedAccount, forked: boolean): Promise<NewDevice & Partial<FreshKeys>> => {
    if (forked) return { ...freshKeys(random), ...own }
    const stored = await keychain.get(entryOf(account.device))
    if (!stored) throw new VivimError('keys-missing')
    const encryption = x25519Of(decodeBundle(stored).encryption).publicKey
    return { device: account.device, deviceKey: account.deviceKey, encryption, name: own.name, kind: own.kind }
  }
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
      const { device, claimed } = await claim(peer, secret, account, signal)
      const { instance } = claimed
      if (claimed.account !== did) throw new VivimError('other-account', 'Only nodes of one account hold the same.')
      const { seeds } = device
      if (seeds || !(await isKnown(peer, { ...account, account: did, instance }, signal))) {
        const fingerprint = fingerprintOf(device.device, Buffer.from(device.encryption).toString('base64url'))
        yield { event: 'confirm' as const, data: { fingerprint, expiresAt: claimed.expiresAt } }
        const grant = await confirmed(peer, claimed, (milliseconds, ended) => waitFor(after, milliseconds, ended), signal)
        if (seeds) {
          await bringProof(peer, account, { ...device, account: did, instance }, signal)
          const renewed = await parts.letInAnew(account.id, seeds, grant)
          const before = (await following.list(account.id)).find((one) => one.instance === instance)
          if (before) yield { event: 'done' as const, data: before }
          else yield { event: 'done' as const, data: await following.add(renewed, { url, instance, authority }) }
          return
        }
      }
      yield { event: 'done' as const, data: await following.add(account, { url, instance, authority }) }
    },
    'nodes.sync': ({ node }, { account, signal }) => following.sync(accountOf(account).id, node, signal),
    async 'nodes.remove'({ node }, { account }) {
      await following.remove(accountOf(account).id, node)
      return {}
    },
  }

  /** Claims the pairing; by new keys where this node's own is in use twice, by what is held here or by the other's word. */
  async function claim(peer: PeerAddress, secret: string, account: FollowedAccount, signal: AbortSignal) {
    const device = await keysFor(account, await isForked(reader, account.id, account.device))
    try {
      return { device, claimed: await claimPairing(peer, secret, device, signal) }
    } catch (error) {
      if (!isVivimError(error, 'device-forked')) throw error
      const fresh = await keysFor(account, true)
      return { device: fresh, claimed: await claimPairing(peer, secret, fresh, signal) }
    }
  }

  /**
   * Takes in what the other node holds, as the device that it let in: its grant, and both tails of the old one's chain. Error:
   * `conflict` where there are none: a mere word makes no node give its key up.
   */
  async function bringProof(peer: PeerAddress, account: FollowedAccount, who: PeerIdentity, signal: AbortSignal): Promise<void> {
    const { id } = account
    const door = peer.door(peerTokens(peer, who, clock, signal))
    const { sealer } = parts.keysOf(id)
    await syncOnce({ reader, account: { id, sealer }, accept: parts.accept, peer: syncPeer(door) }, unknownPeer(), signal)
    if (!(await isForked(reader, id, account.device)))
      throw new VivimError('conflict', 'The other node says that this one’s key is in use twice, and does not show it.')
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
