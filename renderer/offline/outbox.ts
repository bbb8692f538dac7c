/** Changes that wait for the node, as signed events of this device's chain; and those that it did not take. */
import { z } from 'zod'
import { catalogue, type ErrorCode } from '../../node-core/contract/errors.ts'
import { type ChainEvent, type Intent, nothingSeen, type Shown, type Standing } from './chain.ts'
import type { Database } from './database.ts'
import type { Held } from './held.ts'

/** A change that the node did not take, and why. */
export interface Refused {
  readonly id: number
  readonly code: ErrorCode
  readonly shown: Shown
  readonly intent: Intent
}

export interface Outbox {
  standing(): Promise<Standing>
  setStanding(standing: Standing): Promise<void>
  /** Puts a signed event behind the others, and where the chain then stands, together. */
  add(event: ChainEvent, standing: Standing): Promise<void>
  /** Events that the node does not have, in their order. */
  waiting(): Promise<ChainEvent[]>
  /** The node has these now. */
  taken(seqs: readonly number[]): Promise<void>
  /** The node has this device's events up to `seq` and none behind it, whatever was thought. */
  holdsUpTo(seq: number): Promise<void>
  /** An event that is still here, by its number; the node has it or not. */
  at(seq: number): Promise<ChainEvent | undefined>
  /** In place of the whole chain: the beginning of another, and where that stands, together. */
  replace(events: readonly ChainEvent[], standing: Standing): Promise<void>
  /** Takes events behind `seq` out, to be signed anew or given up; answers them. */
  cut(seq: number): Promise<ChainEvent[]>
  refuse(intent: Intent, code: ErrorCode): Promise<void>
  refused(): Promise<Refused[]>
  forget(id: number): Promise<void>
}

const shownShape = z.object({
  kind: z.enum(['note', 'tag', 'untag', 'edit', 'grant']),
  conversation: z.string(),
  text: z.string(),
})
const intentShape = z.looseObject({ type: z.string(), parts: z.array(z.string()), shown: shownShape })
/** Events that the node has are kept so long as it may lose them, by going back to a backup. */
const keptOfChain = 500

export function outboxOf(database: Database, held: Held): Outbox {
  const { chain, refused, sealer, write } = database
  const seal = (place: string, value: unknown) => sealer.seal(place, new TextEncoder().encode(JSON.stringify(value)))
  const open = async (place: string, sealed: Uint8Array): Promise<unknown> => {
    const bytes = await sealer.open(place, sealed)
    return bytes && JSON.parse(new TextDecoder().decode(bytes))
  }
  const eventsOf = async (rows: readonly { seq: number; sealed: Uint8Array }[]): Promise<ChainEvent[]> =>
    // Written here by this page: its shape is its own.
    (await Promise.all(rows.map(({ seq, sealed }) => open(`chain/${seq}`, sealed)))) as ChainEvent[]
  return {
    standing: async () => ((await held.global('standing')) as Standing | undefined) ?? nothingSeen,
    setStanding: (standing) => held.setGlobal('standing', standing),
    async add(event, standing) {
      const sealed = await seal(`chain/${event.seq}`, event)
      const piece = await held.globalPiece('standing', standing)
      await write(async () => {
        await chain.put({ seq: event.seq, taken: 0, sealed })
        await database.pieces.put(piece)
      })
    },
    waiting: async () => eventsOf(await chain.where('taken').equals(0).sortBy('seq')),
    taken: (seqs) =>
      write(async () => {
        await chain
          .where('seq')
          .anyOf([...seqs])
          .modify({ taken: 1 })
        const newest = Math.max(0, ...seqs)
        await chain
          .where('seq')
          .below(newest - keptOfChain)
          .delete()
      }),
    holdsUpTo: (seq) =>
      write(async () => {
        await chain.where('seq').above(seq).modify({ taken: 0 })
        await chain.where('seq').belowOrEqual(seq).modify({ taken: 1 })
      }),
    async at(seq) {
      const row = await chain.get(seq)
      return row && (await eventsOf([row]))[0]
    },
    async replace(events, standing) {
      const rows = await Promise.all(
        events.map(async (event) => ({ seq: event.seq, taken: 0 as const, sealed: await seal(`chain/${event.seq}`, event) })),
      )
      const piece = await held.globalPiece('standing', standing)
      await write(async () => {
        await chain.clear()
        await chain.bulkPut(rows)
        await database.pieces.put(piece)
      })
    },
    async cut(seq) {
      const rows = await chain.where('seq').above(seq).sortBy('seq')
      const events = await eventsOf(rows)
      await chain.where('seq').above(seq).delete()
      return events
    },
    async refuse(intent, code) {
      const { type, parts, shown } = intent
      await refused.add({ sealed: await seal('refused', { code, intent: { type, parts, shown } }) })
    },
    async refused() {
      const rows = await refused.toArray()
      const found = await Promise.all(
        rows.map(async ({ id = 0, sealed }): Promise<Refused | undefined> => {
          const value = z.object({ code: z.string(), intent: intentShape }).safeParse(await open('refused', sealed))
          if (!value.success) return undefined
          const { code, intent } = value.data
          return {
            id,
            code: Object.hasOwn(catalogue, code) ? (code as ErrorCode) : 'internal',
            shown: intent.shown,
            intent: intent as Intent,
          }
        }),
      )
      return found.filter((one) => one !== undefined)
    },
    forget: (id) => refused.delete(id),
  }
}
