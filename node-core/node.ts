/**
 * The composition root: a whole node out of its configuration and the adapters that differ between desktop and
 * server. Everything concrete is named here and in `composition/`, in `threads/` and in `bin/`, and nowhere else.
 */

import { createBackups } from './backup/handlers.ts'
import { createClosing } from './composition/closing.ts'
import { createContent } from './composition/content.ts'
import { createDevices } from './composition/devices.ts'
import { createNodes } from './composition/nodes.ts'
import { createRenewal } from './composition/renewal.ts'
import { openStore, type StoreOptions } from './composition/store.ts'
import type { Config } from './config.ts'
import { type Api, api } from './contract/api/index.ts'
import type { Did } from './contract/ids.ts'
import { capabilities, type Handlers } from './contract/method.ts'
import { createDispatch, type Dispatch } from './dispatch.ts'
import { isLoopbackAddress } from './http/hosts.ts'
import { localAddress } from './http/local.ts'
import { createHttp } from './http/server.ts'
import type { OpenAccount } from './identity/keyring.ts'
import { noteChannel } from './library/live-channel.ts'
import { createLiveNotes } from './library/live-notes.ts'
import { keychainEntries } from './node/keychain-entries.ts'
import { stagedBytes, sweepStaged } from './node/staged.ts'
import { statusHandlers } from './node/status.ts'
import { machineNames } from './node/tls.ts'
import type { PaceSet } from './ports/pace.ts'
import { stagingDirectory } from './threads/files.ts'

/** What differs between a desktop and a server, and what tests put in. */
export interface NodeAdapters extends StoreOptions {
  /** Where the built page is. */
  page?: string
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
  /** How much it does by itself. */
  setPace(pace: PaceSet): void
  /** Asks other nodes at once: after a sleep, on another network. */
  look(): void
  /** Puts into the log what is on its way there: before a sleep. */
  settle(): Promise<void>
  /** Every name that the store may have put into a keychain. */
  keychainEntries(): Promise<string[]>
  close(): Promise<void>
}

/** Opens the store, or makes a new one with its first account. Errors: the store's, the keychain's, `keys-missing`. */
export async function createNode(config: Config, { page, ...options }: NodeAdapters): Promise<VivimNode> {
  const { logger } = options
  const closing = createClosing((error) => {
    logger.error({ err: error }, 'closing')
  })
  let address: string | null = null
  let ready = false
  const close = (): Promise<void> => {
    ready = false
    return closing.close()
  }
  try {
    const store = await openStore(config, options, closing)
    const { reader, writer, keyring, keysOf, accountOf, append, random, clock, after, pace, opened, first } = store
    const content = await createContent(store, closing)
    const nodes = createNodes(store, content, closing)
    const devices = await createDevices(store, content, nodes, () => address, closing)
    createRenewal(store, nodes, devices, closing)
    const { sessions, standing, instance, tls } = devices
    const { jobs, upkeep, watching } = content

    const liveNotes = createLiveNotes({
      ...{ reader, keysOf, accountOf, append, random, after },
      nameOf: ({ account, session }) => sessions.list(account).find(({ id }) => id === session)?.name ?? null,
      onError: store.failed('writing a note'),
    })
    closing.push(() => liveNotes.close())
    store.onCommit((account) => liveNotes.touched(account))
    const backups = await createBackups({
      config,
      reader,
      writer,
      clock,
      random,
      after,
      pace,
      onError: store.failed('backing up'),
    })
    closing.push(() => backups.close())

    /** Lets an account in that was made while the node runs. */
    const admit = async (account: OpenAccount): Promise<void> => {
      keyring.open(account)
      upkeep.watch(account)
      await standing.refresh(account)
      await nodes.following.start(account)
    }
    const staging = stagingDirectory(config.dataDirectory)
    const handlers: Handlers<Api> = {
      ...content.handlers,
      ...nodes.handlers,
      ...devices.handlers,
      ...liveNotes.handlers,
      ...backups.handlers,
      ...statusHandlers({
        ...{ reader, writer, keysOf, clock, jobs, admit, instance },
        ...{ keychain: store.keychain, blobs: content.blobs, missing: store.missing, accountParts: store.accountParts },
        ...{ find: accountOf, started: store.started, integrity: store.integrity, version: config.version },
        address: () => address,
        reach: isLoopback(config.host) && config.names.length === 0 && config.publicUrl === undefined ? 'machine' : 'network',
        nodes: nodes.following.list,
        stagingBytes: (account) => stagedBytes(reader, staging, account),
      }),
    }
    const dispatch = createDispatch(api, handlers)
    const accounts = (): Did[] => keyring.accounts.map((account) => account.did)
    const http = await createHttp({
      ...{ dispatch, sessions, instance, accounts, clock, logger },
      config: { ...config, localNames: machineNames(), ...(page ? { page } : {}) },
      ...(tls ? { tls } : {}),
      recordOf: devices.recordOf,
      ready: () => ready,
      live: [noteChannel(liveNotes), nodes.channel],
    })
    closing.push(() => http.close())

    await sweepStaged(reader, staging, opened, keysOf)
    for (const account of opened) {
      await jobs.goOn(account)
      upkeep.watch(account)
      await watching.start(account)
      await nodes.following.start(account)
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
        nodes.following.begin()
        watching.begin()
        return { url, local }
      },
      get addresses() {
        return devices.reached().addresses
      },
      link: (account = first.did) => sessions.createLink(account, capabilities).link,
      setPace: pace.set,
      look: pace.look,
      settle: () => liveNotes.settle(),
      async keychainEntries() {
        const rows = await reader.all<{ device: Did }>('SELECT device FROM account ORDER BY id')
        return keychainEntries(rows.map(({ device }) => device))
      },
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const isLoopback = (host: string): boolean => host === 'localhost' || isLoopbackAddress(host)
