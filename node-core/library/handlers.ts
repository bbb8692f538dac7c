/** One function per method of `contract/api/conversations.ts`. */
import type { conversations } from '../contract/api/conversations.ts'
import type { Message } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import { type ConversationId, type Did, fromBase32, type MessageId, splitMessageId, splitUnitId } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import type { Change } from '../log/append.ts'
import { deleteConversation } from './deletion.ts'
import { detailOf } from './detail.ts'
import { facetCounts } from './facet-counts.ts'
import { cursorOf, listQuery } from './list.ts'
import type { StoredRow } from './load.ts'
import { atMessage, leafOf, parentsFirst } from './pages.ts'
import { pathHandlers } from './path-handlers.ts'
import { cursorAt, hexOf, pathOf, placeOf } from './paths.ts'
import type { AccountRef, Library, ShownTree } from './read.ts'
import { tagsOfMany } from './tag-reads.ts'
import type { TreeEntry } from './tree-block.ts'
import { unitsOf } from './units.ts'
import { idOfEntry, messageView, siblingsIn, summaryOf, unitView } from './views.ts'

export interface LibraryHandlerParts {
  library: Library
  accountOf(did: Did): AccountRef
  append(account: number, changes: readonly Change[]): Promise<unknown>
  /** Grows with every commit: what was cached before may no longer be true. */
  generation(): number
  /** Bytes of pages to keep as they were sent. */
  pageBytes: number
}

export function libraryHandlers({
  library,
  accountOf,
  append,
  generation,
  pageBytes,
}: LibraryHandlerParts): Handlers<typeof conversations> {
  const { reader } = library
  const treeOf = async (account: AccountRef, id: ConversationId): Promise<ShownTree> =>
    library.tree(await library.find(account, id))

  const detail = (account: AccountRef, id: ConversationId) => detailOf(library, account, id)
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
      const query = await listQuery(
        library.facets,
        account.id,
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
      const messages = await library.messagesAt(tree, entries)
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
    ...pathHandlers({ library, accountOf, generation, pageBytes }),
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
    'conversations.delete': ({ conversation }, { account }) =>
      deleteConversation({ library, append }, accountOf(account), conversation),
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
    'facets.get': (_, { account }) => facetCounts(library, accountOf(account)),
  }
}
