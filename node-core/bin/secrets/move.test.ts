/** Keys on the move: whatever is cut off, whenever, the store opens as before or as after. */
import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasFileKeychain, openFileKeychain } from '../../adapters/keychain-file/keychain.ts'
import { MemoryKeychain } from '../../adapters/keychain-memory/keychain.ts'
import { passphraseBytes } from '../../crypto/passphrase.ts'
import type { Keychain } from '../../ports/keychain.ts'
import { readMarker, writeMarker } from './marker.ts'
import { finishMove, removeCopies } from './move.ts'
import { StoreKeychain } from './store-keychain.ts'

const cost = { memory: 64, passes: 2, lanes: 1 }
const names = ['device:a', 'node:a', 'tls:a', 'device:b']
const secrets = new Map([
  ['device:a', Uint8Array.of(1, 2, 3)],
  ['node:a', Uint8Array.of(4)],
  ['device:b', randomBytes(2048)],
])
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vivim-move-'))
})
afterAll(() => rm(root, { recursive: true }))
let count = 0
const passphrase = (text = 'open sesame') => passphraseBytes(text)
const openFile = (directory: string, text?: string) =>
  openFileKeychain({ directory, passphrase: passphrase(text), random: randomBytes, cost })

/** A store whose keys are at `place`, and a system's keychain. */
async function store(place: 'os' | 'file') {
  const directory = join(root, String(count++))
  const os = new MemoryKeychain()
  const current: Keychain = place === 'os' ? os : await openFile(directory)
  // The file's own folder is made by its first entry.
  for (const [entry, secret] of secrets) await current.set(entry, secret)
  if (place === 'os') await mkdir(directory)
  await writeMarker(directory, place)
  const moved: string[] = []
  const steps: string[] = []
  const open = (onStep?: (step: string) => void) =>
    new StoreKeychain(current, {
      directory,
      random: randomBytes,
      cost,
      openOs: async () => os,
      onMoved: ({ place }) => void moved.push(place),
      onStep: (step) => {
        steps.push(step)
        onStep?.(step)
      },
    })
  return { directory, os, open, moved, steps }
}
/** Every secret, as the place that the marker names has it at the next start. */
async function found(directory: string, os: Keychain): Promise<Keychain> {
  const keychain = (await readMarker(directory)) === 'os' ? os : await openFile(directory)
  for (const [entry, secret] of secrets) expect(await keychain.get(entry)).toEqual(Uint8Array.from(secret))
  return keychain
}
const left = async (os: Keychain): Promise<string[]> => {
  const there: string[] = []
  for (const name of names) if (await os.get(name)) there.push(name)
  return there
}

describe('moving the keys', () => {
  it('into a key file: read back, then used, then gone from the keychain', async () => {
    const { directory, os, open, moved, steps } = await store('os')
    const keychain = open()
    const typed = passphrase()
    await keychain.moveTo('file', names, typed)
    expect(typed.every((byte) => byte === 0)).toBe(true)
    expect(steps).toEqual(['filled', 'placed', 'marked', 'emptied'])
    expect(moved).toEqual(['file'])
    expect([keychain.place, keychain.name]).toEqual(['file', 'passphrase file'])
    expect((await readdir(directory)).sort()).toEqual(['keychain.json', 'keychain.txt'])
    await found(directory, os)
    expect(await left(os)).toEqual([])
    await keychain.set('tls:a', Uint8Array.of(7))
    expect(await (await openFile(directory)).get('tls:a')).toEqual(Uint8Array.of(7))
  })

  it('into the keychain: the passphrase is asked for, and the file is gone after it', async () => {
    const { directory, os, open, moved } = await store('file')
    const keychain = open()
    await expect(keychain.moveTo('os', [], passphrase('wrong one'))).rejects.toMatchObject({ code: 'keychain-wrong-passphrase' })
    await expect(keychain.moveTo('file', [], passphrase())).rejects.toMatchObject({ code: 'already-there' })
    expect(await left(os)).toEqual([])
    await keychain.moveTo('os', [], passphrase())
    expect(moved).toEqual(['os'])
    expect(keychain.place).toBe('os')
    expect(await readdir(directory)).toEqual(['keychain.txt'])
    await found(directory, os)
  })

  it('changes nothing where the new place does not keep what it is given, or there is nothing to move', async () => {
    const { directory, os, open } = await store('file')
    os.set = async () => undefined
    await expect(open().moveTo('os', [], passphrase())).rejects.toMatchObject({ code: 'keychain-unavailable' })
    await found(directory, os)
    const empty = await store('os')
    await expect(empty.open().moveTo('file', ['device:other'], passphrase())).rejects.toMatchObject({ code: 'keys-missing' })
    expect(await hasFileKeychain(empty.directory)).toBe(false)
    await found(empty.directory, empty.os)
  })

  it.each([
    ['os', 'file', ['filled', 'placed', 'marked', 'emptied']],
    ['file', 'os', ['filled', 'marked', 'emptied']],
  ] as const)('from %s to %s, cut off after each step: it opens, and moves at the next try', async (from, to, steps) => {
    for (const last of steps) {
      const { directory, os, open } = await store(from)
      // What a power cut leaves: the disk as it was at that step. What comes after it is undone.
      const cut = `${directory}-cut`
      const keptOs = new Map<string, Uint8Array>()
      let copied: Promise<unknown> = Promise.resolve()
      const keychain = open((step) => {
        if (step === last) copied = snapshot(directory, cut, os, keptOs)
      })
      await keychain.moveTo(to, names, passphrase())
      await copied

      const later = new MemoryKeychain()
      for (const [entry, secret] of keptOs) await later.set(entry, secret)
      const opened = await found(cut, later)
      const place = opened === later ? 'os' : 'file'
      await finishMove(cut, place)
      await found(cut, later)
      if (place === 'file') {
        await removeCopies(later, await openFile(cut), names)
        expect(await left(later), last).toEqual([])
      } else expect(await hasFileKeychain(cut), last).toBe(false)
      await found(cut, later)
      if (place === to) continue
      const again = new StoreKeychain(opened, { directory: cut, random: randomBytes, cost, openOs: async () => later })
      await again.moveTo(to, names, passphrase())
      await found(cut, later)
    }
  })

  it('leaves a key file alone that no move has put there', async () => {
    const { directory } = await store('file')
    await writeMarker(directory, 'os')
    await finishMove(directory, 'os')
    expect(await readFile(join(directory, 'keychain.json'), 'utf8')).toContain('sealed')
  })
})

/** All of it is looked at before the mover goes on. */
async function snapshot(from: string, to: string, os: Keychain, kept: Map<string, Uint8Array>): Promise<void> {
  const entries = names.map(async (name) => [name, await os.get(name)] as const)
  cpSync(from, to, { recursive: true })
  for (const [name, secret] of await Promise.all(entries)) if (secret) kept.set(name, secret)
}
