import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openFileKeychain } from '../../adapters/keychain-file/keychain.ts'
import { MemoryKeychain } from '../../adapters/keychain-memory/keychain.ts'
import { passphraseBytes } from '../../crypto/passphrase.ts'
import { readMarker, writeMarker } from '../secrets/marker.ts'
import { StoreKeychain } from '../secrets/store-keychain.ts'
import { doKeysTask } from './tasks.ts'

const cost = { memory: 64, passes: 2, lanes: 1 }
const bytes = (text: string) => Buffer.from(text)
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vivim-tasks-'))
})
afterAll(() => rm(root, { recursive: true }))
let count = 0

/** A store whose key file is sealed with a passphrase that was made for the person. */
async function store() {
  const directory = join(root, String(count++))
  const open = (text: string) => openFileKeychain({ directory, passphrase: passphraseBytes(text), random: randomBytes, cost })
  const file = await open('made at random')
  await file.set('device:a', Uint8Array.of(1))
  await writeMarker(directory, 'file')
  const os = new MemoryKeychain()
  const keychain = new StoreKeychain(file, { directory, random: randomBytes, cost, openOs: async () => os })
  let kept: string | undefined = 'made at random\n'
  const made = {
    read: async () => kept,
    remove: async () => {
      kept = undefined
    },
  }
  const parts = { keychain, entries: async () => ['device:a'], made }
  return { directory, open, os, parts, made }
}

it('takes the passphrase that was made for the person, and removes it once it opens nothing', async () => {
  const { directory, open, os, parts, made } = await store()
  await doKeysTask({ do: 'change-passphrase', next: bytes('my own words') }, parts)
  expect(await made.read()).toBeUndefined()
  expect(await (await open('my own words')).get('device:a')).toEqual(Uint8Array.of(1))
  await expect(doKeysTask({ do: 'move-to-keychain' }, parts)).rejects.toMatchObject({ code: 'passphrase-needed' })
  const current = bytes('my own words')
  await doKeysTask({ do: 'move-to-keychain', current }, parts)
  expect(current.every((byte) => byte === 0)).toBe(true)
  expect(await readMarker(directory)).toBe('os')
  expect(await os.get('device:a')).toEqual(Uint8Array.of(1))
})

it('keeps the passphrase that was made while the key file still needs it', async () => {
  const { os, parts, made } = await store()
  os.set = async () => undefined
  await expect(doKeysTask({ do: 'move-to-keychain' }, parts)).rejects.toMatchObject({ code: 'keychain-unavailable' })
  expect(await made.read()).toBe('made at random\n')
  await expect(doKeysTask({ do: 'check', passphrase: bytes('other') }, parts)).rejects.toMatchObject({
    code: 'keychain-wrong-passphrase',
  })
  await doKeysTask({ do: 'check', passphrase: bytes('made at random') }, parts)
})
