/** What a person in the window has the running node do with its keys. Every passphrase is filled with zeros behind it. */
import type { KeysTask } from '../../contract/desktop-keys.ts'
import { VivimError } from '../../contract/errors.ts'
import { passphraseBytes } from '../../crypto/passphrase.ts'
import type { MovableKeychain } from '../../ports/keychain.ts'

export interface KeysTaskParts {
  readonly keychain: MovableKeychain
  /** Every name that the store may have put into the system's keychain. */
  entries(): Promise<string[]>
  /** The passphrase that was made for the person, where one was. */
  made: {
    read(): Promise<string | undefined>
    /** It opens nothing any more. */
    remove(): Promise<void>
  }
}

export async function doKeysTask(task: KeysTask, { keychain, entries, made }: KeysTaskParts): Promise<void> {
  const present = async (given: Uint8Array | undefined): Promise<Uint8Array> => {
    if (given) return typed(given)
    const text = await made.read()
    if (text === undefined) throw new VivimError('passphrase-needed')
    return passphraseBytes(text)
  }
  switch (task.do) {
    case 'check':
      return await keychain.checkPassphrase(typed(task.passphrase))
    case 'change-passphrase':
      await keychain.changePassphrase(await present(task.current), typed(task.next))
      return await made.remove()
    case 'move-to-keychain':
      await keychain.moveTo('os', [], await present(task.current))
      return await made.remove()
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
