/** Keys and locks put together: what main/app.ts makes of this folder. */
import { join } from 'node:path'
import { openOsKeychain } from '../../node-core/adapters/keychain-os/keychain.ts'
import { troubleOf } from '../../node-core/adapters/keychain-os/trouble.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { KeysState } from '../../node-core/contract/shell-keys.ts'
import type { RandomBytes } from '../../node-core/ports/clock.ts'
import type { NodeProcess } from '../node/node-process.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import { createKeychainDoor } from './door.ts'
import { type KeysMethodName, keysHandlers } from './handlers.ts'
import { type ScreenWatch, watchScreen } from './idle.ts'
import { createKeys, type Keys } from './keys.ts'
import { createLocks, type Locks } from './locks.ts'
import { openEntryNames } from './names.ts'
import { openLockSettings } from './settings.ts'
import { stateOf, troubleFor } from './state.ts'

export type { RandomBytes }

/** How long a person has to unlock the system's keychain when it asks, in milliseconds. */
const patience = 120_000

export interface KeyringParts {
  /** The app's own folder. */
  readonly folder: string
  /** Which store, by whatever the app tells stores apart by. */
  readonly store: string
  /** What Electron would seal with: its name for the system's keychain. */
  readonly sealedBy: () => string
  readonly screen: ScreenWatch
  /** The system's own question who is there; undefined where it has none. */
  readonly touch: (() => Promise<void>) | undefined
  /** Starts the node with these keys. */
  readonly start: (keys: Keys) => NodeProcess
  /** Loads every window's page anew. */
  readonly clearWindows: () => void
  /** Tells every window's page. */
  readonly tell: (state: KeysState) => void
  readonly random: RandomBytes
  readonly repeat: (milliseconds: number, work: () => void) => void
}

export interface Keyring {
  /** The node; one that is stopped because everything is locked does not start before that lock opens. */
  readonly node: NodeProcess
  /** Where the node is, for windows: nowhere while they are locked. */
  readonly address: NodeProcess['address']
  readonly locks: Locks
  readonly state: () => KeysState
  /** Whether the node's keys were opened with a passphrase that a person typed. */
  readonly typed: () => boolean
  readonly handlers: Pick<ShellHandlers<unknown>, KeysMethodName>
}

export function createKeyring(parts: KeyringParts): Keyring {
  const { folder, store, sealedBy, screen, touch, start, clearWindows, tell, random, repeat } = parts
  const door = createKeychainDoor(
    () => openOsKeychain({ random, timeoutMs: patience }),
    openEntryNames(join(folder, 'keychain-names.json'), store),
  )
  const settings = openLockSettings(join(folder, 'locks.json'))
  let node: NodeProcess | undefined
  const keys = createKeys({
    door,
    say: (message) => node?.post(message),
    windowsLocked: () => locks.state.is === 'windows',
    changed: () => tell(state()),
  })
  const locks = createLocks({
    tellNode: (type) => {
      node?.post({ type })
      // A person is there again, whom the node waited for.
      if (type === 'unlock' && node?.state.state === 'given-up') node.start()
    },
    stopNode: async () => await node?.stop(),
    startNode: () => node?.start(),
    forgetKeys: () => keys.forget(),
    clearWindows,
  })
  const state = (): KeysState =>
    stateOf({
      lock: locks.state,
      how: keys.typed ? 'passphrase' : touch ? 'touch' : 'click',
      node: node?.state ?? { state: 'starting' },
      trouble: troubleFor(troubleOf(door.trouble), sealedBy()),
      recovering: keys.recovering,
    })
  locks.on(() => tell(state()))
  watchScreen(locks, screen, () => settings.current, repeat)
  const started = start(keys)
  node = started
  started.on((now) => {
    if (now.state !== 'ready') keys.ended()
    tell(state())
  })
  return {
    node: {
      address: started.address,
      get state() {
        return started.state
      },
      on: started.on,
      hear: started.hear,
      post: started.post,
      refused: started.refused,
      start: () => {
        if (locks.state.is !== 'closed') started.start()
      },
      stop: started.stop,
    },
    address: async (signal) => {
      if (locks.state.is !== 'open') throw new VivimError('locked')
      return await started.address(signal)
    },
    locks,
    state,
    typed: () => keys.typed,
    handlers: keysHandlers({ keys, locks, settings, state, again: started.start, touch: touch ?? (async () => undefined) }),
  }
}
