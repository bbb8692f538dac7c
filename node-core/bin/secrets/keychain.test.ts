import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../tests/kit/clock.ts'
import { MemoryKeychain } from '../../adapters/keychain-memory/keychain.ts'
import { VivimError } from '../../contract/errors.ts'
import { passphraseBytes } from '../../crypto/passphrase.ts'
import type { Keychain } from '../../ports/keychain.ts'
import { createTerminal } from '../cli/terminal.ts'
import { generatedPath } from './generated.ts'
import { type KeychainNeeds, openKeychain, openKeychainAnew } from './keychain.ts'

let folder: string
let directory: string
let configDirectory: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vivim-keys-'))
  directory = join(folder, 'data')
  configDirectory = join(folder, 'config')
  await mkdir(directory, { mode: 0o700 })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const none = async (): Promise<Keychain> => {
  throw new VivimError('keychain-unavailable')
}
const secret = Uint8Array.of(1, 2, 3)

/** A start with what a person types, line by line; without it there is no terminal. */
function start(typed?: string[], needs: Partial<KeychainNeeds> = {}) {
  const tty = typed !== undefined
  const input = Object.assign(new PassThrough(), { isTTY: tty, setRawMode() {} })
  const errors = Object.assign(new PassThrough(), { isTTY: tty })
  const terminal = createTerminal(
    { input, output: new PassThrough(), errors },
    { json: false, environment: {}, monotonic: () => 0 },
  )
  input.write((typed ?? []).map((line) => `${line}\r`).join(''))
  let said = ''
  errors.on('data', (text) => {
    said += text
  })
  const all: KeychainNeeds = {
    directory,
    configDirectory,
    passphraseFile: undefined,
    credentialsDirectory: undefined,
    generate: false,
    random: seededRandom(1),
    terminal,
    openOs: none,
    ...needs,
  }
  return { needs: all, said: () => said }
}
async function use({ needs }: { needs: KeychainNeeds }, open = openKeychain): Promise<Keychain> {
  const { keychain, remember } = await open(needs)
  if (!(await keychain.get('account:a'))) await keychain.set('account:a', secret)
  await remember()
  return keychain
}
const passphraseFile = async (text = 'correct horse battery staple\n'): Promise<string> => {
  const path = join(folder, 'passphrase')
  await writeFile(path, text, { mode: 0o600 })
  return path
}

describe('a passphrase that was typed already', () => {
  it('opens the key file without a question, or is wrong', async () => {
    await use(start([], { passphraseFile: await passphraseFile() }))
    const again = start([], { typed: passphraseBytes('correct horse battery staple') })
    expect(await (await use(again)).get('account:a')).toEqual(secret)
    expect(again.said()).toBe('')
    await expect(
      openKeychain(start(['correct horse battery staple'], { typed: passphraseBytes('wrong') }).needs),
    ).rejects.toMatchObject({
      code: 'keychain-wrong-passphrase',
    })
  })
})

describe('a new store', () => {
  it('keeps its keys in the system’s keychain where there is one, and says so', async () => {
    const os = new MemoryKeychain()
    expect(await use(start([], { openOs: async () => os }))).toBe(os)
    expect(await readFile(join(directory, 'keychain.txt'), 'utf8')).toBe('os\n')
  })

  it('keeps them in a file where a passphrase was given, by option or by systemd', async () => {
    const path = await passphraseFile()
    expect((await use(start(undefined, { passphraseFile: path, openOs: async () => new MemoryKeychain() }))).name).toBe(
      'passphrase file',
    )
    expect(await readFile(join(directory, 'keychain.txt'), 'utf8')).toBe('file\n')
    const credentials = join(folder, 'credentials')
    await mkdir(credentials)
    await writeFile(join(credentials, 'vivim-passphrase'), 'correct horse battery staple')
    expect(await (await use(start(undefined, { credentialsDirectory: credentials }))).get('account:a')).toEqual(secret)
  })

  it('asks for a passphrase twice where there is no keychain, and again when the two differ or it is short', async () => {
    const first = start(['short', 'long enough', 'long enougg', 'long enough', 'long enough'])
    await use(first)
    expect(first.said()).toMatch(/no keychain.*\n.*Enter.*\n/)
    expect(first.said()).toMatch(/at least 8/)
    expect(first.said()).toMatch(/differ/)
    expect(first.said()).not.toContain('long enough')
    expect(await (await use(start(['wrong', 'long enough']))).get('account:a')).toEqual(secret)
  })

  it.each([
    ['in a terminal, at Enter', [''], false],
    ['without a terminal, where asked to', undefined, true],
  ] as const)('makes and keeps a passphrase %s', async (_, typed, generate) => {
    const first = start(typed && [...typed], { generate })
    await use(first)
    const path = generatedPath(configDirectory, directory)
    expect(first.said()).toContain(path)
    if (process.platform !== 'win32') {
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      expect((await stat(configDirectory)).mode & 0o777).toBe(0o700)
    }
    expect(first.said()).not.toContain((await readFile(path, 'utf8')).trim())
    // From now on it is found, whoever starts.
    expect(await (await use(start())).get('account:a')).toEqual(secret)
  })

  it('is not begun where there is no keychain and nobody to ask', async () => {
    await expect(openKeychain(start().needs)).rejects.toMatchObject({
      code: 'keychain-absent',
      detail: expect.stringContaining('--passphrase-file'),
    })
    expect(await readdir(directory)).toEqual([])
  })
})

