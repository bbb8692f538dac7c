/**
 * The system's keychain for the node, over the port. The keychain is opened, and proved, once for each start of the node.
 *
 * Invariants: `set` is acknowledged once what was written has been read back; `open` fails where the keychain does, so that
 * nothing is ever taken for absent in a keychain that does not work.
 */
import type { KeychainAnswer, KeychainAsk, StartKeys } from '../../node-core/contract/desktop-keys.ts'
import { toProblem, VivimError } from '../../node-core/contract/errors.ts'
import type { Keychain } from '../../node-core/ports/keychain.ts'
import type { EntryNames } from './names.ts'

export interface KeychainDoor {
  /** What the keychain holds of this store; nothing where it cannot be opened: the node asks for it, and hears why. */
  held(): Promise<StartKeys['held']>
  answer(question: KeychainAsk): Promise<Omit<KeychainAnswer, 'type' | 'ask'>>
  /** Why the keychain could not be opened the last time; undefined where it could. */
  readonly trouble: unknown
}

/** @param open the system's keychain, proved; throws where there is none or it is locked */
export function createKeychainDoor(open: () => Promise<Keychain>, names: EntryNames): KeychainDoor {
  let opened: Promise<Keychain> | undefined
  let trouble: unknown
  const keychain = () => {
    opened ??= open().then(
      (found) => {
        trouble = undefined
        return found
      },
      (error: unknown) => {
        trouble = error
        throw error
      },
    )
    return opened
  }

  const run = async (question: KeychainAsk): Promise<Omit<KeychainAnswer, 'type' | 'ask'>> => {
    const os = await keychain()
    if (question.do === 'open') return { name: os.name }
    const { entry } = question
    if (question.do === 'get') {
      const secret = await os.get(entry)
      if (secret) names.add(entry)
      return secret ? { secret } : {}
    }
    if (question.do === 'delete') {
      await os.delete(entry)
      names.remove(entry)
      return {}
    }
    await os.set(entry, question.secret)
    const kept = await os.get(entry)
    const same = kept !== undefined && Buffer.compare(kept, question.secret) === 0
    kept?.fill(0)
    if (!same) throw new VivimError('keychain-unavailable', 'It does not keep what it is given.')
    names.add(entry)
    return {}
  }

  return {
    get trouble() {
      return trouble
    },
    async held() {
      // Each start looks anew: the keychain may have come, gone or been unlocked.
      opened = undefined
      trouble = undefined
      if (names.all.length === 0) return []
      try {
        const os = await keychain()
        const held: StartKeys['held'] = []
        for (const entry of names.all) {
          const secret = await os.get(entry)
          if (secret) held.push({ entry, secret })
        }
        return held
      } catch {
        return []
      }
    },
    async answer(question) {
      try {
        return await run(question)
      } catch (error) {
        const { code, title, detail } = toProblem(error)
        return { failed: { code, text: detail ?? title } }
      } finally {
        if (question.do === 'set') question.secret.fill(0)
      }
    },
  }
}
