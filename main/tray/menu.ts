/** The tray's menu as data: what is in it, in a person's words, and what each entry does. */
import type { Words } from '../messages/index.ts'
import type { TrayState } from './state.ts'

export type TrayAction =
  | { readonly do: 'show'; readonly path?: string }
  | { readonly do: 'search' | 'pause' | 'go-on' | 'lock' | 'lock-everything' | 'quit' | 'again' }

export interface TrayItem {
  readonly id?: string
  readonly label?: string
  /** A line to read, or what to do; neither: a line between. */
  readonly action?: TrayAction
}

export interface TrayMenuParts {
  readonly paused: boolean
  /** Whether there are other nodes to sync with: nothing is offered that changes nothing. */
  readonly syncs: boolean
  /** Whether there is something to lock now. */
  readonly lockable: boolean
}

/** Signs of a title that fit into a menu. */
const longest = 48

export function trayMenu(say: Words, { line, recent }: TrayState, { paused, syncs, lockable }: TrayMenuParts): TrayItem[] {
  const between: TrayItem = {}
  const stuck = line === 'failed' || line === 'given-up'
  const open = line !== 'locked' && !stuck && line !== 'stopped'
  return [
    { id: 'status', label: say(`tray.line.${line}`) },
    ...(stuck ? [{ id: 'again', label: say('tray.again'), action: { do: 'again' } as const }] : []),
    between,
    { id: 'show', label: say('tray.show'), action: { do: 'show' } },
    ...(open ? [{ id: 'search', label: say('tray.search'), action: { do: 'search' } as const }] : []),
    ...(recent.length > 0 ? [between, { id: 'recent', label: say('tray.recent') }] : []),
    ...recent.map(({ id, title }) => ({
      id: `recent-${id}`,
      label: shortened(title ?? say('tray.untitled')),
      action: { do: 'show', path: `/c/${id}` } as const,
    })),
    between,
    ...(syncs && open
      ? [
          paused
            ? { id: 'go-on', label: say('tray.go-on'), action: { do: 'go-on' } as const }
            : { id: 'pause', label: say('tray.pause'), action: { do: 'pause' } as const },
        ]
      : []),
    ...(lockable
      ? [
          { id: 'lock', label: say('tray.lock'), action: { do: 'lock' } as const },
          { id: 'lock-everything', label: say('tray.lock-everything'), action: { do: 'lock-everything' } as const },
        ]
      : []),
    ...(open
      ? [{ id: 'settings', label: say('tray.settings'), action: { do: 'show', path: '/settings/computer' } as const }]
      : []),
    between,
    { id: 'quit', label: say('tray.quit'), action: { do: 'quit' } },
  ]
}

/** One line, without signs that a menu would take for its own. */
function shortened(title: string): string {
  const plain = title.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  const signs = [...plain]
  const cut =
    signs.length > longest
      ? `${signs
          .slice(0, longest - 1)
          .join('')
          .trimEnd()}…`
      : plain
  return cut.replaceAll('&', '&&')
}
