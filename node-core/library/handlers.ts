/** One function per method of `contract/api/conversations.ts`. */
import type { conversations } from '../contract/api/conversations.ts'
import type { Message } from '../contract/content.ts'
import { sources } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import {
  type ConversationId,
  type Did,
  fromBase32,
  type ImportId,
  type MessageId,
  splitMessageId,
  splitUnitId,
  toBase32,
} from '../contract/ids.ts'
import { Encoded, type Handlers } from '../contract/method.ts'
import { childrenOf } from '../contract/tree.ts'
import type { Change } from '../log/append.ts'
import { createCache } from './cache.ts'
import { facetPlace } from './facets.ts'
import { cursorOf, listQuery } from './list.ts'
import type { StoredRow } from './load.ts'
import { cursorAt, hexOf, isFirst, move, type Place, pathOf, placeOf } from './paths.ts'
import type { AccountRef, Library, ShownTree } from './read.ts'
import { facetKinds, states } from './tables.ts'
import { tagsOf, tagsOfMany } from './tag-reads.ts'
import type { TreeEntry } from './tree-block.ts'
import { unitsOf } from './units.ts'
import { idOfEntry, messageView, siblingsIn, summaryOf, type UnitView, unitView } from './views.ts'

export interface LibraryHandlerParts {
  library: Library
  accountOf(did: Did): AccountRef
  append(account: number, changes: readonly Change[]): Promise<unknown>
  /** Grows with every commit: what was cached before may no longer be true. */
  generation(): number
  /** Bytes of pages to keep as they were sent. */
  pageBytes: number
}

const LEAVES = 200

