/** The opened store: the writer's thread, what reads, the accounts with their keys, and news of what is written. */

import { systemClock, systemRandom } from '../adapters/clock.ts'
import { openSqliteReader } from '../adapters/storage-sqlite/reader.ts'
import type { Config } from '../config.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Logger } from '../http/problems.ts'
import { type AccountParts, createAccount, openAccounts } from '../identity/accounts.ts'
import { createKeyring, type OpenAccount } from '../identity/keyring.ts'
import { createWakeups, type Tail } from '../log/follow.ts'
import { integrityOf } from '../node/integrity.ts'
import { createPace } from '../node/pace.ts'
import { remoteTransactor } from '../node/remote-store.ts'
import type { Integrity } from '../node/status.ts'
import { startWriter } from '../node/threads.ts'
import type { Keychain } from '../ports/keychain.ts'
import type { WriterNews } from '../threads/writer.ts'
import type { Closing } from './closing.ts'

export interface StoreOptions {
  keychain: Keychain
  logger: Logger
  /** Told what takes long while the store opens. */
  onStart?(what: string): void
}

export type OpenedStore = Awaited<ReturnType<typeof openStore>>

const clock = systemClock
const random = systemRandom

/**
 * Opens the store, or makes a new one with its first account, and rebuilds what a newer version derives anew.
 * Errors: the store's, the keychain's, `keys-missing`.
 */
export async function openStore(config: Config, { keychain, logger, onStart }: StoreOptions, closing: Closing) {
  const started = clock.now()
  const wakeups = createWakeups()
  const listeners: ((account: number) => void)[] = []
  const ofForks: ((account: number) => void)[] = []
  let integrity: Integrity = { state: 'sound', checked: null, problems: [] }
  let generation = 0

  const { writer, closed } = await startWriter(config.dataDirectory, (news: WriterNews) => {
    if (news.news === 'commit') {
      generation++
      wakeups.wake(news.account)
      for (const listener of listeners) listener(news.account)
    } else if (news.news === 'fork') for (const listener of ofForks) listener(news.account)
    else if (news.news === 'rebuild') onStart?.(`Rebuilding ${news.projection}: ${news.position} events`)
    else integrity = integrityOf(integrity, news, clock.now())
  })
  closing.push(async () => {
    await writer.close().catch(() => {})
    await closed
  })
  if ((await writer.facts()).unclean) integrity = { state: 'checking', checked: null, problems: [] }
  const reader = await openSqliteReader({ directory: config.dataDirectory })
  closing.push(() => reader[Symbol.asyncDispose]())

  const keyring = createKeyring(random)
  const accountParts: AccountParts = {
    ...{ reader, keychain, clock, random, writer },
    device: { name: config.deviceName, kind: config.deviceKind },
  }
  const { opened, missing } = await openAccounts(accountParts)
  if (opened.length === 0) opened.push(await createAccount(accountParts))
  if (missing.length > 0) logger.error({ accounts: missing.length }, 'accounts whose keys are not in the keychain stay closed')
  for (const account of opened) keyring.open(account)
  const first = opened[0]
  if (!first) throw new VivimError('internal')

  const keysOf = keyring.keysOf
  for (const account of opened) {
    for (const projection of await writer.outdated(account.id)) {
      onStart?.(`Rebuilding ${projection} from the log`)
      await writer.rebuild(account.id, projection, false)
    }
  }
  const append: typeof writer.append = (account, changes, root) => writer.append(account, changes, root)
  const accept: typeof writer.accept = (...call) => writer.accept(...call)
  const write: typeof writer.write = (queries) => writer.write(queries)
  return {
    ...{ config, logger, keychain, clock, random, after, started },
    ...{ writer, append, accept, write, reader, transactor: remoteTransactor(reader, writer) },
    ...{ keyring, keysOf, accountParts, opened, missing, first },
    accountOf: (did: Did): OpenAccount => keyring.get(did),
    accountAt: (id: number): OpenAccount => keyring.get(id),
    wakeups,
    pace: createPace(),
    tailOf: (account: number): Tail => ({ reader, account, sealer: keysOf(account).sealer, wakeups }),
    /** Calls `listener` behind each commit, with the account's local number. */
    onCommit: (listener: (account: number) => void): void => void listeners.push(listener),
    /** Calls `listener` when a device's key was found in use twice, with the account's local number. */
    onFork: (listener: (account: number) => void): void => void ofForks.push(listener),
    /** Counts commits, and what makes answers of before stale: an answer of the same number is the same. */
    generation: (): number => generation,
    stale: (): void => void generation++,
    integrity: (): Integrity => integrity,
    /** Logs what failed in the background. */
    failed:
      (where: string) =>
      (error: unknown, what = where): void => {
        logger.error({ err: error }, what)
      },
  }
}

const after = (milliseconds: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, milliseconds).unref()
  return () => {
    clearTimeout(timer)
  }
}
