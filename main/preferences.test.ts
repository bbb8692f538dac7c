import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isPage, readPreferences, writePreferences } from './preferences.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivim-preferences-'))
  path = join(folder, 'preferences.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('keeps preferences, and nothing of another shape', () => {
  expect(readPreferences(path)).toBe(null)
  writePreferences(path, '{"theme":"dark","welcomed":true}')
  for (const other of [{ theme: 'light' }, 'no JSON', '[1]', '{"a":{"b":1}}', `{"a":"${'x'.repeat(41)}"}`, undefined])
    writePreferences(path, other)
  expect(readPreferences(path)).toBe('{"theme":"dark","welcomed":true}')
  expect(readdirSync(folder)).toEqual(['preferences.json'])
  expect(readFileSync(path, 'utf8')).toBe('{"theme":"dark","welcomed":true}')
})

it('answers nothing where the file is damaged', () => {
  writeFileSync(path, '{"theme":')
  expect(readPreferences(path)).toBe(null)
})

it('listens to the app’s own page only, and to no frame inside it', () => {
  expect(isPage({ senderFrame: { url: 'app://vivim/settings', parent: null } })).toBe(true)
  expect(isPage({ senderFrame: { url: 'app://vivim/artifact.html', parent: {} } })).toBe(false)
  expect(isPage({ senderFrame: { url: 'https://example.org/', parent: null } })).toBe(false)
  expect(isPage({ senderFrame: null })).toBe(false)
})
