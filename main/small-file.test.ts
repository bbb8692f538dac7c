import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { MemoryKeychain } from '../node-core/adapters/keychain-memory/keychain.ts'
import { createKeychainDoor } from './keys/door.ts'
import { openEntryNames } from './keys/names.ts'
import { createChoices } from './lifetime/choices.ts'
import { writeSmallFile } from './small-file.ts'
import { readWindows, usual, writeWindows } from './windows/window-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-small-file-'))
afterAll(() => rmSync(folder, { recursive: true }))
/** Nothing can be written here, not even by who may write everywhere. */
const nowhere = join(folder, 'missing', 'state.json')

it('writes a file whole, for its owner alone, and says where it could not', () => {
  const path = join(folder, 'state.json')
  expect(writeSmallFile(path, 'one')).toBe(true)
  expect(writeSmallFile(path, 'two')).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe('two')
  expect(readdirSync(folder)).toEqual(['state.json'])
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(writeSmallFile(nowhere, 'three')).toBe(false)
  mkdirSync(join(folder, 'taken'))
  expect(writeSmallFile(join(folder, 'taken'), 'four')).toBe(false)
})

it('goes on where windows and choices cannot be written down', () => {
  writeWindows(nowhere, { zoom: 1, windows: [usual] })
  expect(readWindows(nowhere).zoom).toBe(0)
  const choices = createChoices(nowhere)
  let told = 0
  choices.on(() => told++)
  expect(choices.change({ toldOfTray: true })).toBe(false)
  expect([choices.now.toldOfTray, told]).toEqual([true, 1])
})

it('does not report a key as failed that the keychain has kept', async () => {
  const keychain = new MemoryKeychain()
  const door = createKeychainDoor(async () => keychain, openEntryNames(nowhere, ''))
  expect(await door.answer({ do: 'set', entry: 'device:a', secret: Uint8Array.of(1) })).toEqual({})
  expect(await door.answer({ do: 'get', entry: 'device:a' })).toMatchObject({ secret: Uint8Array.of(1) })
  expect(await door.answer({ do: 'delete', entry: 'device:a' })).toEqual({})
})
