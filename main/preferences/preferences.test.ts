import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { shellMethods } from '../../node-core/contract/shell.ts'
import { createPreferences } from './preferences.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivim-preferences-'))
  path = join(folder, 'preferences.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const page = { senderFrame: null }

it('keeps preferences in one file', () => {
  const preferences = createPreferences(path).handlers
  expect(preferences['preferences.load'](undefined, page)).toBe(null)
  preferences['preferences.save']('{"theme":"dark","welcomed":true}', page)
  expect(preferences['preferences.load'](undefined, page)).toBe('{"theme":"dark","welcomed":true}')
  expect(readdirSync(folder)).toEqual(['preferences.json'])
  expect(readFileSync(path, 'utf8')).toBe('{"theme":"dark","welcomed":true}')
})

it('takes nothing of another shape', () => {
  const { input } = shellMethods['preferences.save']
  for (const other of [{ theme: 'light' }, 'no JSON', '[1]', '{"a":{"b":1}}', `{"a":"${'x'.repeat(2001)}"}`, undefined])
    expect(input.safeParse(other).success).toBe(false)
})

it('answers nothing where the file is damaged', () => {
  writeFileSync(path, '{"theme":')
  expect(createPreferences(path).handlers['preferences.load'](undefined, page)).toBe(null)
})

it('knows the language that was chosen for the page', () => {
  const preferences = createPreferences(path)
  const heard: (string | undefined)[] = []
  preferences.onLanguage(() => heard.push(preferences.language))
  for (const language of ['de', 'de', 'system', 'ja'])
    preferences.handlers['preferences.save'](JSON.stringify({ language }), page)
  expect(heard).toEqual(['de', undefined, 'ja'])
  expect(createPreferences(path).language).toBe('ja')
})