export function libraryHandlers({
  library,
  accountOf,
  append,
  generation,
  pageBytes,
}: LibraryHandlerParts): Handlers<typeof conversations> {
  const { reader, keysOf } = library
  const pages = createCache<{ generation: number; version: number; body: Encoded }>(pageBytes)
  const treeOf = async (account: AccountRef, id: ConversationId): Promise<ShownTree> =>
    library.tree(await library.find(account, id))

  const detail = async (account: AccountRef, id: ConversationId) => {
    const tree = await treeOf(account, id)
    const { head, view, entries } = tree
    const byParent = childrenOf(entries)
    const leaves = entries.filter((entry) => !byParent.has(entry.id)).sort((a, b) => (b.time ?? 0) - (a.time ?? 0))
    const active = view.leaf
    const ordered = active ? [active, ...leaves.filter((entry) => entry !== active)] : leaves
    const imports = await reader.all<{ import: Uint8Array }>(
      `SELECT import FROM import_item i WHERE account = ? AND conversation = ? AND outcome < 2
       AND NOT EXISTS (SELECT 1 FROM undone_import u WHERE u.account = i.account AND u.import = i.import)`,
      [account.id, tree.row.id],
    )
    return {
      ...summaryOf(tree, await tagsOf(library, account, tree.row.id)),
      key: head.key,
      kind: view.kind,
      imports: imports.map((one) => toBase32(one.import) as ImportId),
      leaves: ordered.slice(0, LEAVES).map((entry) => ({
        message: idOfEntry(id, entry.id),
        time: entry.time ?? null,
        messages: pathOf(tree, entry.id).length,
      })),
      leavesTotal: ordered.length,
      edited: {
        title: head.edits.title?.value != null,
        archived: head.edits.archived?.value != null,
        starred: head.edits.starred?.value != null,
      },
    }
  }

  const one = async (account: AccountRef, id: MessageId): Promise<{ tree: ShownTree; entry: TreeEntry; message: Message }> => {
    const { conversation, message: key } = splitMessageId(id)
    const tree = await treeOf(account, conversation)
    const entry = tree.entries.find((candidate) => candidate.id === hexOf(key))
    const [message] = entry ? await library.messages(tree, [entry]) : []
    if (!entry || !message) throw new VivimError('not-found')
    return { tree, entry, message }
  }

  return {
    async 'conversations.list'({ cursor, limit, order, import: importId, ...filters }, { account: did }) {
      const account = accountOf(did)
      const query = listQuery(
        account.id,
        keysOf(account.id),
        { ...filters, import: importId && fromBase32(importId) },
        order,
        cursor,
        limit,
      )
      const rows = await reader.all<StoredRow>(query.sql, query.parameters)
      const page = rows.slice(0, limit)
      const tags = await tagsOfMany(
        library,
        account,
        page.map((row) => row.id),
      )
      const last = page.at(-1)
      return {
        items: page.flatMap((row) => {
          const shown = library.shownOf(account, row)
          return shown ? [summaryOf(shown, tags.get(row.id) ?? [])] : []
        }),
        next: rows.length > limit && last ? cursorOf(last, order) : null,
      }
    },
    'conversations.get': ({ conversation }, { account }) => detail(accountOf(account), conversation),
    async 'conversations.tree'({ conversation, cursor, limit }, { account }) {
      const tree = await treeOf(accountOf(account), conversation)
      const nodes = parentsFirst(tree.entries)
      const start = cursor ? placeOf(nodes, cursor).at : 0
      return {
        items: nodes.slice(start, start + limit).map((entry) => ({
          id: idOfEntry(conversation, entry.id),
          parent: entry.parent === null ? null : idOfEntry(conversation, entry.parent),
          role: entry.role,
          time: entry.time ?? null,
          ...(entry.hidden ? { hidden: true } : {}),
          ...(entry.folded ? { folded: true } : {}),
          units: entry.units,
        })),
        next: cursorAt(nodes[start + limit], 0),
        current: tree.view.leaf ? idOfEntry(conversation, tree.view.leaf.id) : null,
      }
    },
    async 'conversations.messages'({ conversation, leaf, cursor, limit, start }, { account }) {
      const tree = await treeOf(accountOf(account), conversation)
      const path = pathOf(tree, leaf && hexOf(splitMessageId(leaf).message))
      const from = cursor ? placeOf(path, cursor).at : start ? atMessage(path, start).at : 0
      const entries = path.slice(from, from + limit)
      const messages = await library.messages(tree, entries)
      return {
        items: entries.flatMap((entry, n) => {
          const message = messages[n]
          return message ? [messageView(conversation, entry, message)] : []
        }),
        next: cursorAt(path[from + limit], 0),
        previous: from === 0 ? null : cursorAt(path[Math.max(0, from - limit)], 0),
        leaf: leafOf(conversation, path),
      }
    },
    async 'conversations.units'({ conversation, leaf, cursor, limit, start }, { account: did }) {
      const account = accountOf(did)
      const key = `${account.id}/${conversation}/${leaf ?? ''}/${cursor ?? ''}/${start ?? ''}/${limit}`
      const now = generation()
      const cached = pages.get(key)
      if (cached?.generation === now) return cached.body
      const shown = await library.find(account, conversation)
      // commits elsewhere change nothing here: the page holds as long as the conversation's version does
      if (cached?.version === shown.row.version) {
        cached.generation = now
        return cached.body
      }
      const tree = await library.tree(shown)
      const path = pathOf(tree, leaf && hexOf(splitMessageId(leaf).message))
      const from = cursor ? placeOf(path, cursor) : start ? atUnit(path, start) : { at: 0, unit: 0 }
      const to = move(path, from, limit)
      const before = move(path, from, -limit)
      const items = await unitsBetween(library, tree, path, from, to)
      const text = JSON.stringify({
        items,
        next: cursorAt(path[to.at], to.unit),
        previous: isFirst(from) ? null : cursorAt(path[before.at], before.unit),
        leaf: leafOf(conversation, path),
      })
      const body = new Encoded(Buffer.from(text), `${shown.row.id}.${shown.row.version}`)
      pages.set(key, { generation: now, version: shown.row.version, body }, text.length + key.length + 200)
      return body
    },
    async 'conversations.edit'({ conversation, title, archived, starred }, { account: did }) {
      const account = accountOf(did)
      const { head, row } = await library.find(account, conversation)
      await append(account.id, [
        {
          type: 'library.conversation-edited',
          parts: [
            {
              conversation: head.id,
              incarnation: row.incarnation,
              ...(title !== undefined ? { title } : {}),
              ...(archived !== undefined ? { archived } : {}),
              ...(starred !== undefined ? { starred } : {}),
            },
          ],
        },
      ])
      return detail(account, conversation)
    },
    async 'conversations.delete'({ conversation }, { account: did }) {
      const account = accountOf(did)
      const { head, row } = await library.find(account, conversation)
      const chunks = await reader.all<{ digest: Uint8Array }>(
        `SELECT k.digest FROM contribution c JOIN chunk k ON k.id = c.chunk WHERE c.account = ? AND c.conversation = ?
         UNION SELECT k.digest FROM said_chunk s JOIN chunk k ON k.id = s.chunk WHERE s.account = ? AND s.conversation = ?`,
        [account.id, row.id, account.id, row.id],
      )
      // a tombstone is a chunk itself: what it names must fit into one
      const parts = slices(
        chunks.map((chunk) => chunk.digest),
        5000,
      )
      await append(account.id, [
        {
          type: 'library.conversation-deleted',
          parts: parts.map((some) => ({ conversation: head.id, incarnation: row.incarnation, chunks: some })),
        },
      ])
      return {}
    },
    async 'messages.get'({ message: id }, { account }) {
      const { tree, entry, message } = await one(accountOf(account), id)
      return messageView(tree.id, entry, message)
    },
    async 'units.get'({ unit: id }, { account }) {
      const { message: messageId, index } = splitUnitId(id)
      const { tree, entry, message } = await one(accountOf(account), messageId)
      const found = unitsOf(message)[index]
      if (!found) throw new VivimError('not-found')
      return unitView(tree.id, entry, message, found, siblingsIn(tree)(entry))
    },
    async 'facets.get'(_, { account: did }) {
      const account = accountOf(did)
      const { sealer } = keysOf(account.id)
      const bySource = await reader.all<{ source: number; count: number }>(
        'SELECT source, count(*) AS count FROM conversation WHERE account = ? AND state = ? AND document = 0 GROUP BY source ORDER BY 2 DESC',
        [account.id, states.shown],
      )
      const byName = await reader.all<{ kind: number; name: Uint8Array; sealed: Uint8Array; count: number }>(
        `SELECT f.kind, f.name, n.sealed, count(*) AS count FROM facet f JOIN facet_name n ON n.account = f.account AND n.kind = f.kind AND n.name = f.name
         JOIN conversation c ON c.account = f.account AND c.id = f.conversation AND c.state = ? AND c.document = 0
         WHERE f.account = ? GROUP BY f.kind, f.name ORDER BY 4 DESC`,
        [states.shown, account.id],
      )
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
    },
  }
}

