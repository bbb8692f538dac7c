/** Keys and locks, as the page in the desktop window knows them. */
import { z } from 'zod'

/**
 * Why the system's keychain cannot be used. `none`: there is none, or it keeps nothing encrypted (`basic_text`). `wallet`: a
 * KDE wallet that does not offer the Secret Service. `locked`: it is there and nobody unlocked it. `silent`: it does not answer.
 */
export const keychainTrouble = z.enum(['none', 'wallet', 'locked', 'silent'])
export type KeychainTrouble = z.output<typeof keychainTrouble>

/** What a window shows instead of the library, and why; `open`: the library. */
export const keysState = z.discriminatedUnion('is', [
  z.object({ is: z.literal('open') }),
  /** The node starts; the system may be asking the person to unlock its keychain. */
  z.object({ is: z.literal('opening') }),
  /** The windows are locked, the node goes on. `how`: what unlocks them. */
  z.object({
    is: z.literal('locked'),
    by: z.enum(['system', 'idle', 'person']),
    how: z.enum(['touch', 'passphrase', 'click']),
  }),
  /** Everything is locked: the node is stopped, its keys are forgotten. */
  z.object({ is: z.literal('closed') }),
  z.object({ is: z.literal('passphrase'), wrong: z.boolean() }),
  /** A new store, and no keychain: nothing was made yet. */
  z.object({ is: z.literal('choose'), trouble: keychainTrouble }),
  /** A store whose keys are in a keychain that cannot be used now. */
  z.object({ is: z.literal('keychain'), trouble: keychainTrouble }),
  /** A store whose keys the keychain says it does not have. */
  z.object({ is: z.literal('missing') }),
  /** The recovery phrase that was given did not open the store. */
  z.object({ is: z.literal('refused'), code: z.string() }),
  /** Anything else that keeps the node from starting. */
  z.object({ is: z.literal('failed'), code: z.string(), text: z.string() }),
])
export type KeysState = z.output<typeof keysState>

/** Where the keys rest. `typed`: in a key file whose passphrase the person gives at each start. */
export const keysAbout = z.object({
  place: z.enum(['os', 'file']),
  name: z.string(),
  typed: z.boolean(),
})
export type KeysAbout = z.output<typeof keysAbout>

/** When the windows lock by themselves. */
export const lockSettings = z.object({
  /** After so many minutes without a key or a movement on this computer; 0: never. */
  idleMinutes: z.int().min(0).max(240),
  /** When the system's screen locks. */
  withSystem: z.boolean(),
})
export type LockSettings = z.output<typeof lockSettings>

const passphrase = z.string().min(1).max(1024)
const newPassphrase = z.string().min(8).max(1024)
const nothing = z.undefined()

export const keysMethods = {
  'keys.state': { input: nothing, output: keysState },
  'keys.again': { input: nothing, output: nothing },
  'keys.passphrase': { input: z.object({ passphrase }), output: nothing },
  /** For a new store: a passphrase, or one that is made and kept in a file. */
  'keys.choose': {
    input: z.union([z.object({ passphrase: newPassphrase }), z.object({ generate: z.literal(true) })]),
    output: nothing,
  },
  /** With the 24 words; `passphrase`: for a new key file where there is no keychain. */
  'keys.recover': {
    input: z.object({ phrase: z.string().min(1).max(1000), passphrase: newPassphrase.optional() }),
    output: nothing,
  },
  'keys.about': { input: nothing, output: keysAbout.nullable() },
  /** `current` is absent where the passphrase was made for the person. Error: `keychain-wrong-passphrase`. */
  'keys.change-passphrase': { input: z.object({ current: passphrase.optional(), next: newPassphrase }), output: nothing },
  'keys.move': {
    input: z.union([
      z.object({ to: z.literal('os'), current: passphrase.optional() }),
      z.object({ to: z.literal('file'), next: newPassphrase }),
    ]),
    output: nothing,
  },
  'locks.windows': { input: nothing, output: nothing },
  'locks.everything': { input: nothing, output: nothing },
  /** `passphrase`: where that is what unlocks. Error: `keychain-wrong-passphrase`; `cancelled` where the system’s prompt was. */
  'locks.unlock': { input: z.object({ passphrase: passphrase.optional() }), output: nothing },
  'locks.settings': { input: nothing, output: lockSettings },
  'locks.change': { input: lockSettings, output: nothing },
} as const

export const keysEvent = z.object({ type: z.literal('keys'), state: keysState })
