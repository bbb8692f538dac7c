/**
 * A new key for this node's device, in place of one that was in use twice (PROTOCOL.md, Events): a device of the root's own
 * granting, which holds what the old one held.
 *
 * Invariant: the keychain holds the new keys before the store names them; what is cut off before that leaves the old device.
 */
import type { KeyObject } from 'node:crypto'
import type { Grant } from '../contract/events.ts'
import { grantSchema } from '../contract/events.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { signGrant } from '../crypto/grants.ts'
import { x25519Of } from '../crypto/x25519.ts'
import type { Incoming } from '../log/accept-check.ts'
import { rootsOf } from '../log/authority.ts'
import { chunkOf, encodeValue } from '../log/chunk.ts'
import { digestOf } from '../log/cid.ts'
import { signEnvelope } from '../log/envelope.ts'
import { authorityFrom, saidOf } from '../log/stored-authority.ts'
import type { Sealer } from '../ports/sealer.ts'
import type { AccountParts } from './accounts.ts'
import { decodeBundle, encodeBundle, entryOf } from './bundle.ts'
import type { OpenAccount } from './keyring.ts'

export interface RenewParts extends Pick<AccountParts, 'reader' | 'writer' | 'keychain' | 'clock' | 'random'> {
  /** What else the keychain keeps under the device's name, by the words before it: it goes to the new one as well. */
  alongside: readonly string[]
}
export interface RenewedDevice {
  account: OpenAccount
  /** Its first event: another node that holds the account lets it in by this. */
  first: Incoming
}

/**
 * Opens the account as the new device; undefined where this node has not got the root's key, which it may be kept cold, or was
 * never given. Errors: the keychain's, the store's.
 */
export async function renewDevice(parts: RenewParts, account: OpenAccount, sealer: Sealer): Promise<RenewedDevice | undefined> {
  const { reader, writer, keychain, clock, random } = parts
  const stored = await keychain.get(entryOf(account.device))
  const bundle = stored && decodeBundle(stored)
  if (!bundle?.root) return undefined
  const authority = authorityFrom(account.did, await saidOf(reader, account.id, sealer))
  const root = privateKeyOf(bundle.root)
  const before = authority.grants.get(account.device)
  // the root was replaced: what this one signs counts nowhere
  if (!before || rootsOf(authority).at(-1)?.did !== didOf(root)) return undefined
  const fresh = { ...bundle, device: random(32), encryption: random(32) }
  const deviceKey = privateKeyOf(fresh.device)
  const device = didOf(deviceKey)
  await keychain.set(entryOf(device), encodeBundle(fresh))
  for (const name of parts.alongside) {
    const kept = await keychain.get(`${name}:${account.device}`)
    if (kept) await keychain.set(`${name}:${device}`, kept)
  }
  await writer.write([{ sql: 'UPDATE account SET device = ? WHERE id = ?', parameters: [device, account.id] }])
  const opened: OpenAccount = { ...account, device, deviceKey }
  await writer.open(opened)
  const { sig: _sig, ...said } = before
  const encryption = x25519Of(fresh.encryption).publicKey
  const grant = signGrant({ ...said, device, encryption, notBefore: clock.now(), issuer: didOf(root) }, root)
  const first = beginning(grant, deviceKey, random)
  await writer.accept(account.id, [first], 'any')
  return { account: opened, first }
}

/** A chain's first event. It names no causes, so that a node that lacks some can take it in and let the device sign in. */
function beginning(grant: Grant, key: KeyObject, random: (length: number) => Uint8Array): Incoming {
  const chunk = chunkOf(encodeValue(grantSchema.parse(grant)), random)
  const { account: owner, device, notBefore } = grant as Grant & { account: OpenAccount['did']; device: OpenAccount['did'] }
  const { bytes } = signEnvelope(
    { owner, device, seq: 1, prev: null, deps: [], time: [notBefore, 0], type: 'device.granted', chunks: [digestOf(chunk)] },
    key,
  )
  return { envelope: bytes, chunks: [chunk] }
}
