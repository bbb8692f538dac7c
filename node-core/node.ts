/**
 * The composition root: a whole node out of its configuration and the adapters that differ between desktop and
 * server. Everything concrete is named here, in `threads/` and in `bin/`, and nowhere else.
 */

import { systemClock, systemRandom } from './adapters/clock.ts'
import { httpPeer } from './adapters/peer-http/door.ts'
import { openSqliteReader } from './adapters/storage-sqlite/reader.ts'
import { createBackups } from './backup/handlers.ts'
import type { Config } from './config.ts'
import { type Api, api } from './contract/api/index.ts'
import { VivimError } from './contract/errors.ts'
import type { Did } from './contract/ids.ts'
import { capabilities, type Handlers } from './contract/method.ts'
import { createGrants, type GrantParts } from './devices/grants.ts'
import { deviceHandlers } from './devices/handlers.ts'
import { pairingHandlers } from './devices/pairing-handlers.ts'
import { createPairings } from './devices/pairings.ts'
import { createStanding } from './devices/standing.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import { isLoopbackAddress } from './http/hosts.ts'
import { localAddress } from './http/local.ts'
import type { Logger } from './http/problems.ts'
import { createHttp } from './http/server.ts'
import { type AccountParts, createAccount, openAccounts, rootKeyOf } from './identity/accounts.ts'
import { createKeyring, type OpenAccount } from './identity/keyring.ts'
import { rotateKeys } from './identity/rotate.ts'
import { importHandlers } from './imports/handlers.ts'
import { createImportJobs } from './imports/jobs.ts'
import { awaitedFiles } from './library/awaited-files.ts'
import { exportHandlers } from './library/export.ts'
import { archiveOf } from './library/export-archive.ts'
import { foundTexts } from './library/found.ts'
import { libraryHandlers } from './library/handlers.ts'
import { noteChannel } from './library/live-channel.ts'
import { createLiveNotes } from './library/live-notes.ts'
import { noteHandlers } from './library/note-handlers.ts'
import { createLibrary } from './library/read.ts'
import { createWakeups, type Tail } from './log/follow.ts'
import { blobHandlers } from './node/blobs.ts'
import { changeStream } from './node/changes.ts'
import { doctorHandlers } from './node/doctor.ts'
import { integrityOf } from './node/integrity.ts'
import { openNodeKey } from './node/node-key.ts'
import { nodeHandlers } from './node/nodes.ts'
import { reachedAt } from './node/reached.ts'
import { createRecords } from './node/records.ts'
import { remoteTransactor } from './node/remote-store.ts'
import { rootHandlers } from './node/roots.ts'
import { createSearchIndexes } from './node/search-indexes.ts'
import { stagedBytes, sweepStaged } from './node/staged.ts'
import { type Integrity, statusHandlers } from './node/status.ts'
import { startImporter, startWriter } from './node/threads.ts'
import { machineNames, openTls } from './node/tls.ts'
import { createUpkeep } from './node/upkeep.ts'
import type { Keychain } from './ports/keychain.ts'
import { searchHandlers } from './search/handlers.ts'
import { createSessionStore, createSessions, sessionHandlers } from './sessions/index.ts'
import { createAcknowledged } from './sync/acknowledged.ts'
import { createFiller } from './sync/fill.ts'
import { createFollowing } from './sync/following.ts'
import { syncHandlers } from './sync/handlers.ts'
import { syncChannel } from './sync/live.ts'
import { openBlobs, openStaging, readWhole, stagingDirectory } from './threads/files.ts'
import { countItems, isTakenBack } from './threads/intake-reads.ts'
import type { WriterNews } from './threads/writer.ts'

/** What differs between a desktop and a server, and what tests put in. */
export interface NodeAdapters {
  keychain: Keychain
  logger: Logger
  /** Where the built page is. */
  page?: string
  /** Told what takes long while the node opens. */
  onStart?(what: string): void
}

export interface VivimNode extends AsyncDisposable {
  readonly dispatch: Dispatch
  readonly accounts: readonly Did[]
  /** Answers on the configured address and on the user's own socket. */
  listen(): Promise<{ url: string; local: string }>
  /** Where other machines reach it, the best first. */
  readonly addresses: readonly string[]
  /** A one-time sign-in link: path and fragment. */
  link(account?: Did): string
  close(): Promise<void>
}

