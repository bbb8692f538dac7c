import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { MemoryKeychain } from '../../node-core/adapters/keychain-memory/keychain.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import { createKeychainDoor } from './door.ts'
import { openEntryNames } from './names.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-door-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
const newFile = () => join(folder, `${count++}.json`)
const secret = Uint8Array.of(1, 2, 3)

it('hands over at the next start what the node has put there, by name', async () => {
  const keychain = new MemoryKeychain()
  const file = newFile()
  const first = createKeychainDoor(async () => keychain, openEntryNames(file, '/data'))
  expect(await first.held()).toEqual([])
  expect(await first.answer({ do: 'open' })).toEqual({ name: 'memory' })
  const given = secret.slice()
  expect(await first.answer({ do: 'set', entry: 'device:a', secret: given })).toEqual({})
  expect(given).toEqual(new Uint8Array(3))
  await keychain.set('tls:a', secret)
  expect(await first.answer({ do: 'get', entry: 'tls:a' })).toEqual({ secret })
  expect(await first.answer({ do: 'get', entry: 'node:a' })).toEqual({})
  expect(readFileSync(file, 'utf8')).not.toContain(Buffer.from(secret).toString('base64'))

  const later = createKeychainDoor(async () => keychain, openEntryNames(file, '/data'))
  expect(await later.held()).toEqual([
    { entry: 'device:a', secret },
    { entry: 'tls:a', secret },
  ])
  expect(await later.answer({ do: 'delete', entry: 'tls:a' })).toEqual({})
  expect((await later.held()).map(({ entry }) => entry)).toEqual(['device:a'])
  // Another store's keys are nobody else's.
  expect(await createKeychainDoor(async () => keychain, openEntryNames(file, '/other')).held()).toEqual([])
})

it('hands nothing over where the keychain does not open, and says why to who asks', async () => {
  const file = newFile()
  openEntryNames(file, '').add('device:a')
  let locked = true
  const keychain = new MemoryKeychain()
  await keychain.set('device:a', secret)
  let opened = 0
  const door = createKeychainDoor(
    async () => {
      opened++
      if (locked) throw new VivimError('keychain-unavailable', 'It is locked.')
      return keychain
    },
    openEntryNames(file, ''),
  )
  expect(await door.held()).toEqual([])
  const refused = { failed: { code: 'keychain-unavailable', text: 'It is locked.' } }
  expect(await door.answer({ do: 'open' })).toEqual(refused)
  expect(await door.answer({ do: 'get', entry: 'device:a' })).toEqual(refused)
  expect(door.trouble).toMatchObject({ code: 'keychain-unavailable' })
  // Nobody is asked twice in one start.
  expect(opened).toBe(1)
  locked = false
  expect(await door.held()).toEqual([{ entry: 'device:a', secret }])
  expect(door.trouble).toBeUndefined()
})

it('acknowledges nothing that the keychain did not keep', async () => {
  const forgetful = new MemoryKeychain()
  forgetful.set = async () => undefined
  const door = createKeychainDoor(async () => forgetful, openEntryNames(newFile(), ''))
  expect(await door.answer({ do: 'set', entry: 'a', secret: secret.slice() })).toMatchObject({
    failed: { code: 'keychain-unavailable' },
  })
})

it('takes a damaged list of names for an empty one', () => {
  const file = newFile()
  for (const text of ['', '{', '[]', '{"":[1]}']) {
    writeFileSync(file, text)
    expect(openEntryNames(file, '').all).toEqual([])
  }
})
