/** The other nodes of each account: followed from the start of the node to its end, each by itself. */
import type { KeyObject } from 'node:crypto'
import type { OtherNode } from '../contract/api/nodes.ts'
import { catalogue, isVivimError, toProblem, VivimError } from '../contract/errors.ts'
import { type Did, toBase32 } from '../contract/ids.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { PeerAddress } from '../ports/peer-door.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Query, Reader } from '../ports/storage.ts'
import type { Filler } from './fill.ts'
import { fillOnce } from './fill-peer.ts'
import { liveMeanwhile } from './follow-live.ts'
import { dropNode, type KnownNode, putNode, readNodes } from './known-nodes.ts'
import { followPeer, type OutboundParts, type SyncReport } from './outbound.ts'
import { syncPeer } from './peer.ts'
import { peerTokens } from './peer-session.ts'

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
  peerAt(url: string): PeerAddress
  /** Told of what is a fault of this node. */
  onError(error: unknown): void
}
interface Followed {
  readonly account: number
  readonly node: KnownNode
  readonly stop: AbortController
  done: Promise<void>
  live: boolean
  lastSynced: number | null
  trouble: OtherNode['trouble']
}
export type Following = ReturnType<typeof createFollowing>

export function createFollowing(parts: FollowingParts) {
  const { reader, keysOf, clock, random, write, accept, filler, changed, after, peerAt, onError } = parts
  const all = new Map<string, Followed>()
  /** Until the node serves: a command that only looks into the store asks nobody. */
  let waiting: (() => void)[] | undefined = []
  const accountIn = (account: number) => ({ id: account, sealer: keysOf(account).sealer })

  function follow(account: FollowedAccount, node: KnownNode): Followed {
    const stop = new AbortController()
    const one: Followed = {
      ...{ account: account.id, node, stop, done: Promise.resolve() },
      ...{ live: false, lastSynced: null, trouble: null },
    }
    const peer = peerAt(node.url)
    const door = peer.door(peerTokens(peer, { ...account, account: account.did, instance: node.instance }, clock, stop.signal))
    const outbound = {
      ...{ reader, account: accountIn(account.id), accept, door },
      peer: syncPeer(door),
      filling: {
        count: () => filler.count(account.id),
        once: (signal: AbortSignal) => fillOnce({ account, filler, peer: syncPeer(door) }, signal),
      },
    }
    const pacing = {
      changed: (signal: AbortSignal) => changed(account.id, signal),
      wait: (milliseconds: number, signal: AbortSignal) => waitFor(after, milliseconds, signal),
      chance: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
      onReport: (report: SyncReport) => noteReport(one, report, clock.now()),
      onLive(live: boolean) {
        one.live = live
      },
      onError(error: unknown) {
        one.live = false
        const { code, title, detail } = toProblem(error)
        one.trouble = { code, text: code === 'unavailable' ? (detail ?? title) : [title, detail].filter(Boolean).join(' ') }
        if (!isVivimError(error)) onError(error)
      },
    }
    const run = (): void => {
      one.done = followPeer(outbound, { ...pacing, meanwhile: liveMeanwhile(outbound, pacing) }, stop.signal).catch(onError)
    }
    if (waiting) waiting.push(run)
    else run()
    all.set(node.id, one)
    return one
  }

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
    list: (account: number): OtherNode[] => [...all.values()].filter((one) => one.account === account).map(shown),
    /** Error: `already-there`. */
    async add(account: FollowedAccount, found: Pick<KnownNode, 'url' | 'instance'>): Promise<OtherNode> {
      if ([...all.values()].some((one) => one.account === account.id && one.node.instance === found.instance))
        throw new VivimError('already-there', 'This node follows that one already.')
      const node: KnownNode = { ...found, id: toBase32(random(16)), added: clock.now() }
      await write([putNode(accountIn(account.id), node)])
      return shown(follow(account, node))
    },
    /** Error: `not-found`. */
    async remove(account: number, id: string): Promise<void> {
      const one = all.get(id)
      if (one?.account !== account) throw new VivimError('not-found')
      await write([dropNode(account, id)])
      all.delete(id)
      // one that waits to run ends at once when it does
      one.stop.abort()
      await one.done
    },
    async close(): Promise<void> {
      for (const { stop } of all.values()) stop.abort()
      await Promise.all([...all.values()].map(({ done }) => done))
    },
  }
}

function noteReport(one: Followed, { refused: [first], fork, equal }: SyncReport, now: number): void {
  if (equal) one.lastSynced = now
  if (fork) one.trouble = { code: 'event-fork', text: `${catalogue['event-fork'].title} (${fork.device}, number ${fork.seq})` }
  else if (first) one.trouble = { code: first.code, text: `An event was refused ${first.by}. ${catalogue[first.code].title}` }
  else one.trouble = null
}

const shown = ({ node: { id, url, instance, added }, live, lastSynced, trouble }: Followed): OtherNode => ({
  ...{ id, url, instance, added, lastSynced, trouble },
  state: trouble ? 'trouble' : live ? 'live' : lastSynced === null ? 'starting' : 'polling',
})

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
