/** Reading conversations: rows to trees, trees to messages. Everything that shows content goes through here. */
import type { Message, Source } from '../contract/content.ts'
import { sources } from '../contract/content.ts'
import { isVivimError, VivimError } from '../contract/errors.ts'
import { type ConversationId, type Did, fromBase32, toBase32 } from '../contract/ids.ts'
import { openChunk, valueIn } from '../log/chunk.ts'
import { decode } from '../log/dag-cbor-read.ts'
import type { AccountKeys, KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type Cache, createCache } from './cache.ts'
import { type ContributionValue, storedContributionOf } from './content.ts'
import type { Spilled } from './encode.ts'
import { createFacetIndex, type FacetIndex } from './facet-index.ts'
import { findRow, headOf, rowAt, type StoredRow } from './load.ts'
import { type Head, nameOf, openTree, openTreeAt } from './rows.ts'
import { states } from './tables.ts'
import type { TreeEntry } from './tree-block.ts'
import { inOrder, type View, viewOf } from './view.ts'

export interface LibraryReads {
  reader: Reader
  keysOf: KeysOf
  readBlob(owner: Did, id: string): Promise<Uint8Array>
  /** Bytes of opened chunks and trees to keep. */
  cacheBytes: number
}
export interface AccountRef {
  id: number
  did: Did
}

/** A conversation that is shown. */
export interface Shown {
  account: AccountRef
  row: StoredRow
  head: Head
  id: ConversationId
  source: Source
}
export interface ShownTree extends Shown {
  entries: readonly TreeEntry[]
  blobs: Readonly<Record<string, string>>
  view: View
}

/** What messages are found by. */
type Placed = Pick<ShownTree, 'account' | 'row' | 'blobs'>

export interface Library {
  readonly reader: Reader
  readonly keysOf: KeysOf
  readonly facets: FacetIndex
  /** The conversation of an id; throws `not-found` for one that is not there or not shown. */
  find(account: AccountRef, id: ConversationId): Promise<Shown>
  /** By local number; undefined where it is not shown. */
  at(account: AccountRef, local: number): Promise<Shown | undefined>
  shownOf(account: AccountRef, row: StoredRow): Shown | undefined
  tree(shown: Shown): Promise<ShownTree>
  /** One entry of the tree by its document's number, for a fraction of the tree's cost; undefined where there is none. */
  entry(shown: Shown, ordinal: number): Promise<{ entry: TreeEntry; blobs: ShownTree['blobs'] } | undefined>
  /** The messages of entries, in their order, attachments with their blobs; undefined where the chunk was dropped meanwhile. */
  messagesAt(tree: Placed, entries: readonly TreeEntry[]): Promise<(Message | undefined)[]>
  /** The same without those that were dropped. */
  messages(tree: ShownTree, entries: readonly TreeEntry[]): Promise<Message[]>
  /** What the provider says beside of the conversation. */
  extra(tree: ShownTree): Promise<Record<string, unknown> | undefined>
  release(): void
}

const selectTree = 'SELECT tree FROM conversation_tree WHERE account = ? AND conversation = ?'

interface ChunkRow {
  n: number
  chunk: number
  digest: Uint8Array
  sealed: Uint8Array | null
}

