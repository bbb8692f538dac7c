/**
 * What can be done from anywhere, and every key of every screen, as data: the palette and the help page are made from
 * these. Invariant: a key that a screen listens to stands here.
 */
import type { AppCommandId, PageCommandId, SectionCommandId } from '../../node-core/contract/commands.ts'
import type { MessageId } from '../messages/shape.ts'
import { sectionIds, sections } from '../screens/settings/sections.ts'
import type { Host } from './host.ts'
import type { Preferences } from './preferences.ts'

/** What a command may do to the page, and have the app around it do. */
export interface CommandContext {
  readonly host: Pick<Host, 'call'>
  readonly go: (address: string) => void
  readonly change: (some: Partial<Preferences>) => void
}

export interface Command {
  readonly id: AppCommandId | PageCommandId | SectionCommandId
  readonly name: MessageId
  /** What kind of thing it is, told beside its name. */
  readonly group: 'go' | 'do' | 'look' | 'settings' | 'app'
  /** Further words that it is found by. */
  readonly words?: MessageId
  /** Offered before anything is typed. */
  readonly first?: boolean
  readonly act: (context: CommandContext) => void
}

const to =
  (address: string): Command['act'] =>
  ({ go }) =>
    go(address)
const look =
  (some: Partial<Preferences>): Command['act'] =>
  ({ change }) =>
    change(some)

export const commands: readonly Command[] = [
  { id: 'library', name: 'app.library', group: 'go', first: true, act: to('/') },
  { id: 'search', name: 'app.search', group: 'go', first: true, act: to('/search') },
  { id: 'notes', name: 'notes.title', group: 'go', words: 'commands.notes.words', act: to('/notes') },
  { id: 'capture', name: 'capture.title', group: 'do', words: 'commands.capture.words', first: true, act: to('/capture') },
  { id: 'import', name: 'commands.import', group: 'do', words: 'commands.import.words', first: true, act: to('/import') },
  { id: 'export', name: 'commands.export', group: 'do', words: 'commands.export.words', act: to('/settings/storage') },
  { id: 'backup', name: 'commands.backup', group: 'do', words: 'commands.backup.words', act: to('/settings/backup') },
  { id: 'light', name: 'commands.light', group: 'look', words: 'commands.theme.words', act: look({ theme: 'light' }) },
  { id: 'dark', name: 'commands.dark', group: 'look', words: 'commands.theme.words', act: look({ theme: 'dark' }) },
  { id: 'system', name: 'commands.system', group: 'look', words: 'commands.theme.words', act: look({ theme: 'system' }) },
  { id: 'speak', name: 'commands.language', group: 'look', words: 'commands.language.words', act: to('/settings/language') },
  { id: 'settings', name: 'app.settings', group: 'go', first: true, act: to('/settings') },
  ...sectionIds.map(
    (id): Command => ({ id: `settings-${id}`, name: sections[id].name, group: 'settings', act: to(`/settings/${id}`) }),
  ),
  {
    id: 'keys',
    name: 'commands.shortcuts',
    group: 'go',
    words: 'commands.shortcuts.words',
    first: true,
    act: to('/help#help-keys'),
  },
  { id: 'help', name: 'app.help', group: 'go', words: 'commands.help.words', act: to('/help') },
]

/** What the app around the page does, where there is one; by menus and keys of its own, and from here. */
export const appCommands: readonly (Command & { readonly id: AppCommandId })[] = (
  ['new-window', 'back', 'forward', 'reload', 'zoom-in', 'zoom-out', 'zoom-reset'] as const
).map((id) => ({
  id,
  name: `commands.app.${id}`,
  group: 'app',
  act: ({ host }) => void host.call('commands.do', { id }).catch(() => undefined),
}))

/** Where a key works. */
export const shortcutPlaces = ['everywhere', 'library', 'search', 'reader'] as const
export interface Shortcut {
  readonly place: (typeof shortcutPlaces)[number]
  readonly name: MessageId
  /** Each way to press it: keys that are held together. `Mod` is ⌘ on a Mac, Ctrl elsewhere. */
  readonly keys: readonly (readonly string[])[]
}

export const shortcuts: readonly Shortcut[] = [
  { place: 'everywhere', name: 'commands.key.palette', keys: [['Mod', 'K'], ['/']] },
  { place: 'everywhere', name: 'commands.key.close', keys: [['Esc']] },
  { place: 'library', name: 'commands.key.move', keys: [['↑'], ['↓'], ['j'], ['k']] },
  { place: 'library', name: 'commands.key.ends', keys: [['Home'], ['End']] },
  { place: 'library', name: 'commands.key.open', keys: [['Enter']] },
  { place: 'library', name: 'commands.key.star', keys: [['s']] },
  { place: 'library', name: 'commands.key.archive', keys: [['e']] },
  { place: 'library', name: 'commands.key.delete', keys: [['Delete']] },
  { place: 'library', name: 'commands.key.filter', keys: [['f']] },
  { place: 'search', name: 'commands.key.results', keys: [['↓'], ['↑'], ['j'], ['k']] },
  { place: 'search', name: 'commands.key.hit', keys: [['Enter']] },
  { place: 'search', name: 'commands.key.field', keys: [['Esc']] },
  { place: 'reader', name: 'reader.key.move', keys: [['j'], ['k'], ['↓'], ['↑']] },
  { place: 'reader', name: 'reader.key.ends', keys: [['Home'], ['End']] },
  { place: 'reader', name: 'reader.key.choose', keys: [['x'], ['Space']] },
  {
    place: 'reader',
    name: 'reader.key.extend',
    keys: [
      ['Shift', 'j'],
      ['Shift', 'k'],
    ],
  },
  { place: 'reader', name: 'reader.key.copy', keys: [['Mod', 'C']] },
  { place: 'reader', name: 'reader.key.note', keys: [['n']] },
  { place: 'reader', name: 'reader.key.edit', keys: [['e']] },
  { place: 'reader', name: 'reader.key.tag', keys: [['t']] },
  {
    place: 'reader',
    name: 'reader.key.branch',
    keys: [
      ['Alt', '←'],
      ['Alt', '→'],
    ],
  },
  { place: 'reader', name: 'reader.key.find', keys: [['Mod', 'F']] },
  { place: 'reader', name: 'reader.key.print', keys: [['Mod', 'P']] },
  { place: 'reader', name: 'reader.key.rename', keys: [['F2']] },
]
