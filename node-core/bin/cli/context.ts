/** What a command works with. */

import { type Config, dataDirectoryOf, type Environment, readConfig, type Settings } from '../../config.ts'
import { did as didType } from '../../contract/api/fields.ts'
import type { Did } from '../../contract/ids.ts'
import type { VivimNode } from '../../node.ts'
import type { Keychain, MovableKeychain } from '../../ports/keychain.ts'
import type { NodeClient } from '../client/client.ts'
import { connect } from '../client/connect.ts'
import type { StoreKeychain } from '../secrets/store-keychain.ts'
import { findPage, findVersion } from './installed.ts'
import type { Globals } from './options.ts'
import type { Terminal } from './terminal.ts'

export type Given = Partial<Record<keyof Settings, unknown>>
export interface KeychainWishes {
  /** Make a passphrase where there is no keychain and nobody to ask. */
  readonly generate?: boolean
  /** The keys come back with the phrase: a keychain that is gone does not matter. */
  readonly anew?: boolean
  /** The passphrase, where a person was asked for it already. */
  readonly typed?: Uint8Array
}

/** A store's keychain, and what writes down which one it is once a node has opened with it. */
export interface OpenStoreKeychain {
  readonly keychain: StoreKeychain
  remember(): Promise<void>
}

export interface Context {
  readonly terminal: Terminal
  /** Aborted at Ctrl-C and when the system asks the process to end. */
  readonly signal: AbortSignal
  readonly account: Did | undefined
  readonly dataDirectory: string
  /** The configuration; options given win over the file. Error: `bad-request`. */
  config(given?: Given): Config
  /** The running node, else one opened in this process. */
  connect(wishes?: KeychainWishes): Promise<NodeClient>
  /** The keychain of the data directory. */
  keychain(config: Config, wishes?: KeychainWishes): Promise<OpenStoreKeychain>
  /** Opens the node in this process. */
  open(config: Config, wishes?: KeychainWishes): Promise<VivimNode>
  /** The same, with the keychain that it opened with. */
  openWith(config: Config, wishes?: KeychainWishes): Promise<{ node: VivimNode; keychain: StoreKeychain }>
}

export function createContext(needs: {
  terminal: Terminal
  globals: Globals
  environment: Environment
  signal: AbortSignal
  /** The program's own folder. */
  folder: string
  /** In the desktop app: the system's keychain, as the app hands it over, and who is told when the keys have moved. */
  desktop?: { openOs: () => Promise<Keychain>; onMoved: (keychain: MovableKeychain) => void }
}): Context {
  const { terminal, globals, environment, signal, folder, desktop } = needs
  const account = globals.account === undefined ? undefined : didType.parse(globals.account)
  const context: Context = {
    terminal,
    signal,
    account,
    dataDirectory: dataDirectoryOf(globals.data, environment),
    config: (given = {}) =>
      readConfig(
        {
          ...given,
          desktop: desktop !== undefined,
          version: findVersion(folder),
          ...(globals.data === undefined ? {} : { data: globals.data }),
        },
        environment,
      ),
    connect(wishes) {
      const config = context.config()
      return connect(config, account, () => context.open(config, wishes))
    },
    async keychain({ dataDirectory, configDirectory, credentialsDirectory }, { generate = false, anew = false, typed } = {}) {
      // Only what opens a store loads what that takes; a command to a running node starts at once.
      const { openKeychain, openKeychainAnew } = await import('../secrets/keychain.ts')
      const { finishMove } = await import('../secrets/move.ts')
      const { StoreKeychain } = await import('../secrets/store-keychain.ts')
      const { systemRandom: random } = await import('../../adapters/clock.ts')
      const openOs =
        desktop?.openOs ?? (async () => (await import('../../adapters/keychain-os/keychain.ts')).openOsKeychain({ random }))
      const opened = await (anew ? openKeychainAnew : openKeychain)({
        directory: dataDirectory,
        configDirectory,
        credentialsDirectory,
        passphraseFile: globals['passphrase-file'],
        generate,
        typed,
        random,
        terminal,
        openOs,
      })
      const moving = { directory: dataDirectory, random, openOs, onMoved: desktop?.onMoved }
      const keychain = new StoreKeychain(opened.keychain, moving)
      return {
        keychain,
        async remember() {
          await opened.remember()
          await finishMove(dataDirectory, keychain.place)
        },
      }
    },
    open: async (config, wishes) => (await context.openWith(config, wishes)).node,
    async openWith(config, wishes) {
      const { createNode } = await import('../../node.ts')
      const { openLog } = await import('./log.ts')
      const { refuseLostStore } = await import('../secrets/lost-store.ts')
      await refuseLostStore(config.dataDirectory)
      const { keychain, remember } = await context.keychain(config, wishes)
      const page = findPage(folder)
      const node = await createNode(config, {
        keychain,
        logger: openLog(config),
        onStart: (what) => terminal.json || terminal.say(what),
        ...(page ? { page } : {}),
      })
      await remember()
      return { node, keychain }
    },
  }
  return context
}
