/** The other nodes of each account: followed from the start of the node to its end, each by itself. */
import { type KeyObject, X509Certificate } from 'node:crypto'
import type { OtherNode } from '../contract/api/nodes.ts'
import { catalogue, isVivimError, toProblem, VivimError } from '../contract/errors.ts'
import { type Did, toBase32 } from '../contract/ids.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Pace } from '../ports/pace.ts'
import type { Peers } from '../ports/peer-door.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Query, Reader } from '../ports/storage.ts'
import type { Filler } from './fill.ts'
import { type FillReport, fillOnce } from './fill-peer.ts'
import { liveMeanwhile } from './follow-live.ts'
import { dropNode, type KnownNode, putNode, readNodes } from './known-nodes.ts'
import { followPeer, type OutboundParts, type PeerState, type SyncReport, unknownPeer } from './outbound.ts'
import { syncPeer } from './peer.ts'
import { peerTokens } from './peer-session.ts'
import { type Held, readFirst, readHeld } from './read.ts'

export interface FollowedAccount {
  readonly id: number
  readonly did: Did
  readonly device: Did
  readonly deviceKey: KeyObject
}
export interface FollowingParts {
  reader: Reader
  keysOf: KeysOf
  clock: Clock
  random: RandomBytes
  write(queries: readonly Query[]): Promise<void>
  accept: OutboundParts['accept']
  filler: Filler
  /** Resolves when an account has new events after the call, or the signal aborts. */
  changed(account: number, signal: AbortSignal): Promise<void>
  /** Runs something later; answers how to call it off. */
  after(milliseconds: number, run: () => void): () => void
  peers: Pick<Peers, 'at'>
  pace: Pace
  /** Told where another node takes nothing more under this one's device's key, which is in use twice. */
  onForked(account: number, by: Did): void
  /** Told of what is a fault of this node. */
  onError(error: unknown): void
}
interface Followed {
  readonly account: number
  readonly node: KnownNode
  readonly stop: AbortController
  done: Promise<void>
  /** What it said that it holds. */
  readonly state: PeerState
  /** Ends the present wait for the next sync. */
  nudge: AbortController
  /** Ends the present round of syncs and its connection: the next begins at once, where it may. */
  round: AbortController
  /** Those who wait for how the next one goes. */
  asked: (() => void)[]
  live: boolean
  lastSynced: number | null
  trouble: OtherNode['trouble']
}
export type Following = ReturnType<typeof createFollowing>

export function createFollowing(parts: FollowingParts) {
  const { reader, keysOf, clock, random, write, accept, filler, changed, after, peers, pace, onForked, onError } = parts
  const all = new Map<string, Followed>()
  /** Until the node serves: a command that only looks into the store asks nobody. */
  let waiting: (() => void)[] | undefined = []
  const accountIn = (account: number) => ({ id: account, sealer: keysOf(account).sealer })

  function follow(account: FollowedAccount, node: KnownNode): Followed {
    const stop = new AbortController()
    const one: Followed = {
      ...{ account: account.id, node, stop, done: Promise.resolve() },
      ...{ state: unknownPeer(), nudge: new AbortController(), round: new AbortController(), asked: [] },
      ...{ live: false, lastSynced: null, trouble: null },
    }
    const peer = peers.at(node.url, node.authority)
    const first = () => readFirst(reader, accountIn(account.id), account.device)
    const who = { ...account, account: account.did, instance: node.instance, first }
    const door = peer.door(peerTokens(peer, who, clock, stop.signal))
    const outbound = {
      ...{ reader, account: accountIn(account.id), accept, door },
      peer: syncPeer(door),
      filling: {
        count: () => filler.count(account.id),
        once: (signal: AbortSignal) =>
          whileAllowed(pace, signal, (ends) => fillOnce({ account, filler, peer: syncPeer(door) }, ends)),
      },
    }
    const pacing = {
      changed: (signal: AbortSignal) => changed(account.id, signal),
      wait(milliseconds: number, signal: AbortSignal) {
        if (one.asked.length > 0) return Promise.resolve()
        one.nudge = new AbortController()
        return waitFor(after, milliseconds, AbortSignal.any([signal, one.nudge.signal]))
      },
      chance: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
      onReport(report: SyncReport) {
        noteReport(one, report, clock.now())
        tell(one)
      },
      onLive(live: boolean) {
        one.live = live
      },
      onError(error: unknown) {
        one.live = false
        const { code, title, detail } = toProblem(error)
        inTrouble(one, code, code === 'unavailable' ? (detail ?? title) : [title, detail].filter(Boolean).join(' '), clock.now())
        tell(one)
        if (code === 'device-forked') onForked(account.id, node.instance)
        if (!isVivimError(error)) onError(error)
      },
    }
    const round = async (): Promise<void> => {
      one.round = new AbortController()
      const ends = AbortSignal.any([stop.signal, one.round.signal, pace.during('sync')])
      await followPeer(outbound, { ...pacing, meanwhile: liveMeanwhile(outbound, pacing) }, ends, one.state)
      one.live = false
      if (!pace.allows('sync')) tell(one)
    }
    const rounds = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        await pace.when('sync', stop.signal)
        await round()
      }
    }
    const run = (): void => {
      one.done = rounds()
        .catch(onError)
        .finally(() => tell(one))
    }
    if (waiting) waiting.push(run)
    else run()
    all.set(node.id, one)
    return one
  }

  const found = (account: number, id: string): Followed => {
    const one = all.get(id)
    if (one?.account !== account) throw new VivimError('not-found')
    return one
  }
  /** Error: `not-found`. */
  async function remove(account: number, id: string): Promise<void> {
    const one = found(account, id)
    await write([dropNode(account, id)])
    all.delete(id)
    // one that waits to run ends at once when it does
    one.stop.abort()
    await one.done
  }

  // after a sleep a connection may be gone without a word, and who failed last waits for long
  pace.onLook(() => {
    for (const { round } of all.values()) round.abort()
  })

  return {
    /** From here on nodes are followed. */
    begin(): void {
      const runs = waiting ?? []
      waiting = undefined
      for (const run of runs) run()
    },
    /** Takes in the nodes that an account knows. */
    async start(account: FollowedAccount): Promise<void> {
      for (const node of await readNodes(reader, accountIn(account.id))) follow(account, node)
    },
    /** Follows the nodes of an account anew, as the device that it is now. */
    async restart(account: FollowedAccount): Promise<void> {
      const before = [...all.values()].filter((one) => one.account === account.id)
      for (const { stop, node } of before) {
        stop.abort()
        all.delete(node.id)
      }
      await Promise.all(before.map(({ done }) => done))
      for (const { node } of before) follow(account, node)
    },
    async list(account: number): Promise<OtherNode[]> {
      const held = await readHeld(reader, account)
      return [...all.values()].filter((one) => one.account === account).map((one) => shown(one, held, pace))
    },
    /** Syncs now, and answers how that went; at once where nodes are not followed now. Error: `not-found`. */
    async sync(account: number, id: string, signal: AbortSignal): Promise<OtherNode> {
      const one = found(account, id)
      if (!waiting && pace.allows('sync'))
        await new Promise<void>((resolve) => {
          const go = (): void => {
            one.asked = one.asked.filter((other) => other !== go)
            signal.removeEventListener('abort', go)
            resolve()
          }
          one.asked.push(go)
          signal.addEventListener('abort', go, { once: true })
          one.nudge.abort()
        })
      return shown(one, await readHeld(reader, account), pace)
    },
    /** Error: `already-there`. */
    async add(account: FollowedAccount, other: Pick<KnownNode, 'url' | 'instance' | 'authority'>): Promise<OtherNode> {
      const own = [...all.values()].filter((one) => one.account === account.id)
      if (own.some(({ node }) => node.instance === other.instance))
        throw new VivimError('already-there', 'This node follows that one already.')
      // who was at that address before is there no more
      for (const { node } of own) if (node.url === other.url) await remove(account.id, node.id)
      const node: KnownNode = { ...other, id: toBase32(random(16)), added: clock.now() }
      await write([putNode(accountIn(account.id), node)])
      return shown(follow(account, node), await readHeld(reader, account.id), pace)
    },
    remove,
    async close(): Promise<void> {
      for (const { stop } of all.values()) stop.abort()
      await Promise.all([...all.values()].map(({ done }) => done))
    },
  }
}

