/** What the tray shows, decided from what is known of the node: pure, and in nobody's language yet. */
import type { NodeState } from '../node/node-state.ts'
import type { NodeView } from './watch.ts'

/** The pictures that there are. */
export const trayPictures = ['on', 'syncing', 'trouble', 'locked', 'paused'] as const
export type TrayPicture = (typeof trayPictures)[number]

export interface TrayFacts {
  readonly node: NodeState
  /** Everything, or the windows. */
  readonly locked: boolean
  readonly paused: boolean
  /** What the node says; undefined while it says nothing. */
  readonly view: NodeView | undefined
  /** Whether titles may be seen. */
  readonly titles: boolean
}

/** The line at a glance; each is a message `tray.<line>`. */
export type TrayLine =
  | 'starting'
  | 'failed'
  | 'given-up'
  | 'stopped'
  | 'locked'
  | 'paused'
  | 'trouble'
  | 'unreached'
  | 'importing'
  | 'syncing'
  | 'network'
  | 'local'

export interface TrayState {
  readonly picture: TrayPicture
  readonly line: TrayLine
  readonly recent: NodeView['recent']
}

export function trayState({ node, locked, paused, view, titles }: TrayFacts): TrayState {
  const recent = locked || !titles || node.state !== 'ready' ? [] : (view?.recent ?? [])
  const line = lineOf(node, locked, paused, view)
  return { line, picture: pictureOf(line), recent }
}

function lineOf(node: NodeState, locked: boolean, paused: boolean, view: NodeView | undefined): TrayLine {
  if (locked) return 'locked'
  if (node.state !== 'ready') return node.state
  if (!view) return 'starting'
  if (view.trouble) return 'trouble'
  if (view.importing) return 'importing'
  if (paused) return 'paused'
  if (view.nodes.some(({ behind }) => behind)) return 'syncing'
  if (view.nodes.some(({ trouble }) => trouble)) return 'unreached'
  return view.network ? 'network' : 'local'
}

const pictures: Readonly<Partial<Record<TrayLine, TrayPicture>>> = {
  'failed': 'trouble',
  'given-up': 'trouble',
  'trouble': 'trouble',
  'unreached': 'trouble',
  'locked': 'locked',
  'paused': 'paused',
  'importing': 'syncing',
  'syncing': 'syncing',
}
const pictureOf = (line: TrayLine): TrayPicture => pictures[line] ?? 'on'
