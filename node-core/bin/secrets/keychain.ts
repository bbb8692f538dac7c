/**
 * Which keychain a node opens with.
 *
 * Invariants: a store stays with the backend that holds its keys; when that one is gone the person is told, and no
 * other is tried in its place. Only recovering with the phrase chooses anew.
 */
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { hasFileKeychain, openFileKeychain } from '../../adapters/keychain-file/keychain.ts'
import { isVivimError, VivimError } from '../../contract/errors.ts'
import { passphraseBytes } from '../../crypto/passphrase.ts'
import type { RandomBytes } from '../../ports/clock.ts'
import type { Keychain } from '../../ports/keychain.ts'
import type { Terminal } from '../cli/terminal.ts'
import { generatedPath, makeGenerated, readGenerated } from './generated.ts'
import { type Backend, readMarker, writeMarker } from './marker.ts'
import { askNewPassphrase, askPassphrase, givenPassphrase, shortest } from './passphrase.ts'

export interface KeychainNeeds {
  /** The data directory. */
  readonly directory: string
  /** The user's own, for a generated passphrase. */
  readonly configDirectory: string
  readonly passphraseFile: string | undefined
  /** systemd's `$CREDENTIALS_DIRECTORY`. */
  readonly credentialsDirectory: string | undefined
  /** Where there is neither a keychain nor a passphrase nor somebody to ask: make a passphrase and keep it. */
  readonly generate: boolean
  readonly random: RandomBytes
  readonly terminal: Terminal
  /** What a person has typed for it already: it is not asked again. */
  readonly typed?: Uint8Array | undefined
  /** The system's keychain; throws `keychain-unavailable` where there is none. */
  readonly openOs: () => Promise<Keychain>
}
export interface OpenKeychain {
  readonly keychain: Keychain
  /** Writes down which backend it is; called once a node has opened with it. */
  remember(): Promise<void>
}

/** Opens the keychain of a store, or chooses one for a new store. Errors: the keychains', `keys-missing`, `bad-request`. */
export async function openKeychain(needs: KeychainNeeds): Promise<OpenKeychain> {
  const backend = await backendOf(needs.directory)
  const keychain = backend === 'os' ? await theOs(needs) : backend === 'file' ? await theFile(needs) : undefined
  return keychain ? opened(needs, backend, keychain) : await chooseKeychain(needs)
}

/**
 * Opens or chooses a keychain for recovering with the phrase: the one of before where it still opens. A key file that
 * nobody can open any more is moved aside, not overwritten.
 */
export async function openKeychainAnew(needs: KeychainNeeds): Promise<OpenKeychain> {
  const { directory, terminal } = needs
  try {
    const keychain = (await hasFileKeychain(directory))
      ? await theFile(needs)
      : (await readMarker(directory)) === 'os'
        ? await needs.openOs()
        : undefined
    if (keychain) return opened(needs, undefined, keychain)
  } catch (error) {
    if (!isVivimError(error, 'keychain-wrong-passphrase', 'keychain-corrupt', 'keychain-unavailable', 'passphrase-needed'))
      throw error
    if (await hasFileKeychain(directory)) {
      if (terminal.interactive) {
        const answer = await terminal.ask('The key file does not open. Set it aside and go on with the phrase? [y/N] ')
        if (!/^y(es)?$/i.test(answer.trim())) throw error
      }
      await rename(join(directory, 'keychain.json'), join(directory, 'keychain.json.before-recovery'))
    }
  }
  return await chooseKeychain(needs)
}

/** Undefined for a store that is new. */
const backendOf = async (directory: string): Promise<Backend | undefined> =>
  (await readMarker(directory)) ?? ((await hasFileKeychain(directory)) ? 'file' : undefined)

const opened = ({ directory }: KeychainNeeds, known: Backend | undefined, keychain: Keychain): OpenKeychain => ({
  keychain,
  remember: () => writeMarker(directory, known ?? (keychain.name === 'passphrase file' ? 'file' : 'os')),
})

