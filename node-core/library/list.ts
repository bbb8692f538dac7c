/** Listing conversations by filters, page by page. */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import { type Source, sources } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import type { Cursor } from '../contract/ids.ts'
import type { Query, Value } from '../ports/storage.ts'
import type { FacetIndex } from './facet-index.ts'
import { facetKinds } from './facets.ts'
import type { StoredRow } from './load.ts'
import { states } from './tables.ts'

/** Filters that listing, finding and exporting share. */
export interface Filters {
  source?: readonly Source[] | undefined
  model?: readonly string[] | undefined
  project?: readonly string[] | undefined
  tag?: readonly string[] | undefined
  from?: number | undefined
  to?: number | undefined
  archived?: boolean | undefined
  starred?: boolean | undefined
  inferred?: boolean | undefined
  import?: Uint8Array | undefined
}

interface Tables {
  conversation: StoredRow & { account: number }
  import_item: { account: number; import: Uint8Array; conversation: number; outcome: number }
}
/** Builds statements; nothing is ever run through it. */
const build = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** `chosen`: lists of local numbers, as JSON, that a conversation must each be in. */
function filtered(account: number, filters: Filters, chosen: readonly string[]) {
  let query = build
    .selectFrom('conversation as c')
    .where('c.account', '=', account)
    .where('c.state', '=', states.shown)
    .where('c.document', '=', 0)
  if (filters.source)
    query = query.where(
      'c.source',
      'in',
      filters.source.map((source) => sources.indexOf(source)),
    )
  if (filters.from !== undefined) query = query.where('c.updated', '>=', filters.from)
  if (filters.to !== undefined) query = query.where('c.created', '<', filters.to)
  for (const name of ['archived', 'starred', 'inferred'] as const) {
    const wanted = filters[name]
    if (wanted !== undefined) query = query.where(`c.${name}`, '=', Number(wanted))
  }
  for (const locals of chosen) query = query.where(sql<boolean>`c.id in (select value from json_each(${locals}))`)
  const { import: importId } = filters
  if (importId) {
    query = query.where('c.id', 'in', (eb) =>
      eb
        .selectFrom('import_item')
        .select('import_item.conversation')
        .where('import_item.account', '=', account)
        .where('import_item.import', '=', importId)
        .where('import_item.outcome', '<', 2),
    )
  }
  return query
}

/** One page, newest first, and whether there is more: asks for one row beyond `limit`. */
export async function listQuery(
  facets: FacetIndex,
  account: number,
  filters: Filters,
  order: 'updated' | 'created',
  cursor: Cursor | undefined,
  limit: number,
): Promise<Query> {
  let query = filtered(account, filters, await chosenBy(facets, account, filters))
    .selectAll('c')
    .orderBy(`c.${order}`, 'desc')
    .orderBy('c.id', 'desc')
    .limit(limit + 1)
  if (cursor) {
    const [time, id] = parseCursor(cursor)
    query = query.where(sql<boolean>`(${sql.ref(`c.${order}`)}, c.id) < (${time}, ${id})`)
  }
  return compiled(query)
}

/** Local numbers of everything that the filters choose. */
export const chosenQuery = async (facets: FacetIndex, account: number, filters: Filters): Promise<Query> =>
  compiled(filtered(account, filters, await chosenBy(facets, account, filters)).select('c.id'))

/** What no statement can choose by: models, projects and tags are sealed. */
async function chosenBy(facets: FacetIndex, account: number, filters: Filters): Promise<string[]> {
  const chosen: string[] = []
  for (const kind of facetKinds) {
    const names = filters[kind]
    if (names) chosen.push(JSON.stringify([...(await facets.having(account, kind, names))]))
  }
  return chosen
}

export const cursorOf = (row: StoredRow, order: 'updated' | 'created'): Cursor =>
  Buffer.from(`${row[order]}.${row.id}`).toString('base64url') as Cursor

function parseCursor(cursor: Cursor): [time: number, id: number] {
  const [time, id] = Buffer.from(cursor, 'base64url').toString().split('.').map(Number)
  if (!Number.isSafeInteger(time) || !Number.isSafeInteger(id))
    throw new VivimError('bad-request', 'cursor: not of this listing.')
  return [time as number, id as number]
}

function compiled(query: { compile(): { sql: string; parameters: readonly unknown[] } }): Query {
  const { sql: text, parameters } = query.compile()
  return { sql: text, parameters: parameters as readonly Value[] }
}
