/** How many conversations each filter would choose. */
import type { conversations } from '../contract/api/conversations.ts'
import { sources } from '../contract/content.ts'
import type { Output } from '../contract/method.ts'
import { facetPlace } from './facets.ts'
import type { AccountRef, Library } from './read.ts'
import { facetKinds, states } from './tables.ts'

const countSources =
  'SELECT source, count(*) AS count FROM conversation WHERE account = ? AND state = ? AND document = 0 GROUP BY source ORDER BY 2 DESC'
const countNames = `SELECT f.kind, f.name, n.sealed, count(*) AS count FROM facet f JOIN facet_name n ON n.account = f.account AND n.kind = f.kind AND n.name = f.name
  JOIN conversation c ON c.account = f.account AND c.id = f.conversation AND c.state = ? AND c.document = 0
  WHERE f.account = ? GROUP BY f.kind, f.name ORDER BY 4 DESC`

/** The most used first. */
export async function facetCounts(
  { reader, keysOf }: Pick<Library, 'reader' | 'keysOf'>,
  account: AccountRef,
): Promise<Output<(typeof conversations)['facets.get']>> {
  const { sealer } = keysOf(account.id)
  const bySource = await reader.all<{ source: number; count: number }>(countSources, [account.id, states.shown])
  const byName = await reader.all<{ kind: number; name: Uint8Array; sealed: Uint8Array; count: number }>(countNames, [
    states.shown,
    account.id,
  ])
  const named = (kind: number) =>
    byName
      .filter((row) => row.kind === kind)
      .map((row) => ({
        value: Buffer.from(sealer.open(facetPlace(account.id, kind, row.name), row.sealed)).toString(),
        count: row.count,
      }))
  return {
    sources: bySource.flatMap(({ source, count }) => {
      const value = sources[source]
      return value ? [{ value, count }] : []
    }),
    models: named(facetKinds.model),
    projects: named(facetKinds.project),
    tags: named(facetKinds.tag),
  }
}
