/**
 * Which conversations have which models, projects and tags: in memory, opened from their sealed cells when first asked
 * for, and kept true by opening what changed since. Some 5 µs per conversation once, then a bit per name and conversation.
 */
import { setImmediate } from 'node:timers/promises'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type FacetKind, facetKinds, openNames } from './facets.ts'
import { NumberSet } from './number-set.ts'
import { foldedTag } from './taggings.ts'

export interface FacetIndex {
  /** Local numbers of the conversations that have one of the names, shown or not; tags in whatever case. */
  having(account: number, kind: FacetKind, names: readonly string[]): Promise<NumberSet>
  /** Every name with the conversations that have it. */
  all(account: number): Promise<Readonly<Record<FacetKind, ReadonlyMap<string, NumberSet>>>>
  /** Gives its memory back. */
  release(): void
}

interface Known {
  /** The newest change that was read. */
  changed: number
  names: Record<FacetKind, Map<string, NumberSet>>
}
/** Rows that are opened before others get their turn. */
const ROWS_PER_TURN = 500

interface Row {
  conversation: number
  changed: number
  imported: Uint8Array | null
  own: Uint8Array | null
}

export function createFacetIndex(reader: Reader, keysOf: KeysOf): FacetIndex {
  let known = new Map<number, Promise<Known>>()

  async function refresh(account: number, before: Promise<Known> | undefined): Promise<Known> {
    const index = (await before) ?? { changed: -1, names: { model: new Map(), project: new Map(), tag: new Map() } }
    const keys = keysOf(account)
    const first = index.changed < 0
    let opened = 0
    for await (const row of reader.iterate<Row>(
      'SELECT conversation, changed, imported, own FROM facet WHERE account = ? AND changed > ? ORDER BY changed',
      [account, index.changed],
    )) {
      for (const kind of facetKinds) {
        const names = index.names[kind]
        if (!first) for (const set of names.values()) set.delete(row.conversation)
        for (const side of ['imported', 'own'] as const) {
          const sealed = row[side]
          if (!sealed) continue
          for (const name of openNames(account, row.conversation, side, keys, sealed)[kind]) {
            const set = names.get(name) ?? new NumberSet()
            set.add(row.conversation)
            names.set(name, set)
          }
        }
      }
      index.changed = row.changed
      if (++opened % ROWS_PER_TURN === 0) await setImmediate()
    }
    return index
  }

  /** One refresh after the other, each behind what is committed when it is asked for. */
  function current(account: number): Promise<Known> {
    const next = refresh(account, known.get(account))
    known.set(account, next)
    // one that failed is begun anew
    next.catch(() => {
      if (known.get(account) === next) known.delete(account)
    })
    return next
  }

  return {
    async having(account, kind, names) {
      const { names: by } = await current(account)
      const found = new NumberSet()
      if (kind === 'tag') {
        const wanted = new Set(names.map(foldedTag))
        for (const [name, set] of by.tag) if (wanted.has(foldedTag(name))) found.addAll(set)
        return found
      }
      for (const name of names) {
        const set = by[kind].get(name)
        if (set) found.addAll(set)
      }
      return found
    },
    all: async (account) => (await current(account)).names,
    release() {
      known = new Map()
    },
  }
}
