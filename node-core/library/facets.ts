/** What conversations are filtered by: models, projects, tags; as keyed hashes with the sealed names beside. */
import type { AccountKeys } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { facetKinds } from './tables.ts'
import type { View } from './view.ts'

/** `sealed` is the name itself; null where it was handed over before. */
export interface Facet {
  kind: number
  name: Uint8Array
  sealed: Uint8Array | null
}

/** Names that a conversation is filtered by. `known` are those that need not be handed over again. */
export function facetsOf(
  account: number,
  keys: AccountKeys,
  { models, project, tags }: Pick<View, 'models' | 'project' | 'tags'>,
  known = new Set<string>(),
): Facet[] {
  const all: [kind: number, text: string][] = models.map((model) => [facetKinds.model, model])
  if (project) all.push([facetKinds.project, project.name ?? project.id])
  for (const tag of tags) all.push([facetKinds.tag, tag])
  return all.map(([kind, text]) => facetOf(account, keys, kind, text, known))
}

export function facetOf(account: number, keys: AccountKeys, kind: number, text: string, known = new Set<string>()): Facet {
  const name = facetName(keys, kind, text)
  const seen = `${kind}/${text}`
  if (known.has(seen)) return { kind, name, sealed: null }
  known.add(seen)
  return { kind, name, sealed: keys.sealer.seal(facetPlace(account, kind, name), Buffer.from(text)) }
}

export const facetName = (keys: AccountKeys, kind: number, text: string): Uint8Array => keys.keyed(`facet/${kind}`, text)
export const facetPlace = (account: number, kind: number, name: Uint8Array): string =>
  `facet_name/${account}/${kind}/${Buffer.from(name).toString('hex')}/sealed`

/**
 * Sets a conversation's models, project and tags; a person's own tags stay. False where a name that was handed over
 * before has gone meanwhile.
 */
export async function replaceFacets(
  tx: Transaction,
  account: number,
  conversation: number,
  facets: readonly Facet[],
  existed: boolean,
): Promise<boolean> {
  const before = existed ? await takeFacets(tx, account, conversation) : []
  for (const facet of facets) if (!(await addFacet(tx, account, conversation, facet))) return false
  if (!existed) return true
  await tx.run(restoreTags, [account, conversation])
  await dropUnusedNames(tx, account, before)
  return true
}

/** Removes a conversation's facets and, where nothing else is called so, their names: they are a person's words. */
export async function removeFacets(tx: Transaction, account: number, conversation: number): Promise<void> {
  await dropUnusedNames(tx, account, await takeFacets(tx, account, conversation))
}

type Named = Pick<Facet, 'kind' | 'name'>
async function takeFacets(tx: Transaction, account: number, conversation: number): Promise<Named[]> {
  const facets = await tx.all<Named>('SELECT kind, name FROM facet WHERE account = ? AND conversation = ?', [
    account,
    conversation,
  ])
  await tx.run('DELETE FROM facet WHERE account = ? AND conversation = ?', [account, conversation])
  return facets
}

const restoreTags = `INSERT INTO facet (account, kind, name, conversation)
  SELECT DISTINCT account, ${facetKinds.tag}, tag, conversation FROM tagging WHERE account = ? AND conversation = ? AND is_on = 1 ON CONFLICT DO NOTHING`

/** Forgets those of the names that nothing is called any more. */
export async function dropUnusedNames(tx: Transaction, account: number, names: readonly Named[]): Promise<void> {
  for (const { kind, name } of names) {
    await tx.run(
      `DELETE FROM facet_name WHERE account = ? AND kind = ? AND name = ? AND NOT EXISTS
       (SELECT 1 FROM facet f WHERE f.account = facet_name.account AND f.kind = facet_name.kind AND f.name = facet_name.name)`,
      [account, kind, name],
    )
  }
}

export async function addFacet(
  tx: Transaction,
  account: number,
  conversation: number,
  { kind, name, sealed }: Facet,
): Promise<boolean> {
  if (sealed) {
    await tx.run('INSERT INTO facet_name (account, kind, name, sealed) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [
      account,
      kind,
      name,
      sealed,
    ])
  } else if (!(await tx.get('SELECT 1 FROM facet_name WHERE account = ? AND kind = ? AND name = ?', [account, kind, name])))
    return false
  await tx.run('INSERT INTO facet (account, kind, name, conversation) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [
    account,
    kind,
    name,
    conversation,
  ])
  return true
}
