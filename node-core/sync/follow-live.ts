/**
 * Between two syncs with another node: it says at once what is new there, and is told at once what is new here. Whatever
 * does not fit in, from a large event to a connection that breaks, is left to the next sync.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { z } from 'zod'
import { type SyncAnswer, type SyncRequest, syncAnswer } from '../contract/api/sync.ts'
import { VivimError } from '../contract/errors.ts'
import { liveMessage, liveMessageBytes } from '../contract/live.ts'
import type { LiveDoor, PeerLink } from '../ports/peer-door.ts'
import { merkleRoot } from './merkle.ts'
import { lacks, type OutboundParts, type Pace, type PeerState, pace, type SyncReport, takeIn } from './outbound.ts'
import { clockOf, readHeld, readLacking } from './read.ts'

export interface LiveParts extends OutboundParts {
  door: LiveDoor
}
type LivePace = Pick<Pace, 'changed' | 'wait' | 'onReport'> & {
  /** Told when the connection opens and when it is gone. */
  onLive?(live: boolean): void
}
/** A connection with the message that is waited for: who waits no more leaves it to the next. */
interface Open {
  link: PeerLink
  incoming: Promise<Uint8Array | undefined>
}
const nobody: ReadonlySet<never> = new Set()

/** For {@link followPeer}: what to do between two syncs. It resolves when the next one is due. */
export function liveMeanwhile(parts: LiveParts, { changed, wait, onReport, onLive }: LivePace): NonNullable<Pace['meanwhile']> {
  let open: Open | undefined
  const end = (): void => {
    open?.link.close()
    if (open) onLive?.(false)
    open = undefined
  }
  return async (state, report, signal) => {
    const news = () => changed(signal)
    // what was refused would come again at once, and be refused again
    const stuck = report.refused.length > 0
    if (!stuck && !open) {
      const link = await parts.door.connect(signal).catch(() => undefined)
      if (link) {
        open = { link, incoming: link.next() }
        onLive?.(true)
      }
    }
    if (stuck || !open) {
      await Promise.race([news(), wait(pace.idle, signal)])
      return
    }
    const talk = createTalk(parts, state, open.link, onReport)
    try {
      await talk.begin()
      const idle = wait(pace.idle, signal).then(() => 'idle' as const)
      let fresh = news().then(() => 'news' as const)
      // what came between the sync and here
      if (!(await talk.tell())) return
      for (;;) {
        const what = await Promise.race([open.incoming, fresh, idle])
        if (what === undefined || signal.aborted) {
          end()
          // a door that closes at once is not run against
          await Promise.race([fresh, wait(pace.first, signal)])
          return
        }
        if (what === 'idle') return
        if (what === 'news') {
          fresh = news().then(() => 'news' as const)
          if (!(await talk.tell())) return
          continue
        }
        const on = await talk.hear(what)
        open.incoming = open.link.next()
        if (!on) return
      }
    } catch (error) {
      end()
      throw error
    }
  }
}

/** What is said over one connection. Each answers whether to go on. */
function createTalk(parts: LiveParts, state: PeerState, link: PeerLink, onReport: ((report: SyncReport) => void) | undefined) {
  const { reader, account } = parts
  let asked = 0
  /** The question that is not answered yet; one at a time. */
  let open: number | undefined
  let pushed = 0
  let again = false

  const ask = (request: SyncRequest): boolean => {
    const message = encode({ type: 'sync', id: ++asked, payload: request })
    if (message.length > liveMessageBytes) return false
    open = asked
    pushed = request.changes.length
    link.send(message)
    return true
  }
  return {
    /** Says what is held here: from now on the node says what is new. */
    async begin(): Promise<void> {
      ask({ cursor: state.cursor, vectorClock: clockOf(await readHeld(reader, account.id)), changes: [] })
    },
    /** Gives the node what it lacks. */
    async tell(): Promise<boolean> {
      if (open !== undefined) {
        again = true
        return true
      }
      const held = await readHeld(reader, account.id)
      if (!state.clock || !lacks(held, state.clock, nobody)) return true
      const { events, more } = await readLacking(reader, account, held, state.clock, 0)
      again = more
      return ask({ cursor: state.cursor, vectorClock: clockOf(held), changes: events })
    },
    /** Takes what the node says. */
    async hear(bytes: Uint8Array): Promise<boolean> {
      const { type, id, payload } = messageIn(bytes)
      if (type === 'heartbeat') return true
      if (type === 'error') return refused(payload)
      const answer = answerIn(payload)
      const report: SyncReport = { pulled: 0, pushed: 0, refused: [], equal: false, lacks: 0 }
      await takeIn(parts, answer.events, report)
      state.clock = answer.vectorClock
      state.cursor = report.refused.length > 0 ? null : answer.newCursor
      if (id !== undefined && id === open) {
        open = undefined
        report.pushed = pushed - answer.rejected.length
      }
      report.lacks = answer.lacks ?? 0
      const held = await readHeld(reader, account.id)
      report.equal = Buffer.compare(merkleRoot(held.heads), answer.merkleRoot) === 0
      onReport?.(report)
      if (answer.more || answer.rejected.length > 0) return false
      // what the new events name is brought beside the next sync
      const moved = report.pulled + report.pushed > 0
      if (moved && (report.lacks > 0 || ((await parts.filling?.count()) ?? 0) > 0)) return false
      if (open !== undefined || !again) return true
      again = false
      return await this.tell()
    },
  }
}

/** What is too large for a message goes by a request. Anything else it says again, and later. */
function refused(payload: unknown): false {
  const { data: problem } = z.object({ code: z.string() }).safeParse(payload)
  if (problem?.code === 'too-large') return false
  throw new VivimError('unavailable', `The other node answered ${problem?.code ?? 'with a failure'}.`)
}

function messageIn(bytes: Uint8Array) {
  let value: unknown
  try {
    value = decode(bytes)
  } catch (cause) {
    throw new VivimError('unavailable', 'The other node says what is no message.', { cause })
  }
  const message = liveMessage.safeParse(value)
  if (!message.success) throw new VivimError('unavailable', 'The other node says what is no message.')
  return message.data
}

function answerIn(payload: unknown): SyncAnswer {
  const answer = syncAnswer.safeParse(payload)
  if (!answer.success) throw new VivimError('unavailable', 'The other node answers out of contract.', { cause: answer.error })
  return answer.data
}
