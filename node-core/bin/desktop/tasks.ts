/** What a person in the window has the running node do with its keys. Every passphrase is filled with zeros behind it. */
import type { KeysTask } from '../../contract/desktop-keys.ts'
import { passphraseBytes } from '../../crypto/passphrase.ts'
import type { MovableKeychain } from '../../ports/keychain.ts'

/** @param entries every name that the store may have put into the system's keychain */
export async function doKeysTask(task: KeysTask, keychain: MovableKeychain, entries: () => Promise<string[]>): Promise<void> {
  switch (task.do) {
    case 'check':
      return await keychain.checkPassphrase(typed(task.passphrase))
    case 'change-passphrase':
      return await keychain.changePassphrase(typed(task.current), typed(task.next))
    case 'move-to-keychain':
      return await keychain.moveTo('os', [], typed(task.current))
    case 'move-to-passphrase':
      return await keychain.moveTo('file', await entries(), typed(task.next))
  }
}

/** The same bytes on every keyboard; what came over the port is wiped. */
function typed(bytes: Uint8Array): Uint8Array {
  const same = passphraseBytes(new TextDecoder().decode(bytes))
  bytes.fill(0)
  return same
}
