/** Two nodes that follow each other live, over real sockets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outboundOf, rootOf } from '../../tests/kit/in-step.ts'
import { dumpShown } from '../../tests/kit/library-dump.ts'
import { liveDoor } from '../../tests/kit/live-sync.ts'
import { otherDevice } from '../../tests/kit/other-device.ts'
import { secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { httpPeerDoor } from '../adapters/peer-http/door.ts'
import { createWakeups } from '../log/follow.ts'
import type { LiveDoor } from '../ports/peer-door.ts'
import { liveMeanwhile } from './follow-live.ts'
import { followPeer, pace, type SyncReport } from './outbound.ts'

const conversation = (key: string, text = key) => ({
  source: 'chatgpt' as const,
  key,
  title: key,
  messages: [{ id: 'm', parent: null, role: 'user' as const, parts: [{ type: 'text' as const, text }] }],
})

let first: TestStore
let second: TestStore
let node: Awaited<ReturnType<typeof liveDoor>>
beforeEach(async () => {
  first = await testStore()
  second = await secondNode(first, 'second')
  node = await liveDoor(first)
})
afterEach(async () => {
  expect(node.faults).toEqual([])
  await node[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})

/** The second node follows the first; `requests` counts what went by request and not over the live connection. */
async function follow() {
  const wakeups = createWakeups()
  const stop = new AbortController()
  let token = await node.token()
  const http = httpPeerDoor(node.origin, async (refused) => {
    if (refused === token) token = await node.token()
    return token
  })
  const counts = { requests: 0, opened: 0, idles: 0 }
  const door: LiveDoor = {
    ask(...call) {
      counts.requests++
      return http.ask(...call)
    },
    connect: http.connect,
  }
  const reports: SyncReport[] = []
  const errors: unknown[] = []
  let waiting: { holds: () => boolean; go: () => void } | undefined
  const look = () => {
    if (waiting?.holds()) waiting.go()
  }
  const pacing = {
    changed: (signal: AbortSignal) => wakeups.next(1, signal),
    chance: () => 0,
    wait: (milliseconds: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (milliseconds === pace.idle) signal.addEventListener('abort', () => resolve(), { once: true })
        else setImmediate(resolve)
      }),
    onReport(report: SyncReport) {
      reports.push(report)
      look()
    },
    onLive(live: boolean) {
      if (live) counts.opened++
      look()
    },
    onError: (error: unknown) => errors.push(error),
  }
  const parts = { ...outboundOf(second, door), door }
  const done = followPeer(parts, { ...pacing, meanwhile: liveMeanwhile(parts, pacing) }, stop.signal)
  return {
    counts,
    reports,
    errors,
    tell: () => wakeups.wake(1),
    until: (holds: () => boolean) =>
      new Promise<void>((go) => {
        waiting = { holds, go }
        look()
      }),
    /** Both hold the same, as the follower saw it. */
    async inStep() {
      const root = await rootOf(first)
      for (;;) {
        if ((await rootOf(second)) === root && reports.at(-1)?.equal) return
        const seen = reports.length
        await this.until(() => reports.length > seen)
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await done
    },
  }
}

describe('two nodes', () => {
  it('tell each other what is new, without asking', async () => {
    await first.import([conversation('before')])
    await using following = await follow()
    await following.until(() => following.counts.opened === 1)
    await following.inStep()
    const { requests } = following.counts
    await first.import([conversation('there')])
    node.tell()
    await following.inStep()
    await second.import([conversation('here')])
    following.tell()
    await expect.poll(() => rootOf(first)).toBe(await rootOf(second))
    node.tell()
    await first.call('conversations.edit', { conversation: first.idOf({ source: 'chatgpt', key: 'here' }), title: 'Mine' })
    node.tell()
    await following.inStep()
    expect(await dumpShown(second)).toEqual(await dumpShown(first))
    expect(following.counts.requests).toBe(requests)
    expect(following.errors).toEqual([])
  })

  it('go on where a broken connection left them', async () => {
    await using following = await follow()
    await following.until(() => following.counts.opened === 1)
    for (const { id } of node.sessions.list(first.account.did)) await node.sessions.end(first.account.did, id)
    await first.import([conversation('meanwhile')])
    await following.until(() => following.counts.opened === 2)
    await following.inStep()
    expect(await dumpShown(second)).toEqual(await dumpShown(first))
  })

  it('bring what is too large for a message by a request', async () => {
    await using following = await follow()
    await following.until(() => following.counts.opened === 1)
    const other = await otherDevice(first, 1)
    const large = other.make(
      'future.thing',
      Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(200_000, '.')),
    )
    await first.writer.accept(1, [other.grant, large], 'any')
    node.tell()
    await following.inStep()
    const back = other.make(
      'future.thing',
      Array.from({ length: 30 }, (_, n) => `${n}`.padEnd(200_000, '.')),
    )
    await second.writer.accept(1, [back], 'any')
    following.tell()
    await expect.poll(() => rootOf(first)).toBe(await rootOf(second))
  })

  it('do not run in circles where one refuses what the other has', async () => {
    const other = await otherDevice(first, 1)
    const shared = [other.grant, other.make('future.thing', ['x'])]
    for (const store of [first, second]) await store.writer.accept(1, shared, 'any')
    const next = { seq: 3, prev: shared.at(-1)?.signed.id ?? null }
    await first.writer.accept(1, [other.forge('future.thing', ['here'], next)], 'any')
    await second.writer.accept(1, [other.forge('future.thing', ['there'], next)], 'any')
    await using following = await follow()
    await following.until(() => following.reports.length > 0)
    // a fork of a third device: nothing is refused, nothing is equal, and both wait
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
    expect(following.counts.requests).toBeLessThan(20)
  })
})