async function theOs({ openOs, passphraseFile, terminal }: KeychainNeeds): Promise<Keychain> {
  if (passphraseFile !== undefined)
    terminal.say('This store’s keys rest in the system’s keychain; the passphrase file is not used.')
  try {
    return await openOs()
  } catch (cause) {
    if (!isVivimError(cause, 'keychain-unavailable')) throw cause
    throw new VivimError(
      'keychain-unavailable',
      [
        'This store’s keys were put into the system’s keychain, and it does not answer now. Start where it is unlocked (a desktop session);',
        'if it is gone for good, “vivim account recover” brings the keys back with the 24 words.',
      ].join(' '),
      { cause },
    )
  }
}

async function theFile(needs: KeychainNeeds): Promise<Keychain> {
  const { directory, configDirectory, random, terminal, typed } = needs
  if (!(await hasFileKeychain(directory))) {
    throw new VivimError(
      'keys-missing',
      'The key file keychain.json is gone from the data directory. Put it back, or run “vivim account recover”.',
    )
  }
  const open = (passphrase: Uint8Array) => openFileKeychain({ directory, passphrase, random })
  const given = await givenPassphrase(needs, terminal.say)
  if (given) return await open(given)
  if (typed) return await open(Uint8Array.from(typed))
  const generated = await readGenerated(generatedPath(configDirectory, directory))
  if (generated !== undefined) {
    try {
      return await open(passphraseBytes(generated))
    } catch (error) {
      if (!isVivimError(error, 'keychain-wrong-passphrase') || !terminal.interactive) throw error
    }
  }
  if (!terminal.interactive) {
    throw new VivimError(
      'passphrase-needed',
      'The keys are sealed with a passphrase. Give --passphrase-file FILE, or run this in a terminal.',
    )
  }
  for (let tries = 1; ; tries++) {
    try {
      return await open(await askPassphrase(terminal))
    } catch (error) {
      if (!isVivimError(error, 'keychain-wrong-passphrase') || tries === 3) throw error
      terminal.say(error.message)
    }
  }
}

async function chooseKeychain(needs: KeychainNeeds): Promise<OpenKeychain> {
  const { directory, random, terminal, typed, openOs } = needs
  const file = async (passphrase: Uint8Array) => opened(needs, 'file', await openFileKeychain({ directory, passphrase, random }))
  const given = await givenPassphrase(needs, terminal.say)
  if (given) return await file(given)
  if (typed) return await file(newTyped(typed))
  try {
    return opened(needs, 'os', await openOs())
  } catch (error) {
    if (!isVivimError(error, 'keychain-unavailable')) throw error
    return await file(passphraseBytes(await newPassphrase(needs, error)))
  }
}

/** Where a person was asked for it by a window: by the same rule as in a terminal. */
function newTyped(typed: Uint8Array): Uint8Array {
  if ([...new TextDecoder().decode(typed)].length < shortest)
    throw new VivimError('bad-request', `A passphrase needs at least ${shortest} characters.`)
  return Uint8Array.from(typed)
}

async function newPassphrase(
  { directory, configDirectory, random, terminal, generate }: KeychainNeeds,
  cause: VivimError,
): Promise<string> {
  if (terminal.interactive) {
    terminal.say('This machine has no keychain to keep your keys in, so a passphrase protects them: you give it at every start.')
    terminal.say('Press Enter for a random one instead, kept in a file that only you can read.')
    const text = await askNewPassphrase(terminal, true)
    if (text !== undefined) return text
  } else if (!generate) {
    throw new VivimError(
      'keychain-absent',
      'There is no keychain here for a new store’s keys. Give --passphrase-file FILE, or begin with “vivim serve” in a terminal or with --generate-passphrase.',
      { cause },
    )
  }
  const path = generatedPath(configDirectory, directory)
  const text = await makeGenerated(path, random)
  terminal.say(`There is no keychain here, so a random passphrase was made. It protects your keys and is kept in ${path}.`)
  terminal.say(
    'Whoever can read that file and the data directory can read your data. “vivim account passphrase” sets one that only you know.',
  )
  return text
}
