/**
 * What this browser holds for when its node is out of reach, in IndexedDB. Plain are ids, times and sizes, as they are in
 * the node's own store; every text is sealed.
 */
import { Dexie, type Table } from 'dexie'
import type { ConversationId } from '../../node-core/contract/ids.ts'
import { newSealingKey, type Sealer, sealerOf } from './seal.ts'

/** One sealed piece: `c/<conversation>/<part>`, or `g/<name>` of no conversation. */
export interface PieceRow {
  readonly id: string
  readonly conversation: string
  readonly sealed: Uint8Array
}
/** One held conversation. */
export interface HeldRow {
  readonly id: ConversationId
  /** Milliseconds since 1970: read here last, or changed last, whichever is later. What was used longest ago goes first. */
  readonly used: number
  /** Starred: goes last. */
  readonly pinned: 0 | 1
  /** Bytes of its pieces. */
  readonly size: number
  /** Whether the node has something newer. */
  readonly stale: 0 | 1
}
/** One event of this browser's own chain. */
export interface ChainRow {
  readonly seq: number
  /** Null until the node has it; then when it was taken, in milliseconds. */
  readonly taken: 0 | 1
  readonly sealed: Uint8Array
}
/** One change that the node did not take. */
export interface RefusedRow {
  readonly id?: number
  readonly sealed: Uint8Array
}

export interface Database {
  readonly pieces: Table<PieceRow, string>
  readonly held: Table<HeldRow, ConversationId>
  readonly chain: Table<ChainRow, number>
  readonly refused: Table<RefusedRow, number>
  readonly sealer: Sealer
  /** True where there was nothing yet. */
  readonly fresh: boolean
  /** All or nothing. */
  write(work: () => Promise<unknown>): Promise<void>
  close(): void
}

const databaseName = 'vivim-held'

/** Opens what is held; makes an empty one with a key of its own where there is none. */
export async function openDatabase(random: (length: number) => Uint8Array<ArrayBuffer>): Promise<Database> {
  // Chromium answers a write before it is on the disk unless asked: a change that counts as kept must outlast a power cut.
  const database = new Dexie(databaseName, { chromeTransactionDurability: 'strict' })
  database.version(1).stores({
    pieces: 'id, conversation',
    held: 'id, used',
    chain: 'seq, taken',
    refused: '++id',
    keys: 'id',
  })
  await database.open()
  const keys: Table<{ id: string; key: CryptoKey }, string> = database.table('keys')
  const made = await newSealingKey()
  // Two tabs may open it at once: the first key stays.
  const { key, fresh } = await database.transaction('rw', keys, async () => {
    const kept = await keys.get('seal')
    if (kept) return { key: kept.key, fresh: false }
    await keys.put({ id: 'seal', key: made })
    return { key: made, fresh: true }
  })
  const tables = ['pieces', 'held', 'chain', 'refused'] as const
  return {
    pieces: database.table('pieces'),
    held: database.table('held'),
    chain: database.table('chain'),
    refused: database.table('refused'),
    sealer: sealerOf(key, random),
    fresh,
    write: (work) => database.transaction('rw', [...tables], async () => void (await work())),
    close: () => database.close(),
  }
}

/** Removes everything that is held, its key first of all. */
export const removeDatabase = (): Promise<void> => Dexie.delete(databaseName)
