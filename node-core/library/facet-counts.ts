/** How many conversations each filter would choose. */
import type { conversations } from '../contract/api/conversations.ts'
import { sources } from '../contract/content.ts'
import type { Output } from '../contract/method.ts'
import type { FacetKind } from './facets.ts'
import { NumberSet } from './number-set.ts'
import type { AccountRef, Library } from './read.ts'
import { states } from './tables.ts'
import { foldedTag } from './taggings.ts'

const selectShown = 'SELECT id, source FROM conversation WHERE account = ? AND state = ? AND document = 0'

/** The most used first, equally used ones by their names. */
export async function facetCounts(
  { reader, facets }: Pick<Library, 'reader' | 'facets'>,
  account: AccountRef,
): Promise<Output<(typeof conversations)['facets.get']>> {
  const shown = new NumberSet()
  const bySource = new Map<number, number>()
  for (const { id, source } of await reader.all<{ id: number; source: number }>(selectShown, [account.id, states.shown])) {
    shown.add(id)
    bySource.set(source, (bySource.get(source) ?? 0) + 1)
  }
  const names = await facets.all(account.id)
  const named = (kind: FacetKind) => ordered([...names[kind]].map(([value, set]) => ({ value, count: set.countIn(shown) })))
  return {
    sources: ordered(
      [...bySource].flatMap(([source, count]) => {
        const value = sources[source]
        return value ? [{ value, count }] : []
      }),
    ),
    models: named('model'),
    projects: named('project'),
    tags: ordered(foldedCounts(names.tag, shown)),
  }
}

/** Tags that differ in case alone are counted together, under the spelling that most conversations have. */
function foldedCounts(tags: ReadonlyMap<string, NumberSet>, shown: NumberSet): { value: string; count: number }[] {
  const spelled = ordered([...tags].map(([value, set]) => ({ value, count: set.countIn(shown) })))
  const together = new Map<string, { value: string; all: NumberSet }>()
  for (const { value } of spelled) {
    const known = together.get(foldedTag(value)) ?? { value, all: new NumberSet() }
    known.all.addAll(tags.get(value) ?? new NumberSet())
    together.set(foldedTag(value), known)
  }
  return [...together.values()].map(({ value, all }) => ({ value, count: all.countIn(shown) }))
}

const ordered = <T extends { value: string; count: number }>(all: T[]): T[] =>
  all.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
