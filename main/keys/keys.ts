/**
 * The node's keys: taken out of the system's keychain at each start of the node and handed over in memory, or opened by a
 * passphrase that a person types. What the app itself holds is that passphrase, until everything is locked or the app ends.
 */
import { timingSafeEqual } from 'node:crypto'
import type { FromNode, Start, ToNode } from '../../node-core/contract/desktop.ts'
import type { FailedAnswer, KeysPlace, KeysTask } from '../../node-core/contract/desktop-keys.ts'
import { errorOf, VivimError } from '../../node-core/contract/errors.ts'
import type { KeysAbout } from '../../node-core/contract/shell-keys.ts'
import type { KeychainDoor } from './door.ts'

export interface Keys {
  /** What the node starts with; gathered anew for each start, so that nothing has to be kept in between. Never rejects. */
  gather(): Promise<Pick<Start, 'keys'>>
  /** Hears what the node says; `answer` reaches the very process that said it. */
  hear(message: FromNode, answer: (message: ToNode) => void): void
  readonly recovering: boolean
  readonly about: KeysAbout | undefined
  /** Whether the keys rest under a passphrase that a person typed, also while the node is on its way. */
  readonly typed: boolean
  /** For the next start: the passphrase of the key file, or of a new one. */
  give(passphrase: string): void
  /** For the next start of a new store: a passphrase is made, and kept in a file. */
  generate(): void
  /** For the next start: the 24 words, and a passphrase where there is no keychain. */
  recover(phrase: string, passphrase: string | undefined): void
  /** Has the running node do something. Errors: as it says, `unavailable` where none runs. */
  task(task: KeysTask): Promise<void>
  /**
   * Resolves where `text` is the passphrase; without a node it is compared with the one that is held.
   * Error: `keychain-wrong-passphrase`.
   */
  check(text: string): Promise<void>
  /** The node does not run: nothing is answered any more. */
  ended(): void
  /** Fills what is held with zeros. */
  forget(): void
}

export interface KeysParts {
  readonly door: KeychainDoor
  /** Says something to the node that runs. */
  readonly say: (message: { type: 'keys'; ask: number; task: KeysTask }) => void
  /** True while the windows are locked: a session that a new start of the node begins is ended again. */
  readonly windowsLocked: () => boolean
  /** Called whenever something that windows show may have changed. */
  readonly changed: () => void
}

export function createKeys({ door, say, windowsLocked, changed }: KeysParts): Keys {
  let place: KeysPlace | undefined
  /** Where the keys were when a node last said so. */
  let backend: KeysPlace['backend'] | undefined
  let passphrase: Buffer | undefined
  let phrase: Buffer | undefined
  let generate = false
  let recovering = false
  /** Copies that the node was started with: the port has copied them again. */
  let handedOut: Uint8Array[] = []
  const wipe = () => {
    for (const bytes of handedOut) bytes.fill(0)
    handedOut = []
  }
  let asks = 0
  const tasks = new Map<number, (failed: FailedAnswer | undefined) => void>()

  const keep = (text: string | undefined) => {
    passphrase?.fill(0)
    passphrase = text === undefined ? undefined : bytesOf(text)
  }
  const endTasks = (failed: FailedAnswer) => {
    for (const settle of [...tasks.values()]) settle(failed)
  }

  const isTyped = () => passphrase !== undefined && backend !== 'os'
  const task: Keys['task'] = async (task) => {
    try {
      if (!place) throw new VivimError('unavailable')
      const ask = asks++
      const failed = await new Promise<FailedAnswer | undefined>((resolve) => {
        tasks.set(ask, resolve)
        say({ type: 'keys', ask, task })
      }).finally(() => tasks.delete(ask))
      if (failed) throw errorOf(failed)
      if (task.do === 'change-passphrase' || task.do === 'move-to-passphrase') keep(new TextDecoder().decode(task.next))
      if (task.do === 'move-to-keychain') keep(undefined)
    } finally {
      for (const bytes of Object.values(task)) if (bytes instanceof Uint8Array) bytes.fill(0)
    }
  }

  return {
    get recovering() {
      return recovering
    },
    get about() {
      return place && { place: place.backend, name: place.name, typed: isTyped() }
    },
    get typed() {
      return isTyped()
    },
    async gather() {
      wipe()
      place = undefined
      endTasks({ code: 'unavailable', text: 'The node was started again.' })
      const held = await door.held()
      const once = { ...(phrase && { phrase }), ...(generate && { generate }) }
      recovering = phrase !== undefined
      phrase = undefined
      generate = false
      const own = passphrase && Uint8Array.from(passphrase)
      handedOut = [...held.map(({ secret }) => secret), ...(once.phrase ? [once.phrase] : []), ...(own ? [own] : [])]
      return { keys: { held, ...once, ...(own && { passphrase: own }) } }
    },
    hear(message, post) {
      wipe()
      switch (message.type) {
        case 'keychain':
          void door.answer(message.question).then((answer) => {
            post({ type: 'keychain-answer', ask: message.ask, ...answer })
            answer.secret?.fill(0)
          })
          return
        case 'keys-answer':
          return tasks.get(message.ask)?.(message.failed)
        case 'keys-place':
          place = message.place
          backend = place.backend
          return changed()
        case 'session':
          if (windowsLocked()) post({ type: 'lock' })
          return
        case 'failed':
          if (message.code === 'keychain-wrong-passphrase') keep(undefined)
          return
        default:
          return
      }
    },
    give(text) {
      keep(text)
      backend = undefined
    },
    generate() {
      generate = true
    },
    recover(words, next) {
      phrase?.fill(0)
      phrase = bytesOf(words)
      if (next === undefined) return
      keep(next)
      backend = undefined
    },
    task,
    async check(text) {
      if (place) return await task({ do: 'check', passphrase: bytesOf(text) })
      if (!passphrase) throw new VivimError('unavailable')
      const given = bytesOf(text)
      const same = given.length === passphrase.length && timingSafeEqual(given, passphrase)
      given.fill(0)
      if (!same) throw new VivimError('keychain-wrong-passphrase')
    },
    ended() {
      place = undefined
      endTasks({ code: 'unavailable', text: 'The node has ended.' })
    },
    forget() {
      keep(undefined)
      phrase?.fill(0)
      phrase = undefined
      place = undefined
    },
  }
}

/** Text as bytes, which can be filled with zeros; the string itself stays where the engine put it until it is collected. */
export const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8')
