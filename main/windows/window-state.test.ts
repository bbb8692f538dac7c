import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { onScreen, readPlace, writePlace } from './window-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-window-'))
afterAll(() => rmSync(folder, { recursive: true }))
const screen = { x: 0, y: 0, width: 1920, height: 1080 }

it('keeps the window’s place', () => {
  const path = join(folder, 'window.json')
  const place = { x: -20, y: 30, width: 800, height: 600 }
  writePlace(path, place)
  expect(readPlace(path)).toEqual(place)
})

it('starts with the usual size where nothing usable was kept', () => {
  const damaged = join(folder, 'damaged.json')
  for (const text of ['', '{', '{"width":"x","height":1}', '{"width":1,"height":1}']) {
    writeFileSync(damaged, text)
    expect(readPlace(damaged)).toEqual({ width: 1120, height: 760 })
  }
  expect(readPlace(join(folder, 'none.json'))).toEqual({ width: 1120, height: 760 })
})

it('forgets a position that no screen shows', () => {
  const place = { x: 2000, y: 100, width: 800, height: 600 }
  expect(onScreen(place, [screen])).toEqual({ width: 800, height: 600 })
  expect(onScreen(place, [screen, { ...screen, x: 1920 }])).toEqual(place)
  expect(onScreen({ ...place, x: 100, y: -50 }, [screen])).toEqual({ width: 800, height: 600 })
  expect(onScreen({ width: 800, height: 600 }, [screen])).toEqual({ width: 800, height: 600 })
})
