/** What a window shows of keys and locks, decided from what is known: no Electron, no keychain. */
import type { VivimError } from '../../node-core/contract/errors.ts'
import type { KeychainTrouble, KeysState } from '../../node-core/contract/shell-keys.ts'
import type { NodeState } from '../node/node-state.ts'

/** Who locked the windows. */
export type LockedBy = Extract<KeysState, { is: 'locked' }>['by']
/** What unlocks the windows again. */
export type UnlockedHow = Extract<KeysState, { is: 'locked' }>['how']

export interface KeysFacts {
  readonly lock: { readonly is: 'open' | 'closed' } | { readonly is: 'windows'; readonly by: LockedBy }
  readonly how: UnlockedHow
  readonly node: NodeState
  readonly trouble: KeychainTrouble
  /** A recovery with the phrase was under way at this start. */
  readonly recovering: boolean
}

/** What every window shows. */
export function stateOf({ lock, how, node, trouble, recovering }: KeysFacts): KeysState {
  if (lock.is === 'closed') return { is: 'closed' }
  if (node.state === 'failed') return failedState(node.error, trouble, recovering)
  if (lock.is === 'windows') return { is: 'locked', by: lock.by, how }
  // What else there is to say of the node (that it was given up) is said where it is shown.
  return node.state === 'ready' || node.state === 'given-up' ? { is: 'open' } : { is: 'opening' }
}

function failedState({ code, message }: VivimError, trouble: KeychainTrouble, recovering: boolean): KeysState {
  if (recovering && code.startsWith('phrase-')) return { is: 'refused', code }
  switch (code) {
    case 'passphrase-needed':
      return { is: 'passphrase', wrong: false }
    case 'keychain-wrong-passphrase':
      return { is: 'passphrase', wrong: true }
    case 'keychain-absent':
      return { is: 'choose', trouble }
    case 'keychain-unavailable':
      return { is: 'keychain', trouble }
    case 'keys-missing':
      return { is: 'missing' }
    default:
      return { is: 'failed', code, text: message }
  }
}

/**
 * What is the matter with the keychain, in the page's terms.
 * @param found as the keychain's library said it
 * @param backend what Electron would seal with on Linux: a wallet that is there although no Secret Service is
 */
export const troubleFor = (found: 'none' | 'locked' | 'silent', backend: string): KeychainTrouble =>
  found === 'none' && backend.startsWith('kwallet') ? 'wallet' : found
