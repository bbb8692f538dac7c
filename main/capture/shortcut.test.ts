import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accelerator } from '../../node-core/contract/shell-capture.ts'
import { createShortcut } from './shortcut.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivim-shortcut-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A system that gives away what nobody has. */
function system(...others: string[]) {
  const held = new Map<string, () => void>()
  return {
    held,
    register(keys: string, pressed: () => void) {
      if (keys.includes('F24')) throw new TypeError('no such key')
      if (others.includes(keys) || held.has(keys)) return false
      held.set(keys, pressed)
      return true
    },
    unregister: (keys: string) => void held.delete(keys),
  }
}

describe('the shortcut', () => {
  const make = (given: ReturnType<typeof system>, wayland = false) => {
    let count = 0
    const shortcut = createShortcut({
      file: join(folder, 'capture.json'),
      system: given,
      wayland,
      pressed: () => void count++,
    })
    return { shortcut, pressed: () => count }
  }

  it('is off until one is chosen, works, and is there after a restart', () => {
    const first = system()
    const { shortcut, pressed } = make(first)
    expect(shortcut.state()).toEqual({ keys: null, is: 'off' })
    expect(first.held.size).toBe(0)
    expect(shortcut.choose('Alt+Shift+V')).toEqual({ keys: 'Alt+Shift+V', is: 'on' })
    first.held.get('Alt+Shift+V')?.()
    expect(pressed()).toBe(1)
    const second = system()
    expect(make(second).shortcut.state()).toEqual({ keys: 'Alt+Shift+V', is: 'on' })
    expect([...second.held.keys()]).toEqual(['Alt+Shift+V'])
  })

  it('gives one back for another, and for none', () => {
    const given = system()
    const { shortcut } = make(given)
    shortcut.choose('Alt+Shift+V')
    shortcut.choose('Alt+Shift+N')
    expect([...given.held.keys()]).toEqual(['Alt+Shift+N'])
    expect(shortcut.choose(null)).toEqual({ keys: null, is: 'off' })
    expect(given.held.size).toBe(0)
  })

  it('says where another program has it, the desktop gives none, or there is no such key', () => {
    expect(make(system('Alt+Shift+V')).shortcut.choose('Alt+Shift+V').is).toBe('taken')
    expect(make(system('Alt+Shift+V'), true).shortcut.choose('Alt+Shift+V').is).toBe('wayland')
    expect(make(system()).shortcut.choose('Alt+F24').is).toBe('taken')
  })

  it('is off where the file is damaged', () => {
    for (const text of ['', '{', '{"keys":"rm -rf"}', '{"keys":7}']) {
      writeFileSync(join(folder, 'capture.json'), text)
      expect(make(system()).shortcut.state()).toEqual({ keys: null, is: 'off' })
    }
  })

  it('is keys that are held with one that is pressed, never a key alone', () => {
    for (const good of ['CommandOrControl+Shift+Space', 'Alt+F5', 'Super+1'])
      expect(accelerator.safeParse(good).success).toBe(true)
    for (const bad of ['A', 'F5', 'Alt+', 'Alt+Shift', 'Alt+a', 'Hyper+A', 'Alt+A+B', ' Alt+A'])
      expect([bad, accelerator.safeParse(bad).success]).toEqual([bad, false])
  })
})