export function createLibrary({ reader, keysOf, readBlob, cacheBytes }: LibraryReads): Library {
  const chunks: Cache<ContributionValue> = createCache(cacheBytes / 2)
  const trees: Cache<ShownTree> = createCache(cacheBytes / 2)

  const shownOf = (account: AccountRef, row: StoredRow | undefined): Shown | undefined => {
    if (!row || row.state !== states.shown) return undefined
    const head = headOf(account.id, keysOf(account.id), row)
    return head && { account, row, head, id: toBase32(head.id) as ConversationId, source: sources[row.source] ?? 'vivim' }
  }

  async function contributions(
    account: number,
    keys: AccountKeys,
    local: number,
    wanted: ReadonlySet<number>,
  ): Promise<Map<number, ContributionValue>> {
    const found = new Map<number, ContributionValue>()
    const missing: number[] = []
    for (const n of wanted) {
      const cached = chunks.get(`${account}/${local}/${n}`)
      if (cached) found.set(n, cached)
      else missing.push(n)
    }
    for (const n of missing) {
      const row = await reader.get<ChunkRow>(
        'SELECT c.n, c.chunk, k.digest, k.sealed FROM contribution c JOIN chunk k ON k.id = c.chunk WHERE c.account = ? AND c.conversation = ? AND c.n = ?',
        [account, local, n],
      )
      if (!row?.sealed) continue
      const bytes = openChunk(account, row.digest, row.sealed, keys.sealer)
      const value = storedContributionOf(valueIn(bytes))
      chunks.set(`${account}/${local}/${n}`, value, bytes.length * 3)
      found.set(n, value)
    }
    return found
  }

  /** One whose blob has not come yet from the node that imported it stands there without its words. */
  async function spilledMessage(owner: Did, stored: Spilled): Promise<Message> {
    const bytes = await arrived(readBlob(owner, stored.spilled))
    if (bytes) return decode<Message>(bytes)
    const { spilled: _spilled, hash: _hash, units, ...rest } = stored
    return { ...rest, parts: Array.from({ length: Math.max(1, units) }, () => ({ type: 'unknown', kind: 'awaited', raw: null })) }
  }

  const library: Library = {
    reader,
    keysOf,
    facets: createFacetIndex(reader, keysOf),
    async find(account, id) {
      const shown = shownOf(account, await findRow(reader, account.id, nameOf(keysOf(account.id), fromBase32(id))))
      if (!shown) throw new VivimError('not-found')
      return shown
    },
    at: async (account, local) => shownOf(account, await rowAt(reader, account.id, local)),
    shownOf,
    async tree(shown) {
      const { account, row, head } = shown
      const key = `${account.id}/${row.id}/${row.version}`
      const cached = trees.get(key)
      if (cached) return cached
      const keys = keysOf(account.id)
      const stored = await reader.get<{ tree: Uint8Array }>(selectTree, [account.id, row.id])
      if (!stored) throw new VivimError('not-found')
      const { entries, blobs } = openTree(account.id, keys, row.name, stored.tree)
      const view = viewOf({ ...head, source: shown.source, entries, blobs })
      const tree = { ...shown, entries: inOrder(entries), blobs, view }
      trees.set(key, tree, 400 + entries.length * 300)
      return tree
    },
    async entry(shown, ordinal) {
      const { account, row } = shown
      const cached = trees.get(`${account.id}/${row.id}/${row.version}`)
      if (cached) {
        const entry = cached.entries.find((one) => one.ordinal === ordinal)
        return entry && { entry, blobs: cached.blobs }
      }
      const stored = await reader.get<{ tree: Uint8Array }>(selectTree, [account.id, row.id])
      return stored && openTreeAt(ordinal, account.id, keysOf(account.id), row.name, stored.tree)
    },
    async messagesAt(tree, entries) {
      const { account, row } = tree
      const values = await contributions(
        account.id,
        keysOf(account.id),
        row.id,
        new Set(entries.map((entry) => entry.contribution)),
      )
      const messages: (Message | undefined)[] = []
      for (const entry of entries) {
        const stored = values.get(entry.contribution)?.messages[entry.index]
        const message = stored && 'spilled' in stored ? await spilledMessage(account.did, stored) : stored
        messages.push(message && withBlobs(message, tree.blobs))
      }
      return messages
    },
    messages: async (tree, entries) => (await library.messagesAt(tree, entries)).filter((message) => message !== undefined),
    async extra(tree) {
      const register = tree.head.registers.extra
      if (!register) return undefined
      const values = await contributions(tree.account.id, keysOf(tree.account.id), tree.row.id, new Set([register[1]]))
      const extra = values.get(register[1])?.extra
      if (typeof extra?.spilled !== 'string') return extra
      const bytes = await arrived(readBlob(tree.account.did, extra.spilled))
      return bytes && decode(bytes)
    },
    release() {
      chunks.clear()
      trees.clear()
      library.facets.release()
    },
  }
  return library
}

/** Undefined for a blob that is not here. */
async function arrived(reading: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isVivimError(error, 'blob-not-found')) return undefined
    throw error
  }
}

function withBlobs(message: Message, blobs: Readonly<Record<string, string>>): Message {
  if (!message.parts.some((part) => part.type === 'attachment')) return message
  return {
    ...message,
    parts: message.parts.map((part) => {
      const blob = part.type === 'attachment' ? blobs[part.pointer] : undefined
      return part.type === 'attachment' && blob !== undefined ? { ...part, blob } : part
    }),
  }
}
