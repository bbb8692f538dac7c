/**
 * Everything that a store's library shows and holds, without what is local to the store: two stores (or a store before
 * and after a rebuild) whose logs say the same dump the same.
 */
import type { ConversationId, Cursor } from '../../node-core/contract/ids.ts'
import { toBase32 } from '../../node-core/contract/ids.ts'
import { usedIn } from '../../node-core/library/blob-uses.ts'
import { openNames } from '../../node-core/library/facets.ts'
import { openHead, openTree } from '../../node-core/library/rows.ts'
import { states } from '../../node-core/library/tables.ts'
import type { TestStore } from './store.ts'

const hex = (bytes: Uint8Array | null | undefined): string | null => (bytes ? Buffer.from(bytes).toString('hex') : null)
const sorted = <T>(items: T[]): T[] => items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

/** What the contract's methods answer. */
export async function dumpShown(store: TestStore) {
  const shown = []
  const documents = await store.reader.all<{ name: Uint8Array }>(
    'SELECT name FROM conversation WHERE account = ? AND state = 0',
    [store.account.id],
  )
  for (const { name } of documents) {
    const row = await store.reader.get<{ head: Uint8Array }>('SELECT head FROM conversation WHERE account = ? AND name = ?', [
      store.account.id,
      name,
    ])
    if (!row) continue
    const id = toBase32(openHead(store.account.id, store.keys, name, row.head).id) as ConversationId
    const detail = await store.call('conversations.get', { conversation: id })
    const tree = await store.call('conversations.tree', { conversation: id, limit: 1000 })
    const found = await store.library.find(store.account, id)
    const whole = await store.library.tree(found)
    shown.push({
      detail: { ...detail, imports: sorted(detail.imports), leaves: sorted(detail.leaves) },
      current: tree.current,
      tree: sorted(tree.items),
      messages: sorted(await store.library.messages(whole, whole.entries)),
      extra: (await store.library.extra(whole)) ?? null,
      units: await store.call('conversations.units', { conversation: id, limit: 50 }),
      notes: sorted((await store.call('notes.list', { target: id, limit: 100 })).items),
      tags: sorted((await store.call('tags.list', { target: id, limit: 100 })).items),
    })
  }
  const listed = []
  for (let cursor: Cursor | null | undefined; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof list>> = await list(store, cursor)
    listed.push(...page.items)
    cursor = page.next
  }
  const facets = await store.call('facets.get', {})
  return {
    shown: sorted(shown),
    listed: sorted(listed),
    facets: {
      sources: sorted(facets.sources),
      models: sorted(facets.models),
      projects: sorted(facets.projects),
      tags: sorted(facets.tags),
    },
    notes: sorted((await store.call('notes.list', { limit: 100 })).items),
    tags: sorted((await store.call('tags.list', { limit: 100 })).items),
  }
}
const list = (store: TestStore, cursor: Cursor | undefined) =>
  store.call('conversations.list', { limit: 3, ...(cursor ? { cursor } : {}) })

/** What searching for each of some words finds. */
export async function dumpFound(store: TestStore, words: readonly string[]) {
  const found: Record<string, unknown[]> = {}
  for (const q of words) {
    const { items } = await store.call('search.find', { q, limit: 100 })
    found[q] = sorted(
      items.map(({ conversation, kind, message, note }) => ({ conversation: conversation?.id ?? null, kind, message, note })),
    )
  }
  return found
}

