/** Where a person was in each conversation. In memory alone: what is read leaves no trace in the browser. */
import type { CacheSnapshot } from 'virtua'
import { recentMap } from '../../app/recent-map.ts'
import type { UnitPath } from '../../queries/units.ts'

export interface Position {
  /** The unit at the top of the screen, and how far above the screen it begins, in pixels. */
  readonly index: number
  readonly above: number
  /** Heights, good for as many units as there were. */
  readonly cache: CacheSnapshot
  readonly total: number
}

const ofConversations = recentMap<Position>(50)
const ofEntries = recentMap<Position>(50)

const nameOf = ({ conversation, leaf }: UnitPath): string => `${conversation} ${leaf ?? ''}`
const entryOf = (path: UnitPath): string => `${window.navigation?.currentEntry?.key ?? ''} ${nameOf(path)}`

/** Where this entry of the history was left. */
export const positionOfEntry = (entry: string): Position | undefined => ofEntries.get(entry)
/** Where the conversation was left, however it was reached. */
export const positionOf = (path: UnitPath): Position | undefined => ofConversations.get(nameOf(path))
/** Names the present entry; to be asked while it is present. */
export const presentEntry = entryOf

export function keepPosition(path: UnitPath, entry: string, position: Position): void {
  ofConversations.set(nameOf(path), position)
  ofEntries.set(entry, position)
}
