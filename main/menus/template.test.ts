import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { type CommandId, commandTable } from '../../node-core/contract/commands.ts'
import { wordsFor } from '../messages/index.ts'
import { menuTemplate } from './template.ts'

const sections = [{ id: 'settings-backup' as const, name: 'Backup & more' }]
const template = (mac: boolean, enabled: readonly string[] = [], act: (id: string) => void = () => {}, locale = 'en') =>
  menuTemplate(wordsFor([locale]), { mac, enabled: new Set(enabled), sections }, act)
const all = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])])

describe.each([true, false])('the application menu (Mac: %s)', (mac) => {
  it('has every command once, with words and its keys', () => {
    const items = all(template(mac))
    for (const { id } of commandTable) {
      const found = items.filter((item) => item.id === id)
      expect(found, id).toHaveLength(1)
      expect(found[0]?.label, id).toMatch(/\w/)
    }
    expect(items.find(({ id }) => id === 'palette')?.accelerator).toBe('CommandOrControl+K')
    expect(items.find(({ id }) => id === 'back')?.accelerator).toBe(mac ? 'CommandOrControl+[' : 'Alt+Left')
    const keys = items.flatMap(({ accelerator }) => (accelerator ? [accelerator] : []))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('offers what can be done now, and says which was chosen', () => {
    const chosen: string[] = []
    const items = all(template(mac, ['import', 'settings-backup'], (id) => chosen.push(id)))
    expect(items.filter(({ enabled, id }) => enabled && id).map(({ id }) => id)).toEqual(['import', 'settings-backup'])
    for (const { id, click } of items)
      if (id === 'import' || id === 'settings-backup') click?.call(undefined as never, {} as never, undefined, {} as never)
    expect(chosen).toEqual(['import', 'settings-backup'])
    expect(items.find(({ id }) => id === 'settings-backup')?.label).toBe('Backup && more')
  })

  it('has the system’s own commands, in the person’s language', () => {
    const german = all(template(mac, [], undefined, 'de'))
    const roles = german.flatMap(({ role }) => (role ? [role] : []))
    expect(roles).toEqual(
      expect.arrayContaining([
        'undo',
        'redo',
        'cut',
        'copy',
        'paste',
        'selectAll',
        'minimize',
        'close',
        'quit',
        'togglefullscreen',
      ]),
    )
    expect(roles.includes('about')).toBe(mac)
    expect(german.find(({ role }) => role === 'undo')?.label).toBe('Rückgängig')
    const top = template(mac).map(({ label }) => label)
    expect(top[0]).toBe(mac ? 'VIVIM' : 'File')
  })
})

it('no two commands have the same keys', () => {
  for (const mac of [true, false]) {
    const keys = commandTable.flatMap(
      (row: { id: CommandId; keys?: string; macKeys?: string }) => (mac && row.macKeys) || row.keys || [],
    )
    expect(new Set(keys).size).toBe(keys.length)
  }
})
