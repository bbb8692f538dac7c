/**
 * Sync over live connections: an exchange as in a request, and from the first answer that held everything, new events as
 * they come. What was given to a connection is kept in memory alone: who comes again says by its clock what it holds.
 */
import { type SyncAnswer, type SyncRequest, type SyncScope, sync, type VectorClock } from '../contract/api/sync.ts'
import { VivimError } from '../contract/errors.ts'
import type { ChainId, Did } from '../contract/ids.ts'
import { liveMessageBytes } from '../contract/live.ts'
import type { LiveChannel, LiveEnd, LiveLink } from '../ports/live.ts'
import type { Scopes } from '../ports/scopes.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { merkleRoot } from './merkle.ts'
import { type Account, clockOf, epochOf, type Page, readHeld, readLacking } from './read.ts'

export interface SyncChannelParts {
  reader: Reader
  keysOf: KeysOf
  accountOf(did: Did): { id: number }
  /** Answers an exchange for a caller. */
  exchange(request: SyncRequest, link: LiveLink): Promise<SyncAnswer>
  /** Resolves when an account has new events after the call, or the signal aborts. */
  changed(account: number, signal: AbortSignal): Promise<void>
  scopes: Scopes
  /** How much a node lacks of what events name. */
  lacking(account: number): Promise<number>
  onError(error: unknown): void
}

/** Bytes of events in one message: in base64url, with what is around them, they stay below what a message may be. */
const MOST = (liveMessageBytes / 4) * 3 - 64 * 1024

/** What a connection's caller holds, as far as it is known; pushed to it is what lies behind. */
interface Given {
  clock: VectorClock
  floor: number
  /** What it wanted when it asked last. */
  scope: SyncScope | undefined
}

export function syncChannel(parts: SyncChannelParts): LiveChannel {
  return {
    type: 'sync',
    capability: 'read',
    open: (link) => openEnd(parts, link),
  }
}

function openEnd(parts: SyncChannelParts, link: LiveLink): LiveEnd {
  const { reader, keysOf, accountOf, exchange, changed, scopes, lacking, onError } = parts
  const { id } = accountOf(link.caller.account)
  const account = (): Account => ({ id, sealer: keysOf(id).sealer })
  /** Undefined while the caller is far behind: it asks until it holds everything. */
  let given: Given | undefined
  let pushing = false
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }

  /** Sends what is new; answers whether there is more. */
  async function pushPage(): Promise<boolean> {
    if (!given || link.signal.aborted) return false
    const held = await readHeld(reader, id)
    const { scope } = given
    const within = scope && (() => scopes.partsIn(id, scope))
    const page = await readLacking(reader, { ...account(), within }, held, given.clock, given.floor)
    if (page.events.length === 0) return false
    const fits = sizeOf(page) <= MOST
    link.send({
      events: fits ? page.events : [],
      newCursor: { epoch: await epochOf(reader, id), seq: fits ? page.position : given.floor },
      vectorClock: clockOf(held),
      merkleRoot: merkleRoot(held.heads),
      more: page.more || !fits,
      lacks: await lacking(id),
      rejected: [],
    } satisfies SyncAnswer)
    if (fits) given = { ...given, clock: advanced(given.clock, page.places), floor: page.position }
    else given = undefined
    return fits && page.more
  }
  async function push(): Promise<void> {
    pushing = true
    try {
      while (!link.signal.aborted) {
        // asked for before reading, so that a commit between the two is not slept over
        const rest = new AbortController()
        const news = changed(id, AbortSignal.any([link.signal, rest.signal]))
        const more = await inTurn(pushPage)
        if (!more) await news
        rest.abort()
        // who reads slowly is waited for; who does not answer a heartbeat meanwhile is given up
        await link.drained()
      }
    } finally {
      pushing = false
    }
  }

  return {
    async receive(payload, message) {
      const parsed = sync['sync.exchange'].input.safeParse(payload)
      if (!parsed.success) throw new VivimError('bad-request')
      await inTurn(async () => {
        const request = parsed.data
        const answer = await exchange(request, link)
        if (sizeOf(answer) > MOST) throw new VivimError('too-large', 'Ask for this by POST /api/v1/sync.')
        link.send(answer, message)
        const clock = merged(request.vectorClock, answer.vectorClock)
        given = answer.more ? undefined : { clock, floor: answer.newCursor.seq, scope: request.scope }
      })
      if (!pushing) push().catch(onError)
    },
  }
}

const sizeOf = ({ events }: Pick<Page | SyncAnswer, 'events'>): number =>
  events.reduce(
    (sum, { envelope, chunks }) => sum + envelope.length + chunks.reduce((all, one) => all + (one?.length ?? 0), 0),
    0,
  )

/** Events of one device are sent without gaps. */
function advanced(clock: VectorClock, places: Page['places']): VectorClock {
  const next = { ...clock }
  for (const { device, seq } of places) next[device] = seq
  return next
}

/** The higher number of each device. */
function merged(a: VectorClock, b: VectorClock): VectorClock {
  const next = { ...a }
  for (const [device, seq] of Object.entries(b) as [ChainId, number][]) next[device] = Math.max(next[device] ?? 0, seq)
  return next
}
