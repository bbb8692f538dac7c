/** The application menu as a template, made from the table of commands. Pure. */
import type { MenuItemConstructorOptions } from 'electron'
import {
  type CommandId,
  type CommandRow,
  commandTable,
  keysOf,
  type MenuName,
  type SectionCommandId,
} from '../../node-core/contract/commands.ts'
import type { MessageId, Words } from '../messages/index.ts'

export interface MenuState {
  readonly mac: boolean
  /** Commands that can be done now, in the window that has the focus or by the app itself. */
  readonly enabled: ReadonlySet<string>
  /** The screens of the settings, with names, as the page says them. */
  readonly sections: readonly { readonly id: SectionCommandId; readonly name: string }[]
}

type Item = MenuItemConstructorOptions
const separator: Item = { type: 'separator' }

/** @param act does a command; the template says what was chosen, never how it is done */
export function menuTemplate(words: Words, state: MenuState, act: (id: CommandId | SectionCommandId) => void): Item[] {
  const { mac, enabled } = state
  const role = (name: NonNullable<Item['role']>, word: MessageId): Item => ({ role: name, label: words(word) })
  const command = ({ id }: { id: CommandId }): Item => {
    const accelerator = acceleratorOf(id, mac)
    return {
      id,
      label: words(`command.${id}`),
      enabled: enabled.has(id),
      ...(accelerator !== undefined && { accelerator }),
      click: () => act(id),
    }
  }
  const sections: Item = {
    id: 'settings-sections',
    label: words('menu.settings'),
    submenu: state.sections.map(({ id, name }) => ({
      id,
      label: escaped(name),
      enabled: enabled.has(id),
      click: () => act(id),
    })),
  }
  /** The table's rows for a menu, with separators, and what shares an entry gathered under it. */
  const from = (menu: MenuName): Item[] => {
    const items: Item[] = []
    let group: number | undefined
    for (const row of commandTable.filter((one) => one.menu === menu)) {
      const { under }: CommandRow = row
      if (group !== undefined && row.group !== group) items.push(separator)
      group = row.group
      const last = items.at(-1)
      if (under === undefined) items.push(command(row))
      else if (last?.id === under && Array.isArray(last.submenu)) last.submenu.push(command(row))
      else items.push({ id: under, label: words(`menu.${under}`), submenu: [command(row)] })
    }
    return items
  }
  const top = (name: MenuName, submenu: Item[]): Item => ({ id: `menu-${name}`, label: words(`menu.${name}`), submenu })
  const leave = mac ? [] : [separator, ...from('app'), separator, role('quit', 'role.quit')]
  return [
    ...(mac ? [appMenu(words, role, from('app'))] : []),
    top('file', [...from('file'), separator, role('close', 'role.close'), ...leave]),
    top('edit', [
      role('undo', 'role.undo'),
      role('redo', 'role.redo'),
      separator,
      role('cut', 'role.cut'),
      role('copy', 'role.copy'),
      role('paste', 'role.paste'),
      role('pasteAndMatchStyle', 'role.paste-plain'),
      role('selectAll', 'role.select-all'),
      separator,
      ...from('edit'),
    ]),
    top('view', [...from('view'), role('togglefullscreen', 'role.full-screen')]),
    top('go', [...from('go'), ...(state.sections.length > 0 ? [separator, sections] : [])]),
    top('conversation', from('conversation')),
    {
      ...top('window', [
        role('minimize', 'role.minimize'),
        ...(mac ? [role('zoom', 'role.zoom'), separator, role('front', 'role.front')] : []),
      ]),
      ...(mac && { role: 'windowMenu' as const }),
    },
    { ...top('help', from('help')), ...(mac && { role: 'help' as const }) },
  ]
}

function appMenu(words: Words, role: (name: NonNullable<Item['role']>, word: MessageId) => Item, settings: Item[]): Item {
  return {
    id: 'menu-app',
    label: words('menu.app'),
    submenu: [
      role('about', 'role.about'),
      separator,
      ...settings,
      separator,
      role('services', 'role.services'),
      separator,
      role('hide', 'role.hide'),
      role('hideOthers', 'role.hide-others'),
      role('unhide', 'role.show-all'),
      separator,
      role('quit', 'role.quit'),
    ],
  }
}

/** As Electron writes it; undefined where the command has no keys. */
export const acceleratorOf = (id: CommandId, mac: boolean): string | undefined =>
  keysOf(id, mac)
    ?.map((key) => (key === 'Mod' ? 'CommandOrControl' : key))
    .join('+')

/** A menu takes “&” for the letter behind it to be a key. */
export const escaped = (label: string): string => label.replaceAll('&', '&&')
