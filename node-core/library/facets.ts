/**
 * What conversations are filtered by: models, projects, tags. Each conversation has them in sealed cells of its own,
 * filled up to few sizes, so that nothing at rest shows which conversations share one, or how many do. Who filters opens
 * them all, once: `facet-index.ts`.
 */
import type { AccountKeys } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { openCell, sealCell } from './cells.ts'
import type { View } from './view.ts'

export const facetKinds = ['model', 'project', 'tag'] as const
export type FacetKind = (typeof facetKinds)[number]
/** Names by kind. */
export type FacetNames = Readonly<Record<FacetKind, readonly string[]>>

/** Who said it: the imports, or the person. */
export type FacetSide = 'imported' | 'own'

const placeOf = (account: number, conversation: number, side: FacetSide): string => `facet/${account}/${conversation}/${side}`

/** The cell of what imports said. */
export const importedFacets = (
  account: number,
  conversation: number,
  keys: AccountKeys,
  { models, project, tags }: Pick<View, 'models' | 'project' | 'tags'>,
): Uint8Array =>
  sealNames(account, conversation, 'imported', keys, {
    model: models,
    project: project ? [project.name ?? project.id] : [],
    tag: tags,
  })

export const sealNames = (
  account: number,
  conversation: number,
  side: FacetSide,
  keys: AccountKeys,
  names: FacetNames,
): Uint8Array => sealCell(keys, placeOf(account, conversation, side), [names.model, names.project, names.tag])

/** Error: `seal-broken`. */
export function openNames(
  account: number,
  conversation: number,
  side: FacetSide,
  keys: AccountKeys,
  sealed: Uint8Array,
): FacetNames {
  const [model, project, tag] = openCell<[string[], string[], string[]]>(keys, placeOf(account, conversation, side), sealed)
  return { model, project, tag }
}

/** The row of a facet's change. `position` is the event's: readers ask for what changed behind one. */
type Place = { account: number; position: number }

export const writeFacets = async (
  tx: Transaction,
  { account, position }: Place,
  conversation: number,
  side: FacetSide,
  sealed: Uint8Array | null,
): Promise<void> => {
  await tx.run(
    `INSERT INTO facet (account, conversation, changed, ${side}) VALUES (?, ?, ?, ?)
     ON CONFLICT (account, conversation) DO UPDATE SET changed = excluded.changed, ${side} = excluded.${side}`,
    [account, conversation, position, sealed],
  )
}

/** Forgets a conversation's. The row stays, so that readers see the change. */
export const removeFacets = async (tx: Transaction, { account, position }: Place, conversation: number): Promise<void> => {
  await tx.run('UPDATE facet SET changed = ?, imported = NULL, own = NULL WHERE account = ? AND conversation = ?', [
    position,
    account,
    conversation,
  ])
}
