/** Where the passphrase of a key file comes from: a file, a systemd credential, the terminal. Never argv or the environment. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../../adapters/durable-file.ts'
import { VivimError } from '../../contract/errors.ts'
import { passphraseBytes } from '../../crypto/passphrase.ts'
import type { Terminal } from '../cli/terminal.ts'

/** As short as a new passphrase may be, in characters. */
export const shortest = 8
const longestFile = 1024

/** The passphrase that was given without a person: `--passphrase-file`, else a systemd credential. */
export async function givenPassphrase(
  { passphraseFile, credentialsDirectory }: { passphraseFile: string | undefined; credentialsDirectory: string | undefined },
  say: (line: string) => void,
): Promise<Uint8Array | undefined> {
  if (passphraseFile !== undefined) {
    const text = await read(passphraseFile)
    if (text === undefined) throw new VivimError('bad-request', `There is no passphrase file at ${passphraseFile}.`)
    await warnOfOthers(passphraseFile, say)
    return bytesOf(text, passphraseFile)
  }
  if (credentialsDirectory === undefined) return undefined
  const path = join(credentialsDirectory, 'vivim-passphrase')
  const text = await read(path)
  return text === undefined ? undefined : bytesOf(text, path)
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new VivimError('bad-request', `The passphrase file ${path} cannot be read.`, { cause })
  }
}

function bytesOf(text: string, path: string): Uint8Array {
  const bytes = passphraseBytes(text)
  if (bytes.length === 0) throw new VivimError('bad-request', `The passphrase file ${path} is empty.`)
  if (bytes.length > longestFile) throw new VivimError('bad-request', `The passphrase file ${path} is too long to be one.`)
  return bytes
}

async function warnOfOthers(path: string, say: (line: string) => void): Promise<void> {
  // Windows tells nothing by the mode, and what is no plain file (a pipe) is gone once it was read.
  const facts = process.platform === 'win32' ? undefined : await stat(path).catch(() => undefined)
  if (facts?.isFile() && facts.mode & 0o077) say(`Other users of this machine can read ${path}; “chmod 600” keeps them out.`)
}

/** Asks for a passphrase that exists. */
export const askPassphrase = async (terminal: Terminal, question = 'Passphrase: ', signal?: AbortSignal): Promise<Uint8Array> =>
  passphraseBytes(await terminal.askHidden(question, signal))

/** Asks for a new one, twice. Undefined where the person pressed Enter and `mayBeEmpty`. */
export async function askNewPassphrase(
  terminal: Terminal,
  mayBeEmpty: boolean,
  signal?: AbortSignal,
): Promise<string | undefined> {
  for (;;) {
    const text = await terminal.askHidden('New passphrase: ', signal)
    if (text === '' && mayBeEmpty) return undefined
    if ([...text].length < shortest) terminal.say(`It needs at least ${shortest} characters.`)
    else if ((await terminal.askHidden('The same again: ', signal)) === text) return text
    else terminal.say('The two differ; once more.')
  }
}
