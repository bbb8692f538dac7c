/**
 * The keychain of the system: Secret Service (Linux), macOS Keychain, Windows Credential Manager.
 *
 * Invariant: on Linux the store is pinned to the Secret Service, because the library would otherwise fall back to the
 * kernel's keyring, which forgets at the next start; and nothing is taken for absent before the backend has proved
 * that it keeps what it is given.
 */
import { AsyncEntry } from '@napi-rs/keyring'
import { VivimError } from '../../contract/errors.ts'
import type { RandomBytes } from '../../ports/clock.ts'
import type { Keychain } from '../../ports/keychain.ts'
import { greetSessionBus } from './session-bus.ts'

const LIMIT = 2048
const options = { linux: { store: 'secret-service' } } as const
const names: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'Secret Service',
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager',
}

export interface OsKeychainOptions {
  readonly random: RandomBytes
  /** What the entries are filed under. */
  readonly service?: string
  /** How long an answer may take, in milliseconds: a person may have to unlock it first. */
  readonly timeoutMs?: number
}

/**
 * The system's keychain, proved to keep what it is given. Error: `keychain-unavailable` where there is none, where it
 * is locked, or where it does not answer in time.
 */
export async function openOsKeychain({
  random,
  service = 'vivim-node',
  timeoutMs = 30_000,
}: OsKeychainOptions): Promise<Keychain> {
  const keychain = new OsKeychain(service, random, timeoutMs)
  await keychain.probe()
  return keychain
}

class OsKeychain implements Keychain {
  readonly name = names[process.platform] ?? process.platform
  readonly #service: string
  readonly #random: RandomBytes
  readonly #timeoutMs: number

  constructor(service: string, random: RandomBytes, timeoutMs: number) {
    this.#service = service
    this.#random = random
    this.#timeoutMs = timeoutMs
  }

  async get(entry: string): Promise<Uint8Array | undefined> {
    const secret = await this.#read(entry)
    if (secret) return secret
    // Some backends answer “no such entry” while they are locked.
    await this.probe()
    return await this.#read(entry)
  }

  async set(entry: string, secret: Uint8Array): Promise<void> {
    if (secret.length > LIMIT) throw new VivimError('too-large', 'A keychain entry holds at most 2 KiB.')
    // Bytes, not base64: Windows holds 2,560 bytes in all.
    const kept = Uint8Array.from(secret)
    await this.#ask(entry, (backend, signal) => backend.setSecret(kept, signal))
  }

  async delete(entry: string): Promise<void> {
    await this.#ask(entry, (backend, signal) => backend.deleteCredential(signal))
  }

  /** Writes, reads and deletes an entry of its own. */
  async probe(): Promise<void> {
    const entry = `probe:${Buffer.from(this.#random(8)).toString('hex')}`
    const secret = this.#random(32)
    await this.set(entry, secret)
    const kept = await this.#read(entry)
    await this.delete(entry)
    if (!kept || Buffer.compare(kept, secret) !== 0)
      throw new VivimError('keychain-unavailable', 'It does not keep what it is given.')
  }

  async #read(entry: string): Promise<Uint8Array | undefined> {
    const secret = await this.#ask(entry, (backend, signal) => backend.getSecret(signal))
    return secret ? Uint8Array.from(secret) : undefined
  }

  async #ask<T>(entry: string, question: (backend: AsyncEntry, signal: AbortSignal) => Promise<T>): Promise<T> {
    if (process.platform === 'linux') await greetSessionBus(process.env['DBUS_SESSION_BUS_ADDRESS'], this.#timeoutMs)
    const signal = AbortSignal.timeout(this.#timeoutMs)
    const { promise: late, reject } = Promise.withResolvers<never>()
    late.catch(() => undefined)
    // The library's own abort only reaches calls that have not begun.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    try {
      return await Promise.race([question(new AsyncEntry(this.#service, entry, options), signal), late])
    } catch (cause) {
      const detail = signal.aborted ? `It gave no answer in ${Math.ceil(this.#timeoutMs / 1000)} seconds.` : 'It refused.'
      throw new VivimError(
        'keychain-unavailable',
        `${detail} Unlock the ${this.name} and try again, or keep the keys in a passphrase file.`,
        { cause },
      )
    }
  }
}
