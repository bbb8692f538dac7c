/**
 * What can be done with the app, as data: the native menus, the palette and the list of keys are made from this table.
 * Names are no part of it: the page and the app each have their own words for an id.
 */

export const menuNames = ['app', 'file', 'edit', 'view', 'go', 'conversation', 'window', 'help'] as const
export type MenuName = (typeof menuNames)[number]

export interface CommandRow {
  readonly id: string
  readonly menu: MenuName
  /** Rows of a menu are set apart where this changes. */
  readonly group: number
  /** Gathered under one entry of the menu, which has words of its own. */
  readonly under?: 'theme'
  /** Who does it. What the page does can be done only where a window's page says that it can now. */
  readonly by: 'app' | 'page'
  /** It is about the conversation that is open; where none is, it cannot be done. */
  readonly needs?: 'conversation'
  /** Keys that are held together, joined by “+”; `Mod` is ⌘ on a Mac, Ctrl elsewhere. */
  readonly keys?: string
  /** The same on a Mac, where it is another. */
  readonly macKeys?: string
}

const rows = <const R extends readonly CommandRow[]>(table: R): R => table

export const commandTable = rows([
  { id: 'settings', menu: 'app', group: 1, by: 'page', keys: 'Mod+,' },
  { id: 'new-window', menu: 'file', group: 1, by: 'app', keys: 'Mod+N' },
  { id: 'capture', menu: 'file', group: 1, by: 'page', keys: 'Mod+Shift+N' },
  { id: 'import', menu: 'file', group: 2, by: 'page', keys: 'Mod+O' },
  { id: 'export', menu: 'file', group: 2, by: 'page' },
  { id: 'backup', menu: 'file', group: 2, by: 'page' },
  { id: 'print', menu: 'file', group: 3, by: 'page', needs: 'conversation', keys: 'Mod+P' },
  { id: 'pdf', menu: 'file', group: 3, by: 'page', needs: 'conversation', keys: 'Mod+Shift+P' },
  { id: 'find', menu: 'edit', group: 9, by: 'page', needs: 'conversation', keys: 'Mod+F' },
  { id: 'palette', menu: 'edit', group: 9, by: 'page', keys: 'Mod+K' },
  { id: 'light', menu: 'view', group: 1, under: 'theme', by: 'page' },
  { id: 'dark', menu: 'view', group: 1, under: 'theme', by: 'page' },
  { id: 'system', menu: 'view', group: 1, under: 'theme', by: 'page' },
  { id: 'speak', menu: 'view', group: 1, by: 'page' },
  { id: 'zoom-in', menu: 'view', group: 2, by: 'app', keys: 'Mod+Plus' },
  { id: 'zoom-out', menu: 'view', group: 2, by: 'app', keys: 'Mod+-' },
  { id: 'zoom-reset', menu: 'view', group: 2, by: 'app', keys: 'Mod+0' },
  { id: 'reload', menu: 'view', group: 3, by: 'app', keys: 'Mod+R' },
  { id: 'back', menu: 'go', group: 1, by: 'app', keys: 'Alt+Left', macKeys: 'Mod+[' },
  { id: 'forward', menu: 'go', group: 1, by: 'app', keys: 'Alt+Right', macKeys: 'Mod+]' },
  { id: 'library', menu: 'go', group: 2, by: 'page', keys: 'Mod+1' },
  { id: 'search', menu: 'go', group: 2, by: 'page', keys: 'Mod+Shift+F' },
  { id: 'notes', menu: 'go', group: 2, by: 'page', keys: 'Mod+2' },
  { id: 'rename', menu: 'conversation', group: 1, by: 'page', needs: 'conversation', keys: 'F2' },
  { id: 'note', menu: 'conversation', group: 1, by: 'page', needs: 'conversation' },
  { id: 'tag', menu: 'conversation', group: 1, by: 'page', needs: 'conversation' },
  { id: 'archive', menu: 'conversation', group: 1, by: 'page', needs: 'conversation' },
  { id: 'link', menu: 'conversation', group: 2, by: 'page', needs: 'conversation' },
  { id: 'export-one', menu: 'conversation', group: 2, by: 'page', needs: 'conversation' },
  { id: 'hidden', menu: 'conversation', group: 3, by: 'page', needs: 'conversation' },
  { id: 'details', menu: 'conversation', group: 3, by: 'page', needs: 'conversation' },
  { id: 'delete', menu: 'conversation', group: 4, by: 'page', needs: 'conversation' },
  { id: 'help', menu: 'help', group: 1, by: 'page', keys: 'F1', macKeys: 'Mod+?' },
  { id: 'keys', menu: 'help', group: 1, by: 'page', keys: 'Mod+/' },
])

export type CommandId = (typeof commandTable)[number]['id']
/** Commands that a page does, in the order of the table. */
export type PageCommandId = Extract<(typeof commandTable)[number], { by: 'page' }>['id']

export type AppCommandId = Extract<(typeof commandTable)[number], { by: 'app' }>['id']
export const appCommandIds: readonly AppCommandId[] = commandTable.flatMap((row) => (row.by === 'app' ? [row.id] : []))
export const pageCommandIds: readonly PageCommandId[] = commandTable.flatMap((row) => (row.by === 'page' ? [row.id] : []))

/** A screen of the settings, as a command; which there are, and their names, the page says itself. */
export type SectionCommandId = `settings-${string}`

/** What a page can do wherever it is: it can be asked of a window that is only being opened. */
export const anywhereIds: readonly PageCommandId[] = commandTable.flatMap((row: CommandRow & { id: CommandId }) =>
  row.by === 'page' && row.needs === undefined ? [row.id as PageCommandId] : [],
)

/** The keys of a command on a platform, one by one: `['Mod', 'Shift', 'P']`; undefined where it has none. */
export function keysOf(id: CommandId, mac: boolean): readonly string[] | undefined {
  const row: CommandRow | undefined = commandTable.find((one) => one.id === id)
  const keys = (mac && row?.macKeys) || row?.keys
  return keys?.split('+')
}
