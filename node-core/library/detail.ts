/** One conversation as `conversations.get` shows it. */
import type { conversations } from '../contract/api/conversations.ts'
import { type ConversationId, type ImportId, toBase32 } from '../contract/ids.ts'
import type { Output } from '../contract/method.ts'
import { childrenOf } from '../contract/tree.ts'
import { pathOf } from './paths.ts'
import type { AccountRef, Library } from './read.ts'
import { broughtBy } from './shown.ts'
import { ownImport } from './snippets.ts'
import { tagsOf } from './tag-reads.ts'
import { idOfEntry, summaryOf } from './views.ts'

/** So many ends of branches are shown, the newest first. */
const LEAVES = 200

/** Error: `not-found`. */
export async function detailOf(
  library: Library,
  account: AccountRef,
  id: ConversationId,
): Promise<Output<(typeof conversations)['conversations.get']>> {
  const tree = await library.tree(await library.find(account, id))
  const { head, view, entries } = tree
  const byParent = childrenOf(entries)
  const leaves = entries.filter((entry) => !byParent.has(entry.id)).sort((a, b) => (b.time ?? 0) - (a.time ?? 0))
  const active = view.leaf
  const ordered = active ? [active, ...leaves.filter((entry) => entry !== active)] : leaves
  const extra = await library.extra(tree)
  const imports = await broughtBy(library.reader, account.id, tree.row.id)
  return {
    ...summaryOf(tree, await tagsOf(library, account, tree.row.id)),
    key: head.key,
    kind: view.kind,
    incarnation: tree.row.incarnation,
    ...(extra ? { extra } : {}),
    imports: imports.map((one) => toBase32(one) as ImportId).filter((one) => one !== ownImport(tree.source, head.key)),
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