/** The rows: plain columns as they are, sealed ones opened, local numbers replaced by what they stand for. */
export async function dumpRows(store: TestStore) {
  const { reader, account, keys } = store
  const all = <Row>(sql: string) => reader.all<Row>(sql, [account.id])
  const names = new Map(
    (await all<{ id: number; name: Uint8Array }>('SELECT id, name FROM conversation WHERE account = ?')).map((row) => [
      row.id,
      hex(row.name),
    ]),
  )
  const digests = new Map(
    (await all<{ id: number; digest: Uint8Array }>('SELECT id, digest FROM chunk WHERE account = ?')).map((row) => [
      row.id,
      hex(row.digest),
    ]),
  )
  const contributions = await all<{
    conversation: number
    n: number
    chunk: number
    import: Uint8Array
    updated: number
    milliseconds: number
    counter: number
    device: string
  }>('SELECT conversation, n, chunk, import, updated, milliseconds, counter, device FROM contribution WHERE account = ?')
  const chunkAt = new Map(contributions.map((row) => [`${row.conversation}/${row.n}`, digests.get(row.chunk)]))
  const conversations = []
  for (const row of await all<Record<string, number> & { name: Uint8Array; head: Uint8Array | null }>(
    'SELECT * FROM conversation WHERE account = ?',
  )) {
    const { id = 0, name, head, version: _v, contributions: _c, fingerprint: _f, ...plain } = row
    const opened = head && openHead(account.id, keys, name, head)
    const said =
      (await reader.get('SELECT 1 FROM said_chunk WHERE account = ? AND conversation = ?', [account.id, id])) !== undefined
    // a row that waits for nothing says nothing: an erased import leaves one, a rebuild does not make it
    const nothing = row.state === states.awaited && !said
    if (nothing && row.incarnation === 0) continue
    const base = { ...plain, account: 0, name: hex(name) }
    // of a later incarnation the rebuild knows that the one before it ended
    if (nothing) {
      conversations.push({ ...base, state: states.deleted, incarnation: Number(row.incarnation) - 1 })
      continue
    }
    if (row.state === states.hidden || row.state === states.awaited) {
      // what is hidden is derived anew before it is shown
      conversations.push({ name: hex(name), state: row.state, incarnation: row.incarnation, edits: opened?.edits })
      continue
    }
    if (!opened) {
      conversations.push(base)
      continue
    }
    const stored = await reader.get<{ tree: Uint8Array }>(
      'SELECT tree FROM conversation_tree WHERE account = ? AND conversation = ?',
      [account.id, id],
    )
    if (!stored) throw new Error('a conversation without a tree')
    const { entries, blobs } = openTree(account.id, keys, name, stored.tree)
    const { registers, nextOrdinal: _n, titleOrdinal, ...rest } = opened
    conversations.push({
      ...base,
      head: { ...rest, id: hex(rest.id), titled: titleOrdinal > 0 },
      registers: Object.fromEntries(
        Object.entries(registers)
          .sort()
          .map(([field, [value, n]]) => [field, [value, chunkAt.get(`${id}/${n}`)]]),
      ),
      blobs,
      entries: sorted(
        entries.map(({ ordinal: _o, contribution, ...entry }) => ({ ...entry, chunk: chunkAt.get(`${id}/${contribution}`) })),
      ),
    })
  }
  type Row = Record<string, unknown> & { conversation: number }
  const named = (rows: Row[]) =>
    sorted(
      rows.map((row) =>
        Object.fromEntries(
          Object.entries({ ...row, conversation: names.get(row.conversation) ?? null } as Record<string, unknown>).map(
            ([key, value]) => [key, value instanceof Uint8Array ? hex(value) : value],
          ),
        ),
      ),
    )
  const notes = (await all<Row>(
    'SELECT conversation, name, created, updated, deleted, sealed IS NULL AS empty FROM note WHERE account = ?',
  )) as Row[]
  return {
    conversations: sorted(conversations),
    contributions: sorted(
      contributions.map(({ n: _n, chunk, conversation, import: importId, ...row }) => ({
        ...row,
        conversation: names.get(conversation),
        chunk: digests.get(chunk),
        import: hex(importId),
      })),
    ),
    vouches: sorted(
      (
        await all<{ import: Uint8Array; conversation: number; n: number }>(
          'SELECT import, conversation, n FROM vouch WHERE account = ?',
        )
      ).map((row) => ({
        import: hex(row.import),
        chunk: chunkAt.get(`${row.conversation}/${row.n}`),
      })),
    ),
    items: named(await all('SELECT import, conversation FROM import_item WHERE account = ?')),
    undone: named(await all('SELECT import, 0 AS conversation, milliseconds, erased FROM undone_import WHERE account = ?')),
    facets: sorted(
      (
        await all<{ conversation: number; imported: Uint8Array | null; own: Uint8Array | null }>(
          `SELECT f.conversation, f.imported, f.own FROM facet f JOIN conversation c ON c.account = f.account AND c.id = f.conversation AND c.state = 0 WHERE f.account = ?`,
        )
      ).map(({ conversation, ...cells }) => [
        names.get(conversation),
        ...(['imported', 'own'] as const).map(
          (side) => cells[side] && openNames(store.account.id, conversation, side, store.keys, cells[side]),
        ),
      ]),
    ),
    taggings: named(await all('SELECT conversation, name, is_on, milliseconds, counter, device FROM tagging WHERE account = ?')),
    notes: named(notes),
    said: sorted(
      (
        await all<{ conversation: number; name: Uint8Array; chunk: number }>(
          'SELECT conversation, name, chunk FROM said_chunk WHERE account = ?',
        )
      ).map((row) => [names.get(row.conversation) ?? null, hex(row.name), digests.get(row.chunk)]),
    ),
    blobs: sorted(
      (
        await Promise.all([...names].map(async ([id, name]) => [name, sorted(await usedIn(reader, account.id, keys, id))]))
      ).filter(([, used]) => used && used.length > 0),
    ),
  }
}
