/** `export.get`: everything, or what the filters choose, as one archive. */
import type { store } from '../contract/api/store.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers, Input } from '../contract/method.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { Clock } from '../ports/clock.ts'
import { archiveOf } from './export-archive.ts'
import { exportFiles } from './export-files.ts'
import { dateOf } from './export-names.ts'
import { chosenQuery } from './list.ts'
import { rowColumns, type StoredRow } from './load.ts'
import type { AccountRef, Library, Shown } from './read.ts'
import { states } from './tables.ts'
import { tagsOf } from './tag-reads.ts'
import { foldedTag } from './taggings.ts'
import { summaryOf } from './views.ts'

export interface ExportHandlerParts {
  library: Library
  accountOf(did: Did): AccountRef
  blobs: Blobs
  clock: Clock
}

type Choice = Input<(typeof store)['export.get']>
type Filters = Omit<Choice, 'conversation'>

export function exportHandlers({
  library,
  accountOf,
  blobs,
  clock,
}: ExportHandlerParts): Pick<Handlers<typeof store>, 'export.get'> {
  return {
    async 'export.get'({ conversation, ...filters }, { account: did }) {
      const account = accountOf(did)
      const now = clock.now()
      const filtered = Object.values(filters).some((value) => value !== undefined)
      const chosen = conversation
        ? await named(library, account, conversation, filtered ? filters : undefined)
        : await all(library, account, filtered ? filters : undefined)
      const withNotes = !conversation && !filtered
      return {
        mediaType: 'application/zip',
        filename: `vivim-export-${dateOf(now) ?? now}.zip`,
        open: (_, signal) => archiveOf(exportFiles({ library, blobs, account, chosen, withNotes, now }), signal),
      }
    },
  }
}

/** The local numbers of those ids that the filters let pass. Error: `not-found`. */
async function named(
  library: Library,
  account: AccountRef,
  ids: NonNullable<Choice['conversation']>,
  filters: Filters | undefined,
): Promise<number[]> {
  const found = new Set<number>()
  for (const id of ids) found.add((await library.find(account, id)).row.id)
  if (!filters) return [...found]
  const passing = new Set(await all(library, account, filters))
  return [...found].filter((local) => passing.has(local))
}

/** Local numbers, conversations first, the oldest first. */
async function all(library: Library, account: AccountRef, filters: Filters | undefined): Promise<number[]> {
  const query = await chosenQuery(library.facets, account.id, filters ?? {})
  const rows = await library.reader.all<{ id: number }>(
    `SELECT id FROM conversation WHERE account = ? AND id IN (${query.sql}) ORDER BY created, id`,
    [account.id, ...query.parameters],
  )
  return [...rows.map(({ id }) => id), ...(await documents(library, account, filters))]
}

/** Documents are few: each is looked at. */
async function documents(library: Library, account: AccountRef, filters: Filters | undefined): Promise<number[]> {
  const rows = await library.reader.all<StoredRow>(
    `SELECT ${rowColumns} FROM conversation WHERE account = ? AND state = ${states.shown} AND document = 1 ORDER BY created, id`,
    [account.id],
  )
  const passing: number[] = []
  for (const row of rows) {
    const shown = filters && library.shownOf(account, row)
    if (!filters || (shown && (await passes(library, shown, filters)))) passing.push(row.id)
  }
  return passing
}

/** The filters' meaning, as in listing. */
async function passes(library: Library, shown: Shown, { source, model, project, tag, from, to }: Filters): Promise<boolean> {
  const summary = summaryOf(shown, tag ? await tagsOf(library, shown.account, shown.row.id) : [])
  return (
    (!source || source.includes(summary.source)) &&
    (!model || model.some((one) => summary.models.includes(one))) &&
    (!project || (summary.project !== null && project.includes(summary.project))) &&
    (!tag || tag.some((one) => summary.tags.some((own) => foldedTag(own) === foldedTag(one)))) &&
    (from === undefined || shown.row.updated >= from) &&
    (to === undefined || shown.row.created < to)
  )
}