/** Bytes of memory for content that was opened: trees and chunks, pages as they were sent, blocks of the index. */
const MEMORY = { opened: 6 * 1024 * 1024, pages: 58 * 1024 * 1024, index: 16 * 1024 * 1024 } as const
const clock = systemClock
const random = systemRandom

/** Opens the store, or makes a new one with its first account. Errors: the store's, the keychain's, `keys-missing`. */
export async function createNode(config: Config, { keychain, logger, page, onStart }: NodeAdapters): Promise<VivimNode> {
  const started = clock.now()
  let integrity: Integrity = { state: 'sound', checked: null, problems: [] }
  let generation = 0
  let ready = false
  let address: string | null = null
  const wakeups = createWakeups()
  let touched = (_account: number): void => {}

  const { writer, closed } = await startWriter(config.dataDirectory, (news: WriterNews) => {
    if (news.news === 'commit') {
      generation++
      wakeups.wake(news.account)
      touched(news.account)
    } else if (news.news === 'rebuild') onStart?.(`Rebuilding ${news.projection}: ${news.position} events`)
    else integrity = integrityOf(integrity, news, clock.now())
  })
  const closing: (() => Promise<unknown>)[] = [
    async () => {
      await writer.close().catch(() => {})
      await closed
    },
  ]
  const close = async (): Promise<void> => {
    ready = false
    for (const step of closing.splice(0).reverse())
      await step().catch((error: unknown) => {
        logger.error({ err: error }, 'closing')
      })
  }
  try {
    if ((await writer.facts()).unclean) integrity = { state: 'checking', checked: null, problems: [] }
    const reader = await openSqliteReader({ directory: config.dataDirectory })
    closing.push(() => reader[Symbol.asyncDispose]())
    const keyring = createKeyring(random)
    const accountParts: AccountParts = {
      reader,
      keychain,
      clock,
      random,
      writer,
      device: { name: config.deviceName, kind: config.deviceKind },
    }
    const { opened, missing } = await openAccounts(accountParts)
    if (opened.length === 0) opened.push(await createAccount(accountParts))
    if (missing.length > 0) logger.error({ accounts: missing.length }, 'accounts whose keys are not in the keychain stay closed')
    for (const account of opened) keyring.open(account)
    const first = opened[0]
    if (!first) throw new VivimError('internal')

    const find = (did: Did): OpenAccount => keyring.get(did)
    const accountAt = (id: number): OpenAccount => keyring.get(id)
    const keysOf = keyring.keysOf
    for (const account of opened) {
      for (const projection of await writer.outdated(account.id)) {
        onStart?.(`Rebuilding ${projection} from the log`)
        await writer.rebuild(account.id, projection, false)
      }
    }

    const blobs = await openBlobs(config.dataDirectory, find, random)
    const readBlob = (owner: Did, id: string): Promise<Uint8Array> => readWhole(blobs, owner, id)
    const transactor = remoteTransactor(reader, writer)
    const files = awaitedFiles({ reader, keysOf, writer })
    const filler = createFiller({ reader, keysOf, blobs, files, random, writer })
    const library = createLibrary({ reader, keysOf, readBlob, cacheBytes: MEMORY.opened })
    const now = (): number => generation
    const append: typeof writer.append = (account, changes) => writer.append(account, changes)

    const indexes = createSearchIndexes(reader, (account) => keyring.searchSealer(account), MEMORY.index)
    closing.push(async () => {
      indexes.close()
    })
    const tailOf = (account: number): Tail => ({ reader, account, sealer: keysOf(account).sealer, wakeups })

    const countSeals = async (): Promise<void> => {
      await writer.countSeals(keyring.takeUsed())
      for (const account of keyring.accounts) {
        const rotated = await rotateKeys({ reader, keychain, random, writer }, account)
        if (!rotated) continue
        await writer.open(rotated)
        keyring.open(rotated)
        indexes.forget(account.id)
      }
    }
    await countSeals()
    let importing = (): boolean => false
    const upkeep = createUpkeep({
      importing: () => importing(),
      reader,
      writer,
      keysOf,
      blobs,
      clock,
      tailOf,
      transactor,
      countSeals,
      after,
      onError: (error, what) => {
        logger.error({ err: error }, what)
      },
    })
    closing.push(() => upkeep.close())
    touched = (account) => {
      upkeep.touched(account)
      liveNotes.touched(account)
      const open = keyring.accounts.find(({ id }) => id === account)
      if (open) standing.touched(open)
    }

    const staging = (account: { did: Did }) => openStaging(config.dataDirectory, find(account.did), random)
    const jobs = createImportJobs({
      reader,
      keysOf,
      clock,
      random,
      append,
      write: (queries) => writer.write(queries),
      start: (run) =>
        startImporter(config.dataDirectory, accountAt(run.account.id), writer, run, (seals) => {
          writer.countSeals(seals).catch(() => {})
        }),
      staged: {
        put: (account, bytes, onBytes) => staging(account).put(bytes, onBytes),
        remove: (account, name) => staging(account).remove(name),
      },
      counts: (account, importId) => countItems(reader, account, importId),
      takenBack: (account, importId) => isTakenBack(reader, account, importId),
      onError: (error, what) => {
        logger.error({ err: error }, what)
      },
      onEnd: (account) => {
        upkeep.touched(account)
        upkeep.imported(accountAt(account))
      },
    })
    importing = () => keyring.accounts.some((account) => jobs.counts(account).running > 0)
    closing.push(() => jobs.close())

    const forget = (): void => {
      generation++
      library.release()
      indexes.release()
    }
    const standing = createStanding({
      reader,
      keysOf,
      clock,
      after,
      onGone: (account, device) => sessions.endDevice(account, device),
      async onChange(account) {
        for (const projection of await writer.outdated(account.id)) {
          await writer.rebuild(account.id, projection, false)
          forget()
        }
      },
      onError: (error) => {
        logger.error({ err: error }, 'devices')
      },
    })
    closing.push(async () => {
      standing.close()
    })
    const tls = await openTls(config, {
      keychain,
      owner: first.device,
      name: config.deviceName,
      clock,
      random,
      after,
      onError: (error) => {
        logger.error({ err: error }, 'certificate')
      },
    })
    if (tls)
      closing.push(async () => {
        tls.close()
      })
    const nodeKey = await openNodeKey(keychain, first.device, random)
    const sessions = await createSessions({
      clock,
      random,
      nodeKey,
      store: createSessionStore({ storage: transactor, sealerOf: (did) => keysOf(find(did).id).sealer }),
      devices: standing,
    })
    for (const account of opened) await standing.refresh(account)
    const liveNotes = createLiveNotes({
      reader,
      keysOf,
      accountOf: find,
      append,
      random,
      nameOf: ({ account, session }) => sessions.list(account).find(({ id }) => id === session)?.name ?? null,
      after,
      onError: (error) => {
        logger.error({ err: error }, 'writing a note')
      },
    })
    closing.push(() => liveNotes.close())
    const acknowledged = createAcknowledged({ reader, clock, write: (queries) => writer.write(queries) })
    closing.push(() => acknowledged.close())
    const following = createFollowing({
      reader,
      keysOf,
      clock,
      random,
      write: (queries) => writer.write(queries),
      accept: (...call) => writer.accept(...call),
      filler,
      changed: wakeups.next,
      after,
      peerAt: httpPeer,
      onError: (error) => {
        logger.error({ err: error }, 'another node')
      },
    })
    closing.push(() => following.close())
    const admit = async (account: OpenAccount): Promise<void> => {
      keyring.open(account)
      upkeep.watch(account)
      await standing.refresh(account)
      await following.start(account)
    }
    const grantParts: GrantParts = {
      reader,
      keysOf,
      clock,
      standing,
      accountOf: find,
      append: (account, changes, root) => writer.append(account, changes, root),
      signedIn: (account) => sessions.signedInDevices(account),
      synced: acknowledged.synced,
    }
    const records = await createRecords({
      dataDirectory: config.dataDirectory,
      reader,
      keysOf,
      clock,
      accountOf: find,
      urls: () => [],
    })
    const backups = await createBackups({
      config,
      reader,
      writer,
      clock,
      random,
      after,
      onError: (error) => {
        logger.error({ err: error }, 'backing up')
      },
    })
    closing.push(() => backups.close())
    const syncing = syncHandlers({
      ...{ reader, keysOf, accountOf: find, filler, acknowledged },
      accept: (...call) => writer.accept(...call),
    })
    const handlers: Handlers<Api> = {
      ...sessionHandlers({ sessions, instance: nodeKey.did }),
      ...statusHandlers({
        version: config.version,
        instance: nodeKey.did,
        address: () => address,
        reach: isLoopback(config.host) && config.names.length === 0 && config.publicUrl === undefined ? 'machine' : 'network',
        started,
        clock,
        reader,
        writer,
        keysOf,
        keychain,
        blobs,
        jobs,
        find,
        accountParts,
        nodes: following.list,
        admit,
        integrity: () => integrity,
        missing,
        stagingBytes: (account) => stagedBytes(reader, stagingDirectory(config.dataDirectory), account),
      }),
      ...deviceHandlers({ ...grantParts, rootOf: (account) => rootKeyOf({ keychain }, account) }),
      ...pairingHandlers({
        pairings: createPairings({ clock, random }),
        instance: nodeKey.did,
        grant: createGrants(grantParts).grant,
        reached: () => reachedAt(config, address, tls),
      }),
      ...rootHandlers({ accountParts, keysOf, accountOf: find, standing }),
      ...libraryHandlers({ library, accountOf: find, append, generation: now, pageBytes: MEMORY.pages }),
      ...noteHandlers({ library, accountOf: find, append, random }),
      ...liveNotes.handlers,
      ...searchHandlers({
        indexOf: (account) => indexes.of(account),
        accountOf: find,
        texts: foundTexts(library, accountAt, now),
      }),
      ...importHandlers({ jobs, reader, keysOf, accountOf: find, clock, pack: archiveOf }),
      ...blobHandlers({ blobs, reader, keysOf, accountOf: find }),
      ...exportHandlers({ library, blobs, accountOf: find, clock }),
      ...backups.handlers,
      ...records.handlers,
      ...syncing,
      ...nodeHandlers({ following, accountOf: find, keychain, clock, device: accountParts.device, peerAt: httpPeer, after }),
      ...doctorHandlers({
        reader,
        writer,
        keysOf,
        blobs,
        clock,
        accounts: () => keyring.accounts,
        forget,
      }),
      'events.stream': changeStream({ tailOf, accountOf: find, reader }),
    }
    const dispatch = createDispatch(api, handlers)
    const accounts = (): Did[] => keyring.accounts.map((account) => account.did)
    const http = await createHttp({
      config: { ...config, localNames: machineNames(), ...(page ? { page } : {}) },
      ...(tls ? { tls } : {}),
      dispatch,
      sessions,
      instance: nodeKey.did,
      accounts,
      recordOf: records.recordOf,
      ready: () => ready,
      clock,
      logger,
      live: [
        noteChannel(liveNotes),
        syncChannel({
          reader,
          keysOf,
          accountOf: find,
          exchange: (request, { caller, signal }) => syncing['sync.exchange'](request, { caller: 'session', ...caller, signal }),
          changed: wakeups.next,
          lacking: filler.count,
          onError: (error) => {
            logger.error({ err: error }, 'live sync')
          },
        }),
      ],
    })
    closing.push(() => http.close())

    await sweepStaged(reader, stagingDirectory(config.dataDirectory), opened, keysOf)
    for (const account of opened) {
      await jobs.goOn(account)
      upkeep.watch(account)
      await following.start(account)
    }
    ready = true
    const local = localAddress(config)
    return {
      dispatch,
      get accounts() {
        return accounts()
      },
      async listen() {
        const { url } = await http.listen()
        address = url
        await http.listenLocal(local)
        following.begin()
        return { url, local }
      },
      get addresses() {
        return reachedAt(config, address, tls).addresses
      },
      link: (account = first.did) => sessions.createLink(account, capabilities).link,
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const after = (milliseconds: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, milliseconds).unref()
  return () => {
    clearTimeout(timer)
  }
}
const isLoopback = (host: string): boolean => host === 'localhost' || isLoopbackAddress(host)
