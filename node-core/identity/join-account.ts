/**
 * An account on a machine that is new to it, as a device that another one let in: there is no root's key here, and no phrase.
 *
 * Invariant: until the device's own chain has begun with its grant, the keychain's entry holds that grant; the account is not
 * opened for anything else before.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { decode } from '@ipld/dag-cbor'
import { VivimError } from '../contract/errors.ts'
import { grantSchema } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { x25519Of } from '../crypto/x25519.ts'
import { type AccountParts, dataKeysOf } from './accounts.ts'
import { decodeBundle, encodeBundle, entryOf, type KeyBundle } from './bundle.ts'
import { dataKeyKinds, newDataKey, openDataKeys } from './data-keys.ts'
import type { OpenAccount } from './keyring.ts'

/** Keys of a device that nobody let in yet. */
export interface FreshKeys {
  /** Seeds, 32 bytes each. */
  readonly seeds: { readonly device: Uint8Array; readonly encryption: Uint8Array }
  readonly device: Did
  readonly deviceKey: KeyObject
  /** X25519 public key, 32 bytes. */
  readonly encryption: Uint8Array
}
export function freshKeys(random: (length: number) => Uint8Array): FreshKeys {
  const seeds = { device: random(32), encryption: random(32) }
  const deviceKey = privateKeyOf(seeds.device)
  return { seeds, device: didOf(deviceKey), deviceKey, encryption: x25519Of(seeds.encryption).publicKey }
}

/** What the other node says of the account. */
export interface Joined {
  did: Did
  /** The account's X25519 recovery key, and what its genesis commits to; 32 bytes each. */
  recovery: Uint8Array
  successor: Uint8Array
  /** DAG-CBOR. */
  grant: Uint8Array
}

/** Makes the account's rows in a store that has none, and opens it for the writer alone. Errors: the keychain's, the store's. */
export async function beginJoined(
  { writer, keychain, clock, random, reader }: AccountParts,
  { did, recovery, successor, grant }: Joined,
  { seeds, device }: FreshKeys,
): Promise<OpenAccount> {
  const bundle: KeyBundle = { v: 1, kek: random(32), ...seeds, successor, grant }
  await keychain.set(entryOf(device), encodeBundle(bundle))
  const to = { account: 1, did, kek: createSecretKey(bundle.kek), recovery }
  const keys = await Promise.all(dataKeyKinds.map((kind) => newDataKey(to, kind, 1, random)))
  await writer.write([
    {
      sql: 'INSERT INTO account (id, did, created, device, recovery, epoch, phrase_confirmed) VALUES (1, ?, ?, ?, ?, ?, 1)',
      parameters: [did, clock.now(), device, recovery, random(16)],
    },
    ...keys.map((key) => key.insert),
  ])
  await writer.begin(1)
  return await openBundle({ reader, writer }, { id: 1, did }, bundle)
}

/** The one account of a store that was not brought here to the end; undefined where there is none. Errors: the keychain's, `seal-broken`. */
export async function unfinishedJoin(
  parts: Pick<AccountParts, 'reader' | 'writer' | 'keychain'>,
): Promise<OpenAccount | undefined> {
  const row = await parts.reader.get<{ id: number; did: Did; device: Did }>('SELECT id, did, device FROM account ORDER BY id', [])
  const stored = row && (await parts.keychain.get(entryOf(row.device)))
  const bundle = stored && decodeBundle(stored)
  return row && bundle?.grant ? await openBundle(parts, row, bundle) : undefined
}

/** Begins the device's chain, once what let it in is here. Errors: `keys-missing`, the store's. */
export async function finishJoined({ writer, keychain, reader }: AccountParts, account: OpenAccount): Promise<void> {
  const stored = await keychain.get(entryOf(account.device))
  if (!stored) throw new VivimError('keys-missing')
  const { grant, ...bundle } = decodeBundle(stored)
  const begun = await reader.get('SELECT id FROM device WHERE account = ? AND did = ?', [account.id, account.device])
  if (grant && !begun) await writer.append(account.id, [{ type: 'device.granted', parts: [grantSchema.parse(decode(grant))] }])
  await keychain.set(entryOf(account.device), encodeBundle(bundle))
}

async function openBundle(
  { reader, writer }: Pick<AccountParts, 'reader' | 'writer'>,
  { id, did }: { id: number; did: Did },
  bundle: KeyBundle,
): Promise<OpenAccount> {
  const { store, search, blobs, names: byNumber } = openDataKeys(did, await dataKeysOf(reader, id), createSecretKey(bundle.kek))
  const names = byNumber.keys.get(byNumber.current)
  if (!names) throw new VivimError('storage-corrupt', 'The store’s header has no key for names.')
  const deviceKey = privateKeyOf(bundle.device)
  const account = { id, did, device: didOf(deviceKey), deviceKey, store, search, blobs, names }
  await writer.open(account)
  return account
}
