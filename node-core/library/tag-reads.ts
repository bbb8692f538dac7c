/** Reading a person's tags. */
import type { EventTarget } from '../contract/events.ts'
import type { AccountRef, Library } from './read.ts'
import { foldedTag, openTagging, type Tagging, taggingName } from './taggings.ts'

interface Row {
  conversation: number
  name: Uint8Array
  sealed: Uint8Array
  milliseconds: number
}
export type TagRow = Tagging & { conversation: number; time: number }

const open = (library: Library, account: AccountRef, row: Row): TagRow => ({
  ...openTagging(account.id, library.keysOf(account.id), row.name, row.sealed),
  conversation: row.conversation,
  time: row.milliseconds,
})

/** All tags given inside a conversation, on whatever target. */
export async function taggingsIn(library: Library, account: AccountRef, local: number): Promise<TagRow[]> {
  const rows = await library.reader.all<Row>(
    'SELECT conversation, name, sealed, milliseconds FROM tagging WHERE account = ? AND conversation = ? AND is_on = 1',
    [account.id, local],
  )
  return rows.map((row) => open(library, account, row))
}

/** One tag of one target; undefined where it is not on. */
export async function taggingOf(
  library: Library,
  account: AccountRef,
  local: number,
  target: EventTarget,
  tag: string,
): Promise<TagRow | undefined> {
  const row = await library.reader.get<Row>(
    'SELECT conversation, name, sealed, milliseconds FROM tagging WHERE account = ? AND conversation = ? AND name = ? AND is_on = 1',
    [account.id, local, taggingName(library.keysOf(account.id), target, tag)],
  )
  return row && open(library, account, row)
}

/** Tags of the conversation itself. */
export const tagsOf = async (library: Library, account: AccountRef, local: number): Promise<string[]> =>
  (await taggingsIn(library, account, local)).filter((row) => !row.target.message).map((row) => row.tag)

/** Tags of many conversations at once, by local number. */
export async function tagsOfMany(
  library: Library,
  account: AccountRef,
  locals: readonly number[],
): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>()
  if (locals.length === 0) return found
  const rows = await library.reader.all<Row>(
    `SELECT conversation, name, sealed, milliseconds FROM tagging WHERE account = ? AND is_on = 1 AND conversation IN (${locals.map(() => '?').join(', ')})`,
    [account.id, ...locals],
  )
  for (const row of rows) {
    const { target, tag, conversation } = open(library, account, row)
    if (!target.message) found.set(conversation, [...(found.get(conversation) ?? []), tag])
  }
  return found
}

/** Taggings, newest first, from an offset: all, or those with one name, which are few enough to be opened. */
export async function taggingsNamed(
  library: Library,
  account: AccountRef,
  tag: string | undefined,
  limit: number,
  offset: number,
): Promise<TagRow[]> {
  const within = tag === undefined ? undefined : JSON.stringify([...(await library.facets.having(account.id, 'tag', [tag]))])
  const rows = await library.reader.all<Row>(
    `SELECT t.conversation, t.name, t.sealed, t.milliseconds FROM tagging t JOIN conversation c ON c.account = t.account AND c.id = t.conversation AND c.state = 0
     WHERE t.account = ? AND t.is_on = 1 ${within === undefined ? '' : 'AND t.conversation IN (SELECT value FROM json_each(?))'}
     ORDER BY t.milliseconds DESC, t.name ${within === undefined ? 'LIMIT ? OFFSET ?' : ''}`,
    within === undefined ? [account.id, limit, offset] : [account.id, within],
  )
  const opened = rows.map((row) => open(library, account, row))
  return tag === undefined ? opened : opened.filter((row) => foldedTag(row.tag) === foldedTag(tag)).slice(offset, offset + limit)
}
