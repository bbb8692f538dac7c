/** Held conversations: put in, read back, and let go when there is no room. */
import type { z } from 'zod'
import type { conversations, unit } from '../../node-core/contract/api/conversations.ts'
import type { notes } from '../../node-core/contract/api/notes.ts'
import type { ConversationId, MessageId } from '../../node-core/contract/ids.ts'
import type { Output } from '../../node-core/contract/method.ts'
import type { Database, HeldRow, PieceRow } from './database.ts'

export type Head = Output<(typeof conversations)['conversations.get']>
export type Unit = z.output<typeof unit>
export type Note = Output<(typeof notes)['notes.get']>
export type Tag = Output<(typeof notes)['tags.add']>
export type Outline = Output<(typeof conversations)['conversations.outline']>['items']
/** One way through a conversation, whole. */
export interface Path {
  readonly leaf: MessageId | null
  readonly units: readonly Unit[]
}
/** Everything of a conversation that is held. */
export interface Whole {
  readonly head: Head
  readonly path: Path
  readonly outline: Outline
  readonly notes: readonly Note[]
  /** The documents of notes, as Yjs updates in base64url, by the note's id: of those that can be changed here. */
  readonly documents: Readonly<Record<string, string>>
  readonly tags: readonly Tag[]
}
export type PartName = keyof Whole
const partNames = ['head', 'path', 'outline', 'notes', 'documents', 'tags'] as const satisfies readonly PartName[]

export interface Held {
  /** Ids and figures of all that is held. */
  rows(): Promise<HeldRow[]>
  /** Heads of all that is held, in no order. */
  heads(): Promise<Head[]>
  part<P extends PartName>(conversation: ConversationId, part: P): Promise<Whole[P] | undefined>
  /** Puts a conversation in, in place of what was held of it. */
  put(whole: Whole, used: number): Promise<void>
  /** Changes one part in place, where it is held. */
  change<P extends PartName>(conversation: ConversationId, part: P, change: (now: Whole[P]) => Whole[P]): Promise<void>
  /** Marks it as read now. */
  use(conversation: ConversationId, now: number): Promise<void>
  /** Says that the node has something newer: of these, or of all. */
  outdate(conversations: readonly ConversationId[] | 'all'): Promise<void>
  drop(conversations: readonly ConversationId[]): Promise<void>
  /** Lets go of what was used longest ago until `budget` bytes are enough, but never of `kept`. Answers what went. */
  makeRoom(budget: number, kept: ReadonlySet<string>): Promise<ConversationId[]>
  /** A value of no conversation, by its name. */
  global(name: string): Promise<unknown>
  setGlobal(name: string, value: unknown): Promise<void>
  /** The same, sealed but not yet written. */
  globalPiece(name: string, value: unknown): Promise<PieceRow>
}

const pieceId = (conversation: string, part: string): string => `c/${conversation}/${part}`
const toBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const fromBytes = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes))

export function heldOf(database: Database): Held {
  const { pieces, held, sealer, write } = database
  const sealed = async (id: string, conversation: string, value: unknown): Promise<PieceRow> => ({
    id,
    conversation,
    sealed: await sealer.seal(id, toBytes(value)),
  })
  /** What was written here by this page: its shape is its own. */
  const opened = async <T>(row: PieceRow | undefined): Promise<T | undefined> => {
    const bytes = row && (await sealer.open(row.id, row.sealed))
    return bytes && (fromBytes(bytes) as T)
  }
  const rows = () => held.toArray()
  const drop = (conversations: readonly ConversationId[]) =>
    write(async () => {
      await held.bulkDelete([...conversations])
      await pieces
        .where('conversation')
        .anyOf([...conversations])
        .delete()
    })
  return {
    rows,
    async heads() {
      const ids = (await rows()).map(({ id }) => pieceId(id, 'head'))
      const found = await Promise.all((await pieces.bulkGet(ids)).map((row) => opened<Head>(row)))
      return found.filter((head) => head !== undefined)
    },
    part: async (conversation, part) => opened(await pieces.get(pieceId(conversation, part))),
    async put(whole, used) {
      const { id, starred } = whole.head
      const all = await Promise.all(partNames.map((part) => sealed(pieceId(id, part), id, whole[part])))
      const size = all.reduce((sum, row) => sum + row.sealed.length, 0)
      await write(async () => {
        const before = await held.get(id)
        await pieces.bulkPut(all)
        await held.put({ id, used: Math.max(used, before?.used ?? 0), pinned: starred ? 1 : 0, size, stale: 0 })
      })
    },
    async change(conversation, part, change) {
      const id = pieceId(conversation, part)
      const now = await opened<Parameters<typeof change>[0]>(await pieces.get(id))
      if (now !== undefined) await pieces.put(await sealed(id, conversation, change(now)))
    },
    async use(conversation, now) {
      await held.update(conversation, { used: now })
    },
    async outdate(conversations) {
      const ids = conversations === 'all' ? (await rows()).map(({ id }) => id) : conversations
      await write(() => Promise.all(ids.map((id) => held.update(id, { stale: 1 }))))
    },
    drop: (conversations) =>
      write(async () => {
        await held.bulkDelete([...conversations])
        await pieces
          .where('conversation')
          .anyOf([...conversations])
          .delete()
      }),
    async makeRoom(budget, kept) {
      const all = await rows()
      let size = all.reduce((sum, row) => sum + row.size, 0)
      const going: ConversationId[] = []
      for (const row of all.sort((a, b) => a.pinned - b.pinned || a.used - b.used)) {
        if (size <= budget) break
        if (kept.has(row.id)) continue
        going.push(row.id)
        size -= row.size
      }
      if (going.length > 0) await drop(going)
      return going
    },
    global: async (name) => opened(await pieces.get(`g/${name}`)),
    async setGlobal(name, value) {
      await pieces.put(await sealed(`g/${name}`, '', value))
    },
    globalPiece: (name, value) => sealed(`g/${name}`, '', value),
  }
}
