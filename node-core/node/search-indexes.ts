/** The search indexes of the node's accounts, in one memory that is given back when nobody searches. */

import type { Sealer } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { BlockCache } from '../search/cache.ts'
import { type SearchIndex, searchIndex } from '../search/search.ts'

/** After so long without a search its memory is given back, in milliseconds. */
const SEARCH_IDLE = 30_000

export interface SearchIndexes {
  /** An account's, by its local number. */
  of(account: number): SearchIndex
  /** Opens an account's anew at its next search: its keys have changed. */
  forget(account: number): void
  /** Gives the memory of all back. */
  release(): void
  close(): void
}

/** @param bytes what opened blocks may take */
export function createSearchIndexes(reader: Reader, sealerOf: (account: number) => Sealer, bytes: number): SearchIndexes {
  const cache = new BlockCache(bytes)
  const indexes = new Map<number, SearchIndex>()
  const release = (): void => {
    for (const index of indexes.values()) index.release()
  }
  const idle = createIdle(SEARCH_IDLE, release)
  return {
    of(account) {
      idle.used()
      const known = indexes.get(account) ?? searchIndex({ reader, sealer: sealerOf(account), account, cache })
      indexes.set(account, known)
      return known
    },
    forget: (account) => void indexes.delete(account),
    release,
    close: () => idle.stop(),
  }
}

/** Calls `release` once nothing was used for a while. */
function createIdle(milliseconds: number, release: () => void) {
  let timer: NodeJS.Timeout | undefined
  return {
    used() {
      if (timer) timer.refresh()
      else
        timer = setTimeout(() => {
          timer = undefined
          release()
        }, milliseconds).unref()
    },
    stop() {
      clearTimeout(timer)
    },
  }
}
