/** What the node says of itself and of the accounts: `contract/api/account.ts`, and space on disk. */
import type { accounts } from '../contract/api/account.ts'
import type { store } from '../contract/api/store.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers, Output } from '../contract/method.ts'
import { passphraseBytes } from '../crypto/passphrase.ts'
import { listDevices } from '../devices/listing.ts'
import { type AccountParts, confirmPhrase, createAccount, phraseOf, rootKeyOf } from '../identity/accounts.ts'
import type { OpenAccount } from '../identity/keyring.ts'
import type { ImportJobs } from '../imports/jobs.ts'
import { isForked } from '../log/forks.ts'
import { saidOf } from '../log/stored-authority.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { Clock } from '../ports/clock.ts'
import type { Keychain } from '../ports/keychain.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import type { Writer } from '../threads/writer-core.ts'

export interface Integrity {
  state: 'sound' | 'checking' | 'damaged'
  checked: number | null
  problems: string[]
}
export interface StatusParts {
  version: string
  instance: Did
  /** Where the node listens, once it does. */
  address(): string | null
  reach: Output<(typeof accounts)['status.get']>['reach']
  started: number
  clock: Clock
  reader: Reader
  writer: Pick<Writer, 'facts' | 'write'>
  keysOf: KeysOf
  keychain: Keychain
  blobs: Blobs
  jobs: ImportJobs
  integrity(): Integrity
  /** Accounts of the store whose keys are not in the keychain. */
  missing: readonly Did[]
  find(did: Did): OpenAccount
  /** Bytes of an account's staged files. */
  stagingBytes(account: number): Promise<number>
  accountParts: AccountParts
  /** The nodes that an account follows. */
  nodes(account: number): Promise<Output<(typeof accounts)['status.get']>['nodes']>
  /** Takes a new account into service. */
  admit(account: OpenAccount): Promise<void>
}

interface Row {
  created: number
  device: Did
  phrase_confirmed: number
  quota: number
  /** Bytes of the log, and of the files. */
  used: number
  files: number
  name: Uint8Array | null
  recovery: Uint8Array
}