describe('a store with keys', () => {
  it('stays with the system’s keychain when that is gone: no other is tried', async () => {
    await use(start([], { openOs: async () => new MemoryKeychain() }))
    const path = await passphraseFile()
    for (const needs of [{}, { passphraseFile: path }, { generate: true }]) {
      await expect(openKeychain(start(['typed it', 'typed it'], needs).needs)).rejects.toMatchObject({
        code: 'keychain-unavailable',
        detail: expect.stringContaining('24 words'),
      })
    }
    expect(await readdir(directory)).toEqual(['keychain.txt'])
  })

  it('stays with its file although a keychain has come', async () => {
    const path = await passphraseFile()
    await use(start(undefined, { passphraseFile: path }))
    await rm(join(directory, 'keychain.txt'))
    const opened = await use(start(undefined, { passphraseFile: path, openOs: async () => new MemoryKeychain() }))
    expect(opened.name).toBe('passphrase file')
  })

  it('whose key file is gone gets no new one', async () => {
    const path = await passphraseFile()
    await use(start(undefined, { passphraseFile: path }))
    await rm(join(directory, 'keychain.json'))
    await expect(
      openKeychain(start(undefined, { passphraseFile: path, generate: true, openOs: async () => new MemoryKeychain() }).needs),
    ).rejects.toMatchObject({ code: 'keys-missing', detail: expect.stringContaining('account recover') })
    expect(await readdir(directory)).toEqual(['keychain.txt'])
  })

  it('refuses a wrong passphrase, after three tries in a terminal', async () => {
    await use(start(undefined, { passphraseFile: await passphraseFile() }))
    const wrong = join(folder, 'wrong')
    await writeFile(wrong, 'something else', { mode: 0o600 })
    await expect(openKeychain(start(undefined, { passphraseFile: wrong }).needs)).rejects.toMatchObject({
      code: 'keychain-wrong-passphrase',
    })
    await expect(openKeychain(start(['a', 'b', 'c', 'correct horse battery staple']).needs)).rejects.toMatchObject({
      code: 'keychain-wrong-passphrase',
    })
    await expect(openKeychain(start().needs)).rejects.toMatchObject({
      code: 'passphrase-needed',
      detail: expect.stringContaining('--passphrase-file'),
    })
  })

  it.each([
    ['empty', '\n'],
    ['endless', 'x'.repeat(2000)],
  ])('refuses a passphrase file that is %s', async (_, text) => {
    const path = await passphraseFile(text)
    await expect(openKeychain(start(undefined, { passphraseFile: path }).needs)).rejects.toMatchObject({ code: 'bad-request' })
  })
})

describe('recovering', () => {
  it('goes on with the file where its passphrase is known', async () => {
    const path = await passphraseFile()
    await use(start(undefined, { passphraseFile: path }))
    expect(await (await use(start(undefined, { passphraseFile: path }), openKeychainAnew)).get('account:a')).toEqual(secret)
  })

  it('sets a file aside that nobody can open, and chooses anew', async () => {
    await use(start(undefined, { passphraseFile: await passphraseFile() }))
    const os = new MemoryKeychain()
    expect(await use(start(['a', 'b', 'c', 'y'], { openOs: async () => os }), openKeychainAnew)).toBe(os)
    expect((await readdir(directory)).sort()).toEqual(['keychain.json.before-recovery', 'keychain.txt'])
    expect(await readFile(join(directory, 'keychain.txt'), 'utf8')).toBe('os\n')
  })

  it('moves from a keychain that is gone to a file', async () => {
    await use(start([], { openOs: async () => new MemoryKeychain() }))
    const opened = await use(start(undefined, { passphraseFile: await passphraseFile() }), openKeychainAnew)
    expect(opened.name).toBe('passphrase file')
    expect(await readFile(join(directory, 'keychain.txt'), 'utf8')).toBe('file\n')
  })
})
