/**
 * A new key for this node's device, in place of one that was in use twice (PROTOCOL.md, Events): a device that the root grants,
 * with what the old one held, or one that another node of the account let in.
 *
 * Invariant: the keychain holds the new keys, and the log their grant, before the store names them; what is cut off before
 * that leaves the old device.
 */
import type { KeyObject } from 'node:crypto'
import { decode } from '@ipld/dag-cbor'
import { VivimError } from '../contract/errors.ts'
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
import { decodeBundle, encodeBundle, entryOf, type KeyBundle } from './bundle.ts'
import type { FreshKeys } from './join-account.ts'
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
  const { reader, keychain, clock, random } = parts
  const stored = await keychain.get(entryOf(account.device))
  const bundle = stored && decodeBundle(stored)
  if (!bundle?.root) return undefined
  const authority = authorityFrom(account.did, await saidOf(reader, account.id, sealer))
  const root = privateKeyOf(bundle.root)
  const before = authority.grants.get(account.device)
  // the root was replaced: what this one signs counts nowhere
  if (!before || rootsOf(authority).at(-1)?.did !== didOf(root)) return undefined
  const fresh = { ...bundle, device: random(32), encryption: random(32) }
  const { sig: _sig, ...said } = before
  const encryption = x25519Of(fresh.encryption).publicKey
  const device = didOf(privateKeyOf(fresh.device))
  const grant = signGrant({ ...said, device, encryption, notBefore: clock.now(), issuer: didOf(root) }, root)
  return await become(parts, account, fresh, grant)
}

/**
 * The same by a grant (DAG-CBOR) that another node of the account gave to `seeds`, and said: its word is here. Errors: those
 * of an event that is taken in, `keys-missing`, the keychain's, the store's.
 */
export async function renewByGrant(
  parts: RenewParts,
  account: OpenAccount,
  seeds: FreshKeys['seeds'],
  grant: Uint8Array,
): Promise<RenewedDevice> {
  const stored = await parts.keychain.get(entryOf(account.device))
  if (!stored) throw new VivimError('keys-missing')
  return await become(parts, account, { ...decodeBundle(stored), ...seeds }, grantSchema.parse(decode(grant)))
}

async function become(parts: RenewParts, account: OpenAccount, fresh: KeyBundle, grant: Grant): Promise<RenewedDevice> {
  const { writer, keychain, random } = parts
  const deviceKey = privateKeyOf(fresh.device)
  const device = didOf(deviceKey)
  await keychain.set(entryOf(device), encodeBundle(fresh))
  for (const name of parts.alongside) {
    const kept = await keychain.get(`${name}:${account.device}`)
    if (kept) await keychain.set(`${name}:${device}`, kept)
  }
  const first = beginning(grant, deviceKey, random)
  const [outcome] = await writer.accept(account.id, [first], 'any')
  if (outcome?.code) throw new VivimError(outcome.code, outcome.detail)
  await writer.write([{ sql: 'UPDATE account SET device = ? WHERE id = ?', parameters: [device, account.id] }])
  const opened: OpenAccount = { ...account, device, deviceKey }
  await writer.open(opened)
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