export function statusHandlers(parts: StatusParts): Handlers<typeof accounts> & Pick<Handlers<typeof store>, 'storage.get'> {
  const { reader, clock, find, keychain } = parts
  const rowOf = async (account: OpenAccount): Promise<Row> => {
    const row = await reader.get<Row>(selectAccount, [account.id])
    if (!row) throw new VivimError('not-found')
    return row
  }
  const place = (account: number): string => `account/${account}/name`
  const nameIn = (account: number, name: Uint8Array | null): string | null =>
    name && Buffer.from(parts.keysOf(account).sealer.open(place(account), name)).toString()
  return {
    async 'status.get'(_, { account: did }) {
      const account = find(did)
      const [counts] = await reader.all<{ conversations: number; messages: number | null }>(
        'SELECT count(*) AS conversations, sum(messages) AS messages FROM conversation WHERE account = ? AND state = 0 AND document = 0',
        [account.id],
      )
      const { used, phrase_confirmed } = await rowOf(account)
      const warnings: Output<(typeof accounts)['status.get']>['warnings'] = []
      if (!phrase_confirmed)
        warnings.push({
          code: 'phrase-unconfirmed',
          text: 'The recovery phrase was not confirmed yet: “vivim account phrase” shows it. Without it a lost keychain means lost data.',
        })
      if (await isRevoked(reader, account))
        warnings.push({
          code: 'device-revoked',
          text: 'This node’s device was revoked: nothing can be written here. To make it a new device, stop the node and run “vivim account recover” with the 24 words.',
        })
      else if (await isForked(reader, account.id, account.device))
        warnings.push({
          code: 'device-forked',
          text: 'The key of this node’s device was in use twice, as where a copy of its data went on by itself: nothing can be written here. Nothing is lost. To give it a new key, pair it at another of your nodes once more (“vivim device add-node”), or stop the node and run “vivim account recover” with the 24 words.',
        })
      for (const closed of parts.missing)
        warnings.push({
          code: 'keys-missing',
          text: `The keys of ${closed} are not in the keychain: stop the node and run “vivim account recover”.`,
        })
      return {
        version: parts.version,
        instance: parts.instance,
        address: parts.address(),
        reach: parts.reach,
        started: parts.started,
        uptime: (clock.now() - parts.started) / 1000,
        account: { did, conversations: counts?.conversations ?? 0, messages: counts?.messages ?? 0, bytes: used },
        imports: parts.jobs.counts(account),
        integrity: parts.integrity(),
        keychain: keychain.name,
        nodes: await parts.nodes(account.id),
        warnings,
      }
    },
    async 'account.get'(_, { account: did }) {
      const account = find(did)
      const row = await rowOf(account)
      const devices = await devicesOf(parts, account)
      const device = devices.find((one) => one.did === row.device)
      if (!device) throw new VivimError('storage-corrupt', 'This device has no grant.')
      return {
        did,
        name: nameIn(account.id, row.name),
        created: row.created,
        device,
        devices,
        rootCold: (await rootKeyOf({ keychain }, account)) === undefined,
        phraseConfirmed: row.phrase_confirmed === 1,
        quota: row.quota === 0 ? null : row.quota,
        used: row.used + row.files,
        recovery: Buffer.from(row.recovery).toString('base64url'),
      }
    },
    'account.phrase': async (_, { account }) => ({ phrase: await phraseOf({ keychain }, find(account).device) }),
    async 'account.confirm-phrase'({ phrase }, { account }) {
      await confirmPhrase(parts.accountParts, find(account), phrase)
      return {}
    },
    async 'account.set-quota'({ quota }, { account }) {
      await parts.writer.write([{ sql: 'UPDATE account SET quota = ? WHERE id = ?', parameters: [quota ?? 0, find(account).id] }])
      return {}
    },
    async 'accounts.list'() {
      const rows = await reader.all<{ id: number; did: Did; created: number; name: Uint8Array | null }>(
        'SELECT id, did, created, name FROM account ORDER BY id',
      )
      return {
        items: rows.map(({ id, did, created, name }) => ({
          did,
          created,
          name: parts.missing.includes(did) ? null : nameIn(id, name),
        })),
      }
    },
    async 'accounts.create'({ name, phrase }) {
      const account = await createAccount(parts.accountParts, phrase)
      await parts.admit(account)
      if (name !== undefined) {
        const sealed = parts.keysOf(account.id).sealer.seal(place(account.id), Buffer.from(name))
        await parts.writer.write([{ sql: 'UPDATE account SET name = ? WHERE id = ?', parameters: [sealed, account.id] }])
      }
      return { did: account.did, name: name ?? null, created: (await rowOf(account)).created }
    },
    async 'keychain.change-passphrase'({ current, next }) {
      if (!('changePassphrase' in keychain) || typeof keychain.changePassphrase !== 'function') {
        throw new VivimError('keychain-unavailable', `The keys rest in ${keychain.name}: there is no passphrase of ours.`)
      }
      await keychain.changePassphrase(passphraseBytes(current), passphraseBytes(next))
      return {}
    },
    async 'storage.get'(_, { account: did }) {
      const account = find(did)
      const { used, quota } = await rowOf(account)
      const facts = await parts.writer.facts()
      const search = await reader.get<{ bytes: number | null }>(
        'SELECT sum(bytes) AS bytes FROM search_segment WHERE account = ?',
        [account.id],
      )
      const [blobs, staging] = await Promise.all([parts.blobs.used(did), parts.stagingBytes(account.id)])
      const index = search?.bytes ?? 0
      const library = await libraryBytes(reader, account.id)
      return {
        log: used,
        search: index,
        library,
        blobs,
        staging,
        total: used + index + library + blobs + staging,
        free: facts.free,
        quota: quota === 0 ? null : quota,
      }
    },
  }
}

const selectAccount = `SELECT created, device, phrase_confirmed, quota, files, name, recovery,
  (SELECT coalesce(sum(used), 0) FROM device d WHERE d.account = a.id) AS used FROM account a WHERE id = ?`

/** Bytes of an account's own rows beside the log and the index; what the engine adds to them belongs to nobody. */
async function libraryBytes(reader: Reader, account: number): Promise<number> {
  const row = await reader.get<{ bytes: number | null }>(
    `SELECT (SELECT sum(length(head)) FROM conversation WHERE account = ?) + (SELECT sum(length(tree)) FROM conversation_tree WHERE account = ?) AS bytes`,
    [account, account],
  )
  return row?.bytes ?? 0
}

const isRevoked = async (reader: Reader, { id, device }: OpenAccount): Promise<boolean> =>
  (await reader.get('SELECT cut FROM device WHERE account = ? AND did = ? AND cut IS NOT NULL', [id, device])) !== undefined

/** Devices that have begun their chains. */
async function devicesOf({ reader, keysOf }: Pick<StatusParts, 'reader' | 'keysOf'>, account: OpenAccount) {
  const { devices } = listDevices(account.did, await saidOf(reader, account.id, keysOf(account.id).sealer))
  return [...devices.values()]
    .filter(({ begun }) => begun)
    .map(({ did, name, revoked, grant: { kind, notBefore, expires } }) => ({
      did,
      name,
      kind,
      granted: notBefore,
      ...(expires === null ? {} : { expires }),
      revoked,
    }))
}
