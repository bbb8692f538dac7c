/**
 * How the library stands: filters, order, words, and which conversation the keys are at. In memory alone, for each
 * entry of the history; a new entry goes on from the last one, so that a list stays as it is while one reads in it.
 */
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { useLocation } from 'wouter'
import type { ConversationId } from '../../../node-core/contract/ids.ts'
import { entryKey } from '../../app/entry-state.ts'
import { recentMap } from '../../app/recent-map.ts'
import { type Filters, libraryDefaults } from '../../components/filters/filters.ts'
import type { Order } from '../../queries/conversations.ts'

export interface LibraryState {
  readonly filters: Filters
  readonly order: Order
  /** Looked for in titles. */
  readonly words: string
  readonly active: ConversationId | undefined
}

const initial: LibraryState = { filters: libraryDefaults, order: 'updated', words: '', active: undefined }
const kept = recentMap<LibraryState>(50)
let latest = initial
const listeners = new Set<() => void>()

function keep(key: string, state: LibraryState): void {
  kept.set(key, state)
  latest = state
  for (const listener of listeners) listener()
}
const subscribe = (changed: () => void) => {
  listeners.add(changed)
  return () => listeners.delete(changed)
}

/** The library's next entry shows what these filters leave: for links of other screens to “/”. */
export function presetLibrary(filters: Partial<Filters>): void {
  latest = { ...initial, filters: { ...libraryDefaults, ...filters } }
  // Where a browser does not name its entries, addresses stand for them.
  kept.delete('/')
}

export function useLibraryState(): [LibraryState, (some: Partial<LibraryState>) => void] {
  const [path] = useLocation()
  const state = useSyncExternalStore(subscribe, () => kept.get(entryKey()) ?? latest)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the entry changes with the address.
  useEffect(() => {
    keep(entryKey(), kept.get(entryKey()) ?? latest)
  }, [path])
  const change = useCallback((some: Partial<LibraryState>) => {
    const key = entryKey()
    keep(key, { ...(kept.get(key) ?? latest), ...some })
  }, [])
  return [state, change]
}
