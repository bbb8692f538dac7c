import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keychainAcceptance } from '../../../tests/acceptance/keychain.ts'
import { requires } from '../../../tests/kit/requires.ts'
import { passphraseBytes } from '../../crypto/passphrase.ts'
import { type FileKeychain, hasFileKeychain, openFileKeychain } from './keychain.ts'

const cost = { memory: 64, passes: 2, lanes: 1 }
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vivim-keychain-'))
})
afterAll(async () => {
  await rm(root, { recursive: true })
})
let count = 0
const fresh = (): string => join(root, String(++count), 'data')
const openIn = (directory: string, passphrase = 'open sesame'): Promise<FileKeychain> =>
  openFileKeychain({ directory, passphrase: passphraseBytes(passphrase), random: randomBytes, cost })
const secret = Uint8Array.of(1, 2, 3)

keychainAcceptance('FileKeychain', async () => {
  const directory = fresh()
  return { keychain: await openIn(directory), reopen: () => openIn(directory) }
})

describe('FileKeychain', () => {
  it('writes its file at the first entry, for its owner alone, with nothing readable in it', async (context) => {
    const directory = fresh()
    const keychain = await openIn(directory)
    expect(await hasFileKeychain(directory)).toBe(false)
    await keychain.set('account:alice', new TextEncoder().encode('a plain secret'))
    expect(await hasFileKeychain(directory)).toBe(true)
    expect(await readdir(directory)).toEqual(['keychain.json'])
    const text = await readFile(join(directory, 'keychain.json'), 'utf8')
    for (const word of ['alice', 'plain', Buffer.from('a plain secret').toString('base64')]) expect(text).not.toContain(word)
    await requires(context, 'posix')
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect((await stat(join(directory, 'keychain.json'))).mode & 0o777).toBe(0o600)
    await chmod(join(directory, 'keychain.json'), 0o644)
    await keychain.set('b', secret)
    expect((await stat(join(directory, 'keychain.json'))).mode & 0o777).toBe(0o600)
  })

  it('opens with its passphrase only, and wipes what it was given', async () => {
    const directory = fresh()
    await (await openIn(directory)).set('a', secret)
    await expect(openIn(directory, 'open barley')).rejects.toMatchObject({ code: 'keychain-wrong-passphrase' })
    const passphrase = passphraseBytes('open sesame')
    const keychain = await openFileKeychain({ directory, passphrase, random: randomBytes })
    expect(passphrase.every((byte) => byte === 0)).toBe(true)
    expect(await keychain.get('a')).toEqual(secret)
    await expect(openIn(fresh(), '')).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('says that a damaged file is damaged and leaves it as it is', async () => {
    const directory = fresh()
    const path = join(directory, 'keychain.json')
    await (await openIn(directory)).set('a', secret)
    const text = await readFile(path, 'utf8')
    for (const damaged of ['', text.slice(0, 100), text.replace(/"sealed": "..../, '"sealed": "AAAA')]) {
      await writeFile(path, damaged)
      await expect(openIn(directory)).rejects.toMatchObject({ code: 'keychain-corrupt' })
      expect(await readFile(path, 'utf8')).toBe(damaged)
    }
  })

  it('survives a write that was cut off', async () => {
    const directory = fresh()
    await (await openIn(directory)).set('a', secret)
    await writeFile(join(directory, 'keychain.json.new'), '{"version":1,')
    const keychain = await openIn(directory)
    expect(await keychain.get('a')).toEqual(secret)
    await keychain.set('b', secret)
    expect(await readdir(directory)).toEqual(['keychain.json'])
  })

  it('changes its passphrase and keeps its entries', async () => {
    const directory = fresh()
    const keychain = await openIn(directory)
    await keychain.set('a', secret)
    const change = (current: string, next: string) =>
      keychain.changePassphrase(passphraseBytes(current), passphraseBytes(next), cost)
    await expect(change('wrong', 'next')).rejects.toMatchObject({ code: 'keychain-wrong-passphrase' })
    await expect(change('open sesame', '')).rejects.toMatchObject({ code: 'bad-request' })
    await change('open sesame', 'next')
    await keychain.set('b', secret)
    await expect(openIn(directory)).rejects.toMatchObject({ code: 'keychain-wrong-passphrase' })
    const later = await openIn(directory, 'next')
    expect([await later.get('a'), await later.get('b')]).toEqual([secret, secret])
  })

  it('does not overwrite what another process wrote', async () => {
    const directory = fresh()
    const [one, two] = [await openIn(directory), await openIn(directory)]
    await one.set('a', secret)
    await expect(two.set('b', secret)).rejects.toMatchObject({ code: 'conflict' })
    await expect(two.changePassphrase(passphraseBytes('open sesame'), passphraseBytes('next'), cost)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await (await openIn(directory)).get('a')).toEqual(secret)
  })
})