async function unitsBetween(
  library: Library,
  tree: ShownTree,
  path: readonly TreeEntry[],
  from: Place,
  to: Place,
): Promise<UnitView[]> {
  const entries = path.slice(from.at, to.unit > 0 ? to.at + 1 : to.at)
  const messages = await library.messages(tree, entries)
  const siblings = siblingsIn(tree)
  return entries.flatMap((entry, n) => {
    const message = messages[n]
    if (!message) return []
    const first = n === 0 ? from.unit : 0
    const last = from.at + n === to.at ? to.unit : Number.POSITIVE_INFINITY
    return unitsOf(message)
      .filter((unit) => unit.index >= first && unit.index < last)
      .map((unit) => unitView(tree.id, entry, message, unit, unit.index === 0 ? siblings(entry) : undefined))
  })
}

function atMessage(path: readonly TreeEntry[], id: MessageId): Place {
  const at = path.findIndex((entry) => entry.id === hexOf(splitMessageId(id).message))
  if (at === -1) throw new VivimError('not-found', 'start is not on this path.')
  return { at, unit: 0 }
}
function atUnit(path: readonly TreeEntry[], id: string): Place {
  const [conversation, message, unit] = id.split('-')
  return { ...atMessage(path, `${conversation}-${message}` as MessageId), unit: Number(unit ?? 0) }
}

const leafOf = (conversation: ConversationId, path: readonly TreeEntry[]): MessageId | null => {
  const last = path.at(-1)
  return last ? idOfEntry(conversation, last.id) : null
}

function parentsFirst(entries: readonly TreeEntry[]): TreeEntry[] {
  const children = childrenOf(entries)
  const out: TreeEntry[] = []
  const stack = [...(children.get(null) ?? [])].reverse()
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    out.push(entry)
    stack.push(...[...(children.get(entry.id) ?? [])].reverse())
  }
  return out
}

export function slices<T>(all: readonly T[], size: number): T[][] {
  const out: T[][] = [all.slice(0, size)]
  for (let at = size; at < all.length; at += size) out.push(all.slice(at, at + size))
  return out
}
