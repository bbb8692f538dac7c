/** What pages may ask about keys and locks. */
import { VivimError } from '../../node-core/contract/errors.ts'
import type { KeysState } from '../../node-core/contract/shell-keys.ts'
import type { ShellMethodName } from '../../node-core/contract/shell-names.ts'
import type { ShellHandlers } from '../shell/answer.ts'
import { bytesOf, type Keys } from './keys.ts'
import type { Locks } from './locks.ts'
import type { KeptLockSettings } from './settings.ts'

export type KeysMethodName = Extract<ShellMethodName, `keys.${string}` | `locks.${string}`>

export interface KeysHandlerParts {
  readonly keys: Keys
  readonly locks: Locks
  readonly settings: KeptLockSettings
  readonly state: () => KeysState
  /** Starts the node where it does not run. */
  readonly again: () => void
  /** The system's own question who is there. Rejects where it was not answered. */
  readonly touch: () => Promise<void>
}

export function keysHandlers({
  keys,
  locks,
  settings,
  state,
  again,
  touch,
}: KeysHandlerParts): Pick<ShellHandlers<unknown>, KeysMethodName> {
  const given = (current: string | undefined) => (current === undefined ? {} : { current: bytesOf(current) })
  /** What a screen offers is taken while that screen is shown, and at no other time. */
  const while_ = (...shown: KeysState['is'][]) => {
    if (!shown.includes(state().is)) throw new VivimError('conflict')
  }
  const checked = async (passphrase: string | undefined) => {
    if (passphrase === undefined) throw new VivimError('passphrase-needed')
    await keys.check(passphrase)
  }
  return {
    'keys.state': state,
    'keys.again'() {
      while_('passphrase', 'choose', 'keychain', 'missing', 'refused', 'failed')
      again()
    },
    'keys.passphrase'({ passphrase }) {
      while_('passphrase')
      keys.give(passphrase)
      again()
    },
    'keys.choose'(choice) {
      while_('choose')
      if ('passphrase' in choice) keys.give(choice.passphrase)
      else keys.generate()
      again()
    },
    'keys.recover'({ phrase, passphrase }) {
      while_('keychain', 'missing', 'refused', 'passphrase')
      keys.recover(phrase, passphrase)
      again()
    },
    'keys.about': () => keys.about ?? null,
    async 'keys.change-passphrase'({ current, next }) {
      while_('open')
      await keys.task({ do: 'change-passphrase', ...given(current), next: bytesOf(next) })
    },
    async 'keys.move'(move) {
      while_('open')
      await keys.task(
        move.to === 'os'
          ? { do: 'move-to-keychain', ...given(move.current) }
          : { do: 'move-to-passphrase', next: bytesOf(move.next) },
      )
    },
    'locks.windows': () => void locks.lockWindows('person'),
    async 'locks.everything'() {
      await locks.lockEverything()
    },
    async 'locks.unlock'({ passphrase }) {
      // By the lock itself: a node that failed is what windows show, and opens nothing.
      const { is } = locks.state
      // A typed passphrase is forgotten where everything is locked: there the node asks for it.
      if (is === 'windows' && keys.typed) await checked(passphrase)
      else if (is !== 'open') await touch()
      // Another lock may have closed meanwhile, for which nothing was asked.
      if (locks.state.is !== is) throw new VivimError('conflict')
      locks.unlock()
    },
    'locks.settings': () => settings.current,
    'locks.change': (next) => void settings.change(next),
  }
}
