/** What readers see of a conversation's state. Pure. */
import { activeLeaf, byIdOf, pathTo } from '../contract/tree.ts'
import type { ConversationState, FieldName, Fields } from './rules.ts'
import type { TreeEntry } from './tree-block.ts'

/** What readers see of a state. */
export interface View {
  title: string | null
  created: number | null
  updated: number | null
  archived: boolean
  starred: boolean
  inferred: boolean
  project: { id: string; name?: string } | null
  kind: string | null
  tags: string[]
  models: string[]
  leaf: TreeEntry | undefined
  messages: number
  branches: number
  hidden: number
}

/** Derives what is shown: a person's value over the imported one. */
export function viewOf(state: ConversationState): View {
  const imported = <F extends FieldName>(name: F): Fields[F] | undefined =>
    (state.registers[name] as [Fields[F], number] | undefined)?.[0]
  const { entries, edits } = state
  const leaf = activeLeaf(inOrder(entries), imported('current'))
  const title = edits.title?.value ?? imported('title')
  const models = new Set<string>()
  let newest = 0
  let oldest: number | null = null
  let hidden = 0
  for (const entry of entries) {
    if (entry.model !== undefined) models.add(entry.model)
    if (entry.time !== undefined && entry.time > newest) newest = entry.time
    if (entry.time !== undefined && (oldest === null || entry.time < oldest)) oldest = entry.time
    if (entry.hidden) hidden++
  }
  const created = imported('created') ?? oldest
  const model = imported('model')
  if (models.size === 0 && model !== undefined) models.add(model)
  return {
    title: title ? title : null,
    created,
    updated: imported('updated') ?? (newest > 0 ? newest : created),
    archived: edits.archived?.value ?? imported('archived') ?? false,
    starred: edits.starred?.value ?? imported('starred') ?? false,
    inferred: imported('inferred') ?? false,
    project: imported('project') ?? null,
    kind: imported('kind') ?? null,
    tags: imported('tags') ?? [],
    models: [...models].sort(),
    leaf,
    messages: entries.length,
    branches: leaf ? entries.length - pathTo(byIdOf(entries), leaf).length : 0,
    hidden,
  }
}

/** Entries in the provider's order: the order of arrival says nothing. */
export const inOrder = (entries: readonly TreeEntry[]): readonly TreeEntry[] => {
  for (let n = 1; n < entries.length; n++) {
    const before = entries[n - 1] as TreeEntry
    const entry = entries[n] as TreeEntry
    if (before.order > entry.order || (before.order === entry.order && before.id > entry.id)) {
      return [...entries].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    }
  }
  return entries
}
