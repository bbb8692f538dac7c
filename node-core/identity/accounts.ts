/**
 * Making, opening and recovering accounts.
 *
 * Invariants: a store whose keychain entry is gone gets no new key: it is opened with the phrase or not at all.
 * The keychain holds an account's keys before the store holds anything sealed with them.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { isVivimError, VivimError } from '../contract/errors.ts'
import type { Capability, Grant } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { didOf, privateKeyOf } from '../crypto/ed25519.ts'
import { signGrant } from '../crypto/grants.ts'
import { deriveSeed, newPhrase, parsePhrase, seedOf } from '../crypto/phrase.ts'
import { x25519Of } from '../crypto/x25519.ts'
import type { Makers, Outcome } from '../log/accept.ts'
import type { Incoming } from '../log/accept-check.ts'
import type { Change } from '../log/append.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Keychain } from '../ports/keychain.ts'
import type { Query, Reader } from '../ports/storage.ts'
import { decodeBundle, encodeBundle, entryOf, type KeyBundle } from './bundle.ts'
import { type DataKeyRow, dataKeyKinds, newDataKey, openDataKeys } from './data-keys.ts'
import { genesisOf } from './genesis.ts'
import type { OpenAccount } from './keyring.ts'
import { commitmentTo, type RootKey } from './roots.ts'

/** What this node's device is called and may do. */
export interface DeviceInfo {
  name: string
  kind: Grant['kind']
}

/** The writer as accounts need it. */
export interface AccountWriter {
  write(queries: readonly Query[]): Promise<void>
  open(account: OpenAccount): Promise<void>
  /** Appends as the account's own device, or with the root key. */
  append(account: number, changes: readonly Change[], root?: { did: Did; key: KeyObject }): Promise<unknown>
  /** Takes in an event that was signed already: the genesis. */
  accept(account: number, events: readonly Incoming[], makers: Makers): Promise<Outcome[]>
  /** Marks the projections of a new account as current. */
  begin(account: number): Promise<void>
}
export interface AccountParts {
  reader: Reader
  writer: AccountWriter
  keychain: Keychain
  clock: Clock
  random: RandomBytes
  device: DeviceInfo
}

export interface AccountRow {
  id: number
  did: Did
  device: Did
  recovery: Uint8Array
}
const all: readonly Capability[] = ['read', 'write', 'share', 'publish', 'grant']

/** Makes an account from a new phrase, or from one that a person gives. Errors: `phrase-invalid`, `already-there` where it is here already, the keychain's. */
export async function createAccount(parts: AccountParts, given?: string): Promise<OpenAccount> {
  const { reader, writer, keychain, clock, random } = parts
  const phrase = given === undefined ? newPhrase(random) : parsePhrase(given)
  const seed = seedOf(phrase)
  const root = deriveSeed(seed, 'root')
  const did = didOf(privateKeyOf(root))
  if (await findAccount(reader, did)) throw new VivimError('already-there', 'The node holds the account of that phrase.')
  const bundle: KeyBundle = {
    v: 1,
    kek: random(32),
    root,
    device: random(32),
    encryption: random(32),
    successor: commitmentTo(privateKeyOf(deriveSeed(seed, 'successor'))),
    ...(given === undefined ? { phrase } : {}),
  }
  const device = didOf(privateKeyOf(bundle.device))
  await keychain.set(entryOf(device), encodeBundle(bundle))
  const last = await reader.get<{ most: number | null }>('SELECT max(id) AS most FROM account')
  const id = (last?.most ?? 0) + 1
  const recovery = x25519Of(deriveSeed(seed, 'recovery')).publicKey
  const to = { account: id, did, kek: createSecretKey(bundle.kek), recovery }
  const keys = await Promise.all(dataKeyKinds.map((kind) => newDataKey(to, kind, 1, random)))
  await writer.write([
    {
      sql: 'INSERT INTO account (id, did, created, device, recovery, epoch, phrase_confirmed) VALUES (?, ?, ?, ?, ?, ?, ?)',
      parameters: [id, did, clock.now(), device, recovery, random(16), given === undefined ? 0 : 1],
    },
    ...keys.map((key) => key.insert),
  ])
  await writer.begin(id)
  return openAccount(parts, { id, did, device, recovery })
}

/**
 * Opens every account of the store whose keys are there; `missing` names the others. Errors: `keys-missing` where it
 * has accounts and none can be opened, the keychain's, `seal-broken`.
 */
export async function openAccounts(parts: AccountParts): Promise<{ opened: OpenAccount[]; missing: Did[] }> {
  const opened: OpenAccount[] = []
  const missing: Did[] = []
  let lost: unknown
  for (const row of await parts.reader.all<AccountRow>('SELECT id, did, device, recovery FROM account ORDER BY id')) {
    try {
      opened.push(await openAccount(parts, row))
    } catch (error) {
      if (!isVivimError(error, 'keys-missing')) throw error
      lost ??= error
      missing.push(row.did)
    }
  }
  if (opened.length === 0 && lost) throw lost
  return { opened, missing }
}

async function openAccount(parts: AccountParts, row: AccountRow): Promise<OpenAccount> {
  const stored = await parts.keychain.get(entryOf(row.device))
  if (!stored)
    throw new VivimError(
      'keys-missing',
      `Run “vivim account recover” and give the phrase of ${row.did}. (Looked in: ${parts.keychain.name}.)`,
    )
  const bundle = decodeBundle(stored)
  const keys = openDataKeys(row.did, await dataKeysOf(parts.reader, row.id), createSecretKey(bundle.kek))
  return startAccount(parts, row, bundle, keys)
}

