/**
 * The tags that conversations can be filtered by, while several events are applied: each conversation's cell is opened and
 * sealed once for all of them. Invariant: after `flush` a cell holds each tag that is on somewhere in its conversation, once.
 */
import type { StoredEvent } from '../log/projection.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { openNames, sealNames, writeFacets } from './facets.ts'
import { distinctTags, foldedTag, tagOf } from './taggings.ts'

interface Within {
  tx: Transaction
  event: Pick<StoredEvent, 'account' | 'position'>
  keys: AccountKeys
}
export interface TagCells {
  /** A tag was set or taken away somewhere in a conversation; `was`: it was on there before. */
  change(within: Within, conversation: number, change: { tag: string; was: boolean; on: boolean }): Promise<void>
  /** The conversation ends: nothing is written for it. */
  forget(conversation: number): void
  flush(): Promise<void>
}

interface Cell {
  within: Within
  /** By what tells them apart. */
  tags: Map<string, string>
  changed: boolean
  /** Whether another that is on may say what was taken away, or say it otherwise. */
  doubtful: boolean
}

export function tagCells(): TagCells {
  const cells = new Map<number, Cell>()

  async function cellOf(within: Within, conversation: number): Promise<Cell> {
    const known = cells.get(conversation)
    if (known) return Object.assign(known, { within })
    const tags = new Map((await tagsInCell(within, conversation)).map((tag) => [foldedTag(tag), tag]))
    const cell: Cell = { within, tags, changed: false, doubtful: false }
    cells.set(conversation, cell)
    return cell
  }

  return {
    async change(within, conversation, { tag, was, on }) {
      const cell = await cellOf(within, conversation)
      const folded = foldedTag(tag)
      const shown = cell.tags.get(folded)
      if (on && shown === tag) return
      cell.changed = true
      cell.doubtful ||= was || shown !== undefined
      if (on) cell.tags.set(folded, tag)
      else cell.tags.delete(folded)
    },
    forget: (conversation) => void cells.delete(conversation),
    async flush() {
      for (const [conversation, { within, tags, changed, doubtful }] of cells) {
        if (!changed) continue
        const { tx, event, keys } = within
        // as many as are on: each is said once
        const exact = !doubtful || (await countOn(within, conversation)) === tags.size
        const tag = exact ? [...tags.values()].sort() : await tagsIn(within, conversation)
        const cell = tag.length > 0 ? sealNames(event.account, conversation, 'own', keys, { model: [], project: [], tag }) : null
        await writeFacets(tx, event, conversation, 'own', cell)
      }
      cells.clear()
    },
  }
}

async function tagsInCell({ tx, event: { account }, keys }: Within, conversation: number): Promise<readonly string[]> {
  const row = await tx.get<{ own: Uint8Array | null }>('SELECT own FROM facet WHERE account = ? AND conversation = ?', [
    account,
    conversation,
  ])
  return row?.own ? openNames(account, conversation, 'own', keys, row.own).tag : []
}

async function countOn({ tx, event: { account } }: Within, conversation: number): Promise<number> {
  const row = await tx.get<{ count: number }>(
    'SELECT count(*) AS count FROM tagging WHERE account = ? AND conversation = ? AND is_on = 1',
    [account, conversation],
  )
  return row?.count ?? 0
}

/** The person's tags on a conversation and on what is in it, each once. */
async function tagsIn({ tx, event: { account }, keys }: Within, conversation: number): Promise<string[]> {
  const rows = await tx.all<{ name: Uint8Array; sealed: Uint8Array }>(
    'SELECT name, sealed FROM tagging WHERE account = ? AND conversation = ? AND is_on = 1',
    [account, conversation],
  )
  return distinctTags(rows.map(({ name, sealed }) => tagOf(account, keys, name, sealed)).sort()).sort()
}
