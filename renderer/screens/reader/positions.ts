/**
 * Where a person was in each conversation: in memory, and for each entry of the history by ids and numbers in the tab, so
 * that a page that is loaded again stands where it stood. What is read leaves no trace in the browser.
 */
import type { CacheSnapshot, VirtualizerHandle } from 'virtua'
import { recentMap } from '../../app/recent-map.ts'
import { tabNumbers } from '../../app/tab-numbers.ts'
import type { UnitPath } from '../../queries/units.ts'

export interface Position {
  /** A unit at the top of the screen, −1 for what stands above them all, and how far above the screen it begins, in pixels. */
  readonly index: number
  readonly above: number
  /** Heights, good for as many units as there were; unknown once the page was loaded again. */
  readonly cache?: CacheSnapshot
  readonly total: number
}

const ofConversations = recentMap<Position>(50)
const ofEntries = recentMap<Position>(50)
const ofTab = tabNumbers('reader', 50)

const nameOf = ({ conversation, leaf }: UnitPath): string => `${conversation} ${leaf ?? ''}`
const entryOf = (path: UnitPath): string => `${window.navigation?.currentEntry?.key ?? ''} ${nameOf(path)}`

/** Where this entry of the history was left. */
export function positionOfEntry(entry: string): Position | undefined {
  const position = ofEntries.get(entry)
  if (position) return position
  const [index, above, total] = ofTab.get(entry) ?? []
  return index === undefined || above === undefined || total === undefined ? undefined : { index, above, total }
}
/** Where the conversation was left, however it was reached. */
export const positionOf = (path: UnitPath): Position | undefined => ofConversations.get(nameOf(path))
/** Names the present entry; to be asked while it is present. */
export const presentEntry = entryOf

export function keepPosition(path: UnitPath, entry: string, position: Position): void {
  ofConversations.set(nameOf(path), position)
  ofEntries.set(entry, position)
  const { index, above, total } = position
  // Where entries have no names one cannot be told from the next.
  if (!entry.startsWith(' ')) ofTab.set(entry, [index, above, total])
}

/**
 * Where a talk stands: by the first unit that begins on the screen, so that what gets another height above it moves
 * nothing; by the one that fills the screen where none begins. `box` is asked how far it is scrolled: what the list last
 * heard of that may be of a moment before. `head`: the height of what stands above the units, in pixels.
 */
export function placeIn(
  list: Pick<VirtualizerHandle, 'findItemIndex' | 'getItemOffset'>,
  box: Pick<HTMLElement, 'scrollTop' | 'clientHeight'>,
  head: number,
  total: number,
): Pick<Position, 'index' | 'above'> {
  const { scrollTop, clientHeight } = box
  if (scrollTop < head) return { index: -1, above: scrollTop }
  const from = scrollTop - head
  const first = list.findItemIndex(scrollTop)
  const next = Math.min(first + 1, total - 1)
  const stays = list.getItemOffset(first) >= from || list.getItemOffset(next) >= from + clientHeight
  const index = stays ? first : next
  return { index, above: from - list.getItemOffset(index) }
}
