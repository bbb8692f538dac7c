/** Reading along a path of one conversation: its units and its outline, as pages that are kept while they hold. */
import type { conversations } from '../contract/api/conversations.ts'
import type { ConversationId, Did } from '../contract/ids.ts'
import { splitMessageId } from '../contract/ids.ts'
import type { Encoded, Handlers } from '../contract/method.ts'
import { outlineOf } from './outline.ts'
import { createPageCache } from './page-cache.ts'
import { atUnit, leafOf, unitsBetween } from './pages.ts'
import { cursorAt, endOf, hexOf, isFirst, move, pathOf, placeOf, unitsBefore } from './paths.ts'
import type { AccountRef, Library, ShownTree } from './read.ts'

export interface PathHandlerParts {
  library: Library
  accountOf(did: Did): AccountRef
  /** Grows with every commit: what was cached before may no longer be true. */
  generation(): number
  /** Bytes of pages to keep as they were sent. */
  pageBytes: number
}

const beginning = { at: 0, unit: 0 }

export function pathHandlers({
  library,
  accountOf,
  generation,
  pageBytes,
}: PathHandlerParts): Pick<Handlers<typeof conversations>, 'conversations.units' | 'conversations.outline'> {
  const pages = createPageCache(pageBytes)

  /** The page of that name as long as the conversation's version is the same, else what `make` answers. */
  async function kept(
    account: AccountRef,
    conversation: ConversationId,
    name: string,
    make: (tree: ShownTree) => Promise<object>,
  ): Promise<Encoded> {
    const key = `${account.id}/${conversation}/${name}`
    const now = generation()
    const known = pages.get(key)
    if (known?.about.generation === now) return known.body
    const shown = await library.find(account, conversation)
    const { version } = shown.row
    // commits elsewhere change nothing here: the page holds as long as the conversation's version does
    if (known?.about.version === version) {
      known.about.generation = now
      return known.body
    }
    const text = JSON.stringify(await make(await library.tree(shown)))
    return pages.set(key, { generation: now, version, etag: String(version) }, text).body
  }

  return {
    'conversations.units': ({ conversation, leaf, cursor, limit, start, at }, { account }) =>
      kept(
        accountOf(account),
        conversation,
        `${leaf ?? ''}/${cursor ?? ''}/${at ?? ''}/${start ?? ''}/${limit}`,
        async (tree) => {
          const path = pathOf(tree, leaf && hexOf(splitMessageId(leaf).message))
          const from = cursor
            ? placeOf(path, cursor)
            : at !== undefined
              ? move(path, beginning, at)
              : start
                ? atUnit(path, start)
                : beginning
          const to = move(path, from, limit)
          const before = move(path, from, -limit)
          return {
            items: await unitsBetween(library, tree, path, from, to),
            next: cursorAt(path[to.at], to.unit),
            previous: isFirst(from) ? null : cursorAt(path[before.at], before.unit),
            leaf: leafOf(conversation, path),
            total: unitsBefore(path, endOf(path)),
            offset: unitsBefore(path, from),
          }
        },
      ),
    'conversations.outline': ({ conversation, leaf, cursor, limit }, { account }) =>
      kept(accountOf(account), conversation, `outline/${leaf ?? ''}/${cursor ?? ''}/${limit}`, async (tree) => {
        const path = pathOf(tree, leaf && hexOf(splitMessageId(leaf).message))
        return outlineOf(library, tree, path, cursor ? placeOf(path, cursor) : beginning, limit)
      }),
  }
}
