import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { onScreen, pathOf, readWindows, usual, writeWindows, zoomed } from './window-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-window-'))
afterAll(() => rmSync(folder, { recursive: true }))
const screen = { x: 0, y: 0, width: 1920, height: 1080 }

it('keeps the windows’ places and what they showed', () => {
  const file = join(folder, 'windows.json')
  const state = {
    zoom: 0.5,
    windows: [
      { x: -20, y: 30, width: 800, height: 600, mode: 'maximized' as const, path: '/c/abc?unit=abc-0' },
      { width: 400, height: 600, mode: 'normal' as const, path: '/settings/backup' },
    ],
  }
  writeWindows(file, state)
  expect(readWindows(file)).toEqual(state)
})

it('starts with one window of the usual size where nothing usable was kept', () => {
  const damaged = join(folder, 'damaged.json')
  for (const text of [
    '',
    '{',
    '[]',
    '{"windows":[]}',
    '{"windows":[{"width":"x","height":1}]}',
    '{"windows":[{"width":1,"height":1}]}',
  ]) {
    writeFileSync(damaged, text)
    expect(readWindows(damaged), text).toEqual({ zoom: 0, windows: [usual] })
  }
  expect(readWindows(join(folder, 'none.json'))).toEqual({ zoom: 0, windows: [usual] })
})

it('opens the library in place of an address that is not the page’s', () => {
  const odd = join(folder, 'odd.json')
  for (const path of ['//evil.example/', 'https://evil.example/', '/c/a#b', '/c/"', `/${'a'.repeat(600)}`, 7]) {
    writeFileSync(odd, JSON.stringify({ zoom: 'x', windows: [{ ...usual, path, mode: 'upside-down' }] }))
    expect(readWindows(odd)).toEqual({ zoom: 0, windows: [usual] })
  }
})

it('keeps of an address what is read again', () => {
  expect(pathOf('app://vivim/c/abc?unit=abc-0#x')).toBe('/c/abc?unit=abc-0')
  for (const url of ['app://vivim//evil', 'app://vivim/c/%2f', 'nonsense', '']) expect(pathOf(url)).toBe('/')
})

it('forgets a position that no screen shows', () => {
  const place = { ...usual, x: 2000, y: 100, width: 800, height: 600 }
  const { x: _, y: __, ...without } = place
  expect(onScreen(place, [screen])).toEqual(without)
  expect(onScreen(place, [screen, { ...screen, x: 1920 }])).toEqual(place)
  expect(onScreen({ ...place, x: 100, y: -50 }, [screen])).toEqual(without)
  expect(onScreen(without, [screen])).toEqual(without)
})

it('zooms by steps, between what can be read and what can be hit', () => {
  expect(zoomed(0, 1)).toBe(0.5)
  expect(zoomed(5, 1)).toBe(5)
  expect(zoomed(-3, -1)).toBe(-3)
  expect(zoomed(2, 0)).toBe(0)
})
