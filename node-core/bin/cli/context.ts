/** What a command works with. */

import { type Config, dataDirectoryOf, type Environment, readConfig, type Settings } from '../../config.ts'
import { did as didType } from '../../contract/api/fields.ts'
import type { Did } from '../../contract/ids.ts'
import type { VivimNode } from '../../node.ts'
import type { NodeClient } from '../client/client.ts'
import { connect } from '../client/connect.ts'
import type { OpenKeychain } from '../secrets/keychain.ts'
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
  keychain(config: Config, wishes?: KeychainWishes): Promise<OpenKeychain>
  /** Opens the node in this process. */
  open(config: Config, wishes?: KeychainWishes): Promise<VivimNode>
}

export function createContext(needs: {
  terminal: Terminal
  globals: Globals
  environment: Environment
  signal: AbortSignal
  /** The program's own folder. */
  folder: string
  /** True in the desktop app. */
  desktop?: boolean
}): Context {
  const { terminal, globals, environment, signal, folder, desktop = false } = needs
  const account = globals.account === undefined ? undefined : didType.parse(globals.account)
  const context: Context = {
    terminal,
    signal,
    account,
    dataDirectory: dataDirectoryOf(globals.data, environment),
    config: (given = {}) =>
      readConfig(
        { ...given, desktop, version: findVersion(folder), ...(globals.data === undefined ? {} : { data: globals.data }) },
        environment,
      ),
    connect(wishes) {
      const config = context.config()
      return connect(config, account, () => context.open(config, wishes))
    },
    async keychain({ dataDirectory, configDirectory, credentialsDirectory }, { generate = false, anew = false, typed } = {}) {
      // Only what opens a store loads what that takes; a command to a running node starts at once.
      const { openKeychain, openKeychainAnew } = await import('../secrets/keychain.ts')
      const { openOsKeychain } = await import('../../adapters/keychain-os/keychain.ts')
      const { systemRandom: random } = await import('../../adapters/clock.ts')
      return await (anew ? openKeychainAnew : openKeychain)({
        directory: dataDirectory,
        configDirectory,
        credentialsDirectory,
        passphraseFile: globals['passphrase-file'],
        generate,
        typed,
        random,
        terminal,
        openOs: () => openOsKeychain({ random }),
      })
    },
    async open(config, wishes) {
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
      return node
    },
  }
  return context
}