/** Hands the keys to the writer and sees to it that the chains have begun: a crash may have come between. */
export async function startAccount(
  parts: AccountParts,
  row: AccountRow,
  bundle: KeyBundle,
  keys: ReturnType<typeof openDataKeys>,
): Promise<OpenAccount> {
  const deviceKey = privateKeyOf(bundle.device)
  const device = didOf(deviceKey)
  const names = keys.names.keys.get(keys.names.current)
  if (!names) throw new VivimError('storage-corrupt', 'The store’s header has no key for names.')
  const account: OpenAccount = {
    id: row.id,
    did: row.did,
    device,
    deviceKey,
    store: keys.store,
    search: keys.search,
    blobs: keys.blobs,
    names,
  }
  await parts.writer.open(account)
  const chains = new Set(
    (await parts.reader.all<{ did: Did }>('SELECT did FROM device WHERE account = ?', [row.id])).map((one) => one.did),
  )
  if (bundle.grant && !chains.has(device))
    throw new VivimError(
      'unavailable',
      'This machine is not yet whole: “vivim device add-node” goes on with bringing the account to it.',
    )
  if (!chains.has(row.did)) {
    const [taken] = await parts.writer.accept(row.id, [genesisOf(rootIn(bundle).key, bundle.successor)], 'any')
    if (!taken || taken.code !== undefined) throw new VivimError('internal', taken?.detail)
  }
  if (!chains.has(device)) {
    const { did: issuer, key } = rootIn(bundle)
    const grant = signGrant(
      {
        account: row.did,
        device,
        name: parts.device.name,
        kind: parts.device.kind,
        capabilities: [...all],
        notBefore: parts.clock.now(),
        expires: null,
        encryption: x25519Of(bundle.encryption).publicKey,
        issuer,
      },
      key,
    )
    await parts.writer.append(row.id, [{ type: 'device.granted', parts: [grant] }])
  }
  return account
}

/** The root's key of an account; undefined where it is kept cold. Errors: the keychain's. */
export async function rootKeyOf(
  { keychain }: Pick<AccountParts, 'keychain'>,
  account: { did: Did; device: Did },
): Promise<{ did: Did; key: KeyObject } | undefined> {
  const stored = await keychain.get(entryOf(account.device))
  const bundle = stored && decodeBundle(stored)
  return bundle?.root ? rootIn(bundle) : undefined
}

/**
 * Keeps a root's key in the keychain, or none: the person keeps it cold. They have just shown that they have the words, so
 * the phrase is not kept any longer either. `unlessCold` leaves a root cold that is so. Errors: `keys-missing`, the keychain's.
 */
export async function keepRoot(
  { keychain, writer }: Pick<AccountParts, 'keychain' | 'writer'>,
  account: { id: number; device: Did },
  root: RootKey | undefined,
  { unlessCold = false } = {},
): Promise<void> {
  const stored = await keychain.get(entryOf(account.device))
  if (!stored) throw new VivimError('keys-missing')
  const { phrase: _phrase, root: before, ...rest } = decodeBundle(stored)
  const kept = root && !(unlessCold && !before) ? { root: root.seed } : {}
  await keychain.set(entryOf(account.device), encodeBundle({ ...rest, ...kept }))
  await writer.write([{ sql: 'UPDATE account SET phrase_confirmed = 1 WHERE id = ?', parameters: [account.id] }])
}

function rootIn({ root }: KeyBundle): { did: Did; key: KeyObject } {
  if (!root) throw new VivimError('keys-missing', 'The root key is kept cold: the phrase is needed.')
  const key = privateKeyOf(root)
  return { did: didOf(key), key }
}

/** The phrase, until it was confirmed; `device` is the one that the store writes as. Error: `phrase-confirmed`. */
export async function phraseOf({ keychain }: Pick<AccountParts, 'keychain'>, device: Did): Promise<string> {
  const stored = await keychain.get(entryOf(device))
  const phrase = stored && decodeBundle(stored).phrase
  if (phrase === undefined) throw new VivimError('phrase-confirmed')
  return phrase
}

/** Takes the phrase back as proof, then forgets it. Errors: `phrase-invalid`, `phrase-mismatch`, `phrase-confirmed`. */
export async function confirmPhrase(
  { keychain, writer }: Pick<AccountParts, 'keychain' | 'writer'>,
  account: { id: number; device: Did },
  text: string,
): Promise<void> {
  const given = parsePhrase(text)
  const known = await phraseOf({ keychain }, account.device)
  if (given !== known) throw new VivimError('phrase-mismatch')
  const stored = await keychain.get(entryOf(account.device))
  if (!stored) throw new VivimError('keys-missing')
  const { phrase: _phrase, ...rest } = decodeBundle(stored)
  await keychain.set(entryOf(account.device), encodeBundle(rest))
  await writer.write([{ sql: 'UPDATE account SET phrase_confirmed = 1 WHERE id = ?', parameters: [account.id] }])
}

export const findAccount = (reader: Reader, did: Did): Promise<AccountRow | undefined> =>
  reader.get<AccountRow>('SELECT id, did, device, recovery FROM account WHERE did = ?', [did])
export const dataKeysOf = (reader: Reader, account: number): Promise<DataKeyRow[]> =>
  reader.all<DataKeyRow>('SELECT kind, number, by_keychain, by_recovery, sealed FROM data_key WHERE account = ?', [account])
