import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createChoices } from './choices.ts'
import { afterLastWindow } from './closing.ts'
import { desktopEntry, startsAtLogin } from './desktop-entry.ts'
import { entryLogin, systemLogin } from './login.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-lifetime-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('after the last window', () => {
  it('the app stays where it can be seen, and asks where it cannot', () => {
    const linux = { platform: 'linux', ordinary: true, whenClosed: 'auto' } as const
    expect(afterLastWindow({ ...linux, tray: true })).toBe('stay')
    expect(afterLastWindow({ ...linux, tray: false })).toBe('ask')
    expect(afterLastWindow({ ...linux, platform: 'darwin', tray: false })).toBe('stay')
  })
  it('does as the person chose', () => {
    for (const whenClosed of ['stay', 'quit'] as const)
      for (const tray of [true, false])
        for (const platform of ['linux', 'win32', 'darwin'] as const)
          expect(afterLastWindow({ platform, tray, ordinary: true, whenClosed })).toBe(whenClosed)
  })
})

it('goes on after a window for quick capture alone, whatever is chosen for others', () => {
  for (const whenClosed of ['auto', 'stay', 'quit'] as const)
    expect(afterLastWindow({ platform: 'linux', tray: false, ordinary: false, whenClosed })).toBe('stay')
})

describe('starting at sign-in by the system', () => {
  const items = () => {
    const asked: object[] = []
    const take = (given: object) => void asked.push(given)
    return {
      asked,
      getLoginItemSettings: (given: object) => {
        take(given)
        return { openAtLogin: true }
      },
      setLoginItemSettings: take,
    }
  }
  it('names the one file of a portable app, and not the copy that runs', () => {
    const own = items()
    const login = systemLogin(own, 'D:\\VIVIM.exe')
    login.set(true)
    expect(login.on).toBe(true)
    expect(own.asked).toEqual([
      { openAtLogin: true, path: 'D:\\VIVIM.exe', args: ['--hidden'] },
      { path: 'D:\\VIVIM.exe', args: ['--hidden'] },
    ])
    const other = items()
    systemLogin(other).set(false)
    expect(other.asked).toEqual([{ openAtLogin: false, args: ['--hidden'] }])
  })
})

describe('what was chosen', () => {
  it('is kept, each by itself', () => {
    const path = join(folder, 'computer.json')
    const choices = createChoices(path)
    expect(choices.now).toEqual({
      ...{ whenClosed: 'auto', trayTitles: true, anyNetwork: false, meteredHere: false, toldOfTray: false },
    })
    let told = 0
    choices.on(() => told++)
    choices.change({ whenClosed: 'quit', trayTitles: false })
    expect(told).toBe(1)
    expect(createChoices(path).now).toEqual(choices.now)
    writeFileSync(path, JSON.stringify({ whenClosed: 'explode', trayTitles: false }))
    expect(createChoices(path).now).toMatchObject({ whenClosed: 'auto', trayTitles: false })
    for (const damaged of ['', '{', 'null', '[]', '"x"']) {
      writeFileSync(path, damaged)
      expect(createChoices(path).now, damaged).toMatchObject({ whenClosed: 'auto', trayTitles: true })
    }
  })
})

/** `Exec` read as the specification says: the string's escapes, then quotation marks, then field codes. */
function argumentsOf(entry: string): string[] {
  const value = /^Exec=(.*)$/m.exec(entry)?.[1] ?? ''
  const text = value.replaceAll(
    /\\([\\nrts])/g,
    (_, one: string) => ({ '\\': '\\', 'n': '\n', 'r': '\r', 't': '\t', 's': ' ' })[one] ?? '',
  )
  const read: string[] = []
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ' ') continue
    if (text[at] !== '"') throw new Error('no quotation mark')
    let argument = ''
    for (at++; text[at] !== '"'; at++) {
      if (text[at] === '\\') at++
      if (at >= text.length) throw new Error('no end')
      argument += text[at]
    }
    read.push(argument.replaceAll('%%', '%'))
  }
  return read
}

describe('the entry that starts the app at sign-in', () => {
  it('names any program and any arguments so that they come back as they were', () => {
    const sign = fc.constantFrom('\\', '"', '`', '$', '%', ' ', '\n', '\r', '\t', 'n', 's', 'é', '=', ';', '#', '💾')
    fc.assert(
      fc.property(fc.array(fc.string({ unit: sign, maxLength: 12 }), { minLength: 1, maxLength: 4 }), (command) => {
        expect(argumentsOf(desktopEntry(command))).toEqual(command)
      }),
    )
    const odd = ['/home/a da/My "Apps"/VIVIM 100% $HOME `x`\\.AppImage', '--hidden']
    expect(argumentsOf(desktopEntry(odd))).toEqual(odd)
  })

  it('is written and removed, and is off where the desktop switched it off', () => {
    const path = join(folder, 'autostart', 'vivim.desktop')
    const login = entryLogin(path, ['/opt/VIVIM/vivim'])
    expect(login.on).toBe(false)
    login.set(true)
    expect(login.on).toBe(true)
    expect(argumentsOf(readFileSync(path, 'utf8'))).toEqual(['/opt/VIVIM/vivim', '--hidden'])
    writeFileSync(path, readFileSync(path, 'utf8').replace('enabled=true', 'enabled=false'))
    expect(login.on).toBe(false)
    expect(startsAtLogin('[Desktop Entry]\nHidden=true\n')).toBe(false)
    login.set(false)
    expect(existsSync(path)).toBe(false)
    login.set(false)
  })
})
