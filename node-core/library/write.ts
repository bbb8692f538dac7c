/** Writing a conversation's rows: the one place with their SQL. */
import { VivimError } from '../contract/errors.ts'
import type { StoredEvent } from '../log/projection.ts'
import type { AccountKeys } from '../ports/sealer.ts'
import type { Transaction } from '../ports/storage.ts'
import { addBlobUses } from './blob-uses.ts'
import { writeFacets } from './facets.ts'
import type { Outcome, PreparedConversation } from './prepared.ts'
import type { ConversationRow } from './rows.ts'
import { states } from './tables.ts'

const columns =
  'account, id, name, incarnation, version, state, source, document, created, updated, messages, branches, hidden, archived, starred, inferred, contributions, fingerprint, head'
const insertRow = `INSERT INTO conversation (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
const updateRow = `UPDATE conversation SET incarnation = ?, version = ?, state = ?, source = ?, document = ?, created = ?, updated = ?,
  messages = ?, branches = ?, hidden = ?, archived = ?, starred = ?, inferred = ?, contributions = ?, fingerprint = ?, head = ?
  WHERE account = ? AND id = ? AND version = ?`
const upsertTree = `INSERT INTO conversation_tree (account, conversation, tree) VALUES (?, ?, ?)
  ON CONFLICT (account, conversation) DO UPDATE SET tree = excluded.tree`

/** A conversation's row as it is to be. `base` is the version that it replaces, 0 for none; the new one is the event's position. */
export interface RowWrite {
  local: number
  base: number
  incarnation: number
  state: number
  contributions: number
  fingerprint: Uint8Array | null
  row: ConversationRow
}

/** Writes the row and its tree. Error: `conflict` where the stored version is another. */
export async function writeRow(
  tx: Transaction,
  { account, position }: Pick<StoredEvent, 'account' | 'position'>,
  write: RowWrite,
): Promise<void> {
  const { row } = write
  const plain = [
    row.source,
    row.document,
    row.created,
    row.updated,
    row.messages,
    row.branches,
    row.hidden,
    row.archived,
    row.starred,
    row.inferred,
  ]
  const { contributions, fingerprint, incarnation, state, local, base } = write
  const { changes } =
    base === 0
      ? await tx.run(insertRow, [
          account,
          local,
          row.name,
          incarnation,
          position,
          state,
          ...plain,
          contributions,
          fingerprint,
          row.head,
        ])
      : await tx.run(updateRow, [
          incarnation,
          position,
          state,
          ...plain,
          contributions,
          fingerprint,
          row.head,
          account,
          local,
          base,
        ])
  if (changes === 0) throw conflict()
  await tx.run(upsertTree, [account, local, row.tree])
}

/** Writes what the importer prepared. Error: `conflict` where the store has moved on. */
export async function writePrepared(
  tx: Transaction,
  event: StoredEvent,
  keys: AccountKeys,
  prepared: PreparedConversation,
): Promise<void> {
  const { account } = event
  const { local, contributions, replaces } = prepared
  if (replaces !== null && !(await removeEnded(tx, account, replaces, prepared.base))) throw conflict()
  const total = (contributions.at(-1)?.n ?? -1) + 1
  await writeRow(tx, event, {
    ...prepared,
    base: replaces === null ? prepared.base : 0,
    state: states.shown,
    contributions: total,
  })
  for (const { part, n, updated } of contributions) {
    const stored = event.parts[part]
    if (!stored) throw conflict()
    await insertContribution(tx, event, { conversation: local, n, chunk: stored.chunk, import: prepared.import, updated })
  }
  await writeFacets(tx, event, local, 'imported', prepared.facets)
  if (prepared.blobs.length > 0) await addBlobUses({ tx, event, keys }, local, prepared.blobs, { stored: true })
  await countItem(tx, account, prepared.import, local, prepared.outcome, prepared.added)
}

const conflict = (): VivimError => new VivimError('conflict', 'A conversation changed while it was prepared.')

/** Makes room for a conversation that begins again under a new local number; false where the ended row is another by now. */
const removeEnded = async (tx: Transaction, account: number, local: number, version: number): Promise<boolean> =>
  (
    await tx.run('DELETE FROM conversation WHERE account = ? AND id = ? AND version = ? AND head IS NULL', [
      account,
      local,
      version,
    ])
  ).changes === 1

export const insertContribution = (
  tx: Transaction,
  event: StoredEvent,
  one: { conversation: number; n: number; chunk: number; import: Uint8Array; updated: number },
) =>
  tx.run(
    'INSERT INTO contribution (account, conversation, n, chunk, import, updated, milliseconds, counter, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [event.account, one.conversation, one.n, one.chunk, one.import, one.updated, event.time[0], event.time[1], event.device],
  )

/** What became of a conversation in an import: the strongest word counts, and a resumed import adds to it. */
export const countItem = (
  tx: Transaction,
  account: number,
  importId: Uint8Array,
  conversation: number,
  outcome: Outcome,
  added: number,
) =>
  tx.run(
    `INSERT INTO import_item (account, import, conversation, outcome, added) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (account, import, conversation) DO UPDATE SET outcome = min(outcome, excluded.outcome), added = added + excluded.added`,
    [account, importId, conversation, outcome, added],
  )