function noteReport(one: Followed, { refused: [first], fork, equal }: SyncReport, now: number): void {
  if (equal) one.lastSynced = now
  if (fork && !equal) inTrouble(one, 'event-fork', `${catalogue['event-fork'].title} (${fork.device}, number ${fork.seq})`, now)
  else if (first && !(fork && equal))
    inTrouble(one, first.code, `An event was refused ${first.by}. ${catalogue[first.code].title}`, now)
  else one.trouble = null
}

/** Files are brought while the pace allows it: what is left then is asked for when it does so again. */
async function whileAllowed(
  pace: Pace,
  signal: AbortSignal,
  work: (ends: AbortSignal) => Promise<FillReport>,
): Promise<FillReport> {
  const left: FillReport = { pulled: 0, pushed: 0, lacking: { here: true, there: true } }
  if (!pace.allows('files')) return left
  const held = pace.during('files')
  try {
    return await work(AbortSignal.any([signal, held]))
  } catch (error) {
    if (held.aborted && !signal.aborted) return left
    throw error
  }
}

/** Trouble lasts from its first sign on, whatever it is called meanwhile. */
function inTrouble(one: Followed, code: string, text: string, now: number): void {
  one.trouble = { code, text, since: one.trouble?.since ?? now }
}

function tell(one: Followed): void {
  for (const go of one.asked.splice(0)) go()
}

function shown({ node, state, live, lastSynced, trouble }: Followed, held: Held, pace: Pace): OtherNode {
  const { id, url, instance, added, authority } = node
  return {
    ...{ id, url, instance, added, lastSynced, trouble, behind: behindOf(held, state) },
    authority: authority ? new X509Certificate(authority).fingerprint256 : null,
    state: !pace.allows('sync') ? 'paused' : trouble ? 'trouble' : live ? 'live' : lastSynced === null ? 'starting' : 'polling',
  }
}

function behindOf({ heads }: Held, { clock }: PeerState): OtherNode['behind'] {
  if (!clock) return null
  const own = new Map<string, number>(heads.map(({ device, seq }) => [device, seq]))
  const above = (more: number, less: number): number => Math.max(0, more - less)
  return {
    here: Object.entries(clock).reduce((sum, [device, seq]) => sum + above(seq, own.get(device) ?? 0), 0),
    there: heads.reduce((sum, { device, seq }) => sum + above(seq, clock[device] ?? 0), 0),
  }
}

/** Resolves after so many milliseconds, or when the signal aborts. */
export const waitFor = (after: FollowingParts['after'], milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const go = (): void => {
      callOff()
      signal.removeEventListener('abort', go)
      resolve()
    }
    const callOff = after(milliseconds, go)
    signal.addEventListener('abort', go, { once: true })
  })
