/**
 * Numbers by id that outlive a reload of this tab: where things were left. Session storage is on the disk while the tab
 * is open, and browsers bring it back after a crash, so that nothing may stand in it that a person has written or read:
 * ids and numbers only. It goes with the tab, and with the session at the node.
 */
import { recentMap } from './recent-map.ts'

/** Of what is written: another one is not read. */
const version = 1
const prefix = 'numbers '

type Numbers = readonly number[]
export interface TabNumbers {
  get(key: string): Numbers | undefined
  delete(key: string): void
  set(key: string, numbers: Numbers): void
}

const forgetting = new Set<() => void>()

/** `most`: entries; the one that was set longest ago is forgotten first. `storage` may be refused by the browser. */
export function tabNumbers(name: string, most: number, storage: () => Storage = () => window.sessionStorage): TabNumbers {
  const item = prefix + name
  let map = recentMap<Numbers>(most)
  let keys = new Set<string>()
  for (const [key, numbers] of entriesIn(read(storage, item)).slice(-most)) {
    map.set(key, numbers)
    keys.add(key)
  }
  const write = () => {
    const entries = [...keys].flatMap((key) => {
      const numbers = map.get(key)
      return numbers ? [[key, numbers]] : []
    })
    try {
      storage().setItem(item, JSON.stringify({ version, entries }))
    } catch {
      // Full or refused: they are known until the page is loaded again.
    }
  }
  forgetting.add(() => {
    map = recentMap(most)
    keys = new Set()
    try {
      storage().removeItem(item)
    } catch {
      // Where it is refused there is nothing.
    }
  })
  return {
    get: (key) => map.get(key),
    delete(key) {
      if (!map.delete(key)) return
      keys.delete(key)
      write()
    },
    set(key, numbers) {
      map.set(key, numbers)
      keys.delete(key)
      keys.add(key)
      for (const known of keys) if (!map.has(known)) keys.delete(known)
      write()
    },
  }
}

/** Forgets all of them, here and in the tab's storage: what was read is no longer anybody's who opens this tab. */
export function forgetNumbers(storage: () => Storage = () => window.sessionStorage): void {
  for (const forget of forgetting) forget()
  try {
    const kept = storage()
    // Also those of parts of the page that are not loaded.
    for (const item of Object.keys(kept)) if (item.startsWith(prefix)) kept.removeItem(item)
  } catch {
    // Where it is refused there is nothing.
  }
}

/** Forgets those whose key begins with an entry of the history; before the parts that have them are loaded. */
export function forgetEntry(entry: string, storage: () => Storage = () => window.sessionStorage): void {
  try {
    const kept = storage()
    for (const item of Object.keys(kept)) {
      if (!item.startsWith(prefix)) continue
      const entries = entriesIn(read(storage, item)).filter(([key]) => !key.startsWith(`${entry} `))
      kept.setItem(item, JSON.stringify({ version, entries }))
    }
  } catch {
    // Where it is refused there is nothing.
  }
}

function read(storage: () => Storage, item: string): unknown {
  try {
    return JSON.parse(storage().getItem(item) ?? 'null')
  } catch {
    return undefined
  }
}

/** What is no list of ids with numbers is nothing. */
function entriesIn(kept: unknown): [string, Numbers][] {
  if (typeof kept !== 'object' || kept === null || !('version' in kept) || kept.version !== version) return []
  if (!('entries' in kept) || !Array.isArray(kept.entries)) return []
  return kept.entries.flatMap((entry: unknown): [string, Numbers][] => {
    if (!Array.isArray(entry)) return []
    const [key, numbers]: unknown[] = entry
    return typeof key === 'string' && Array.isArray(numbers) && numbers.every((n) => Number.isFinite(n)) ? [[key, numbers]] : []
  })
}
