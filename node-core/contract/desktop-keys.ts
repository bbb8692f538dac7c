/**
 * What the app and its node say to each other about keys. The app has the system's keychain, the node has what it was
 * handed: secrets travel over the utility process's port alone, as bytes, and rest nowhere on their way.
 */
import { z } from 'zod'

const bytes = (longest: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= longest, `at most ${longest} bytes`)
const entry = z.string().min(1).max(300)
/** As long as the keychain port allows. */
const secret = bytes(2048)
/** Text that a person typed, as UTF-8: bytes can be filled with zeros, strings cannot. */
const typed = bytes(4096)
const ask = z.int().nonnegative()

/** What the node starts with. */
export const startKeys = z.object({
  /** What the system's keychain holds of this store, as far as the app knows its entries. */
  held: z.array(z.object({ entry, secret })).max(1000),
  /** Opens the key file, or seals a new store's. */
  passphrase: typed.optional(),
  /** A new store without a keychain gets a passphrase that rests in a file of the person's own. */
  generate: z.boolean().optional(),
  /** The 24 words: brings lost keys back before the node opens. */
  phrase: typed.optional(),
})
export type StartKeys = z.output<typeof startKeys>

/** The node's question to the system's keychain, which the app has. */
export const keychainAsk = z.discriminatedUnion('do', [
  /** Whether it is there and keeps what it is given; answered with its name. */
  z.object({ do: z.literal('open') }),
  z.object({ do: z.literal('get'), entry }),
  /** Answered once it was read back. */
  z.object({ do: z.literal('set'), entry, secret }),
  z.object({ do: z.literal('delete'), entry }),
])
export type KeychainAsk = z.output<typeof keychainAsk>

/** A failure as it crosses the port. */
export const failedAnswer = z.object({ code: z.string(), text: z.string() })
export type FailedAnswer = z.output<typeof failedAnswer>

export const keychainAnswer = z.object({
  type: z.literal('keychain-answer'),
  ask,
  /** To `open`. */
  name: z.string().optional(),
  /** To `get`; absent where the keychain positively has no such entry. */
  secret: secret.optional(),
  failed: failedAnswer.optional(),
})
export type KeychainAnswer = z.output<typeof keychainAnswer>

/** What the app has the running node do with its keys, for a person in the window. */
export const keysTask = z.discriminatedUnion('do', [
  /** Whether this passphrase opens the key file. */
  z.object({ do: z.literal('check'), passphrase: typed }),
  /** `current` is absent where the passphrase was made for the person, and rests in a file of theirs. */
  z.object({ do: z.literal('change-passphrase'), current: typed.optional(), next: typed }),
  /** From the key file into the system's keychain. */
  z.object({ do: z.literal('move-to-keychain'), current: typed.optional() }),
  /** From the system's keychain into a key file. */
  z.object({ do: z.literal('move-to-passphrase'), next: typed }),
])
export type KeysTask = z.output<typeof keysTask>

/** Where the keys rest: the system's keychain, or a key file that a passphrase opens. */
export const keysPlace = z.object({ backend: z.enum(['os', 'file']), name: z.string() })
export type KeysPlace = z.output<typeof keysPlace>

export const keysToNode = [
  keychainAnswer,
  z.object({ type: z.literal('keys'), ask, task: keysTask }),
  /** Ends the window’s session, and begins no other before it is told to. */
  z.object({ type: z.literal('lock') }),
  z.object({ type: z.literal('unlock') }),
] as const

export const keysFromNode = [
  z.object({ type: z.literal('keychain'), ask, question: keychainAsk }),
  z.object({ type: z.literal('keys-answer'), ask, failed: failedAnswer.optional() }),
  /** Sent once the node has opened, and whenever it changes. */
  z.object({ type: z.literal('keys-place'), place: keysPlace }),
  /** The window’s session has ended, as `lock` asked. */
  z.object({ type: z.literal('locked') }),
] as const
