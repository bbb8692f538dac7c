/**
 * How long an edit on one node takes until it is visible on another that follows it, over loopback: from before it is
 * signed there until it is durable, applied and readable here, and the other way round. Two processes, one edit at a time.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { decode } from '@ipld/dag-cbor'
import { grantSchema } from '../../node-core/contract/events.ts'
import { createWakeups } from '../../node-core/log/follow.ts'
import { liveMeanwhile } from '../../node-core/sync/follow-live.ts'
import { followPeer } from '../../node-core/sync/outbound.ts'
import { benchFolder } from './kit/exports.ts'
import { median, percentile, printFigures, rounded, say } from './kit/figures.ts'
import { tagChange } from './kit/mixed-log.ts'
import { readOptions } from './kit/options.ts'
import { startSource } from './kit/sync-source.ts'
import { openSyncing } from './kit/syncing.ts'

const target = 30
/** Events that both hold before. */
const HELD = 2000
/** Edits before it is measured. */
const WARM = 20
const { size, seed } = readOptions({ size: 1000, seed: 1, rounds: 1 })
const folder = await mkdtemp(join(benchFolder, 'sync-live-'))
const times = { here: [] as number[], there: [] as number[] }
try {
  say(`Making a log of ${HELD} events …`)
  await using source = await startSource(join(folder, 'source'), HELD, seed)
  const wakeups = createWakeups()
  await using node = await openSyncing(source, join(folder, 'node'), (news) => {
    if (news.news === 'commit') wakeups.wake(news.account)
  })
  const { reader, writer, opened, fresh } = node
  const stop = new AbortController()
  const live = Promise.withResolvers<void>()
  const pacing = {
    changed: (signal: AbortSignal) => wakeups.next(opened.id, signal),
    wait: (milliseconds: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const go = () => {
          clearTimeout(timer)
          resolve()
        }
        const timer = setTimeout(go, milliseconds)
        signal.addEventListener('abort', go, { once: true })
      }),
    chance: Math.random,
    onLive: (open: boolean) => open && live.resolve(),
    onError: (error: unknown) => say(String(error)),
  }
  const following = followPeer(node.parts, { ...pacing, meanwhile: liveMeanwhile(node.parts, pacing) }, stop.signal)
  await live.promise
  const seqOf = async (device: string): Promise<number> =>
    (await reader.get<{ seq: number }>('SELECT seq FROM device WHERE account = ? AND did = ?', [opened.id, device]))?.seq ?? 0
  const arrived = async (device: string, seq: number): Promise<bigint> => {
    for (;;) {
      const woken = wakeups.next(opened.id, stop.signal)
      if ((await seqOf(device)) >= seq) return process.hrtime.bigint()
      await woken
    }
  }
  const theirs = (await reader.get<{ did: string }>('SELECT did FROM device ORDER BY seq DESC', []))?.did ?? ''
  const before = await seqOf(theirs)
  const grant = await source.admit(fresh.device, fresh.encryption)
  await arrived(theirs, before + 1)
  await writer.append(opened.id, [{ type: 'device.granted', parts: [grantSchema.parse(decode(grant))] }])
  await source.arrival(fresh.device, 1)
  for (let edit = 1; edit <= size / 2 + WARM; edit++) {
    const [began, seen] = await Promise.all([source.tag(`there ${edit % 40}`), arrived(theirs, before + 1 + edit)])
    const start = process.hrtime.bigint()
    await writer.append(opened.id, [tagChange(opened.did, `here ${edit % 40}`)])
    const reached = await source.arrival(fresh.device, 1 + edit)
    if (edit <= WARM) continue
    times.here.push(Number(seen - began) / 1e6)
    times.there.push(Number(reached - start) / 1e6)
  }
  stop.abort()
  await following
} finally {
  await rm(folder, { recursive: true, force: true })
}
const all = [...times.here, ...times.there]
const figures = (values: readonly number[]) =>
  Object.fromEntries([0.5, 0.9, 0.99].map((share) => [`p${share * 100}`, rounded(percentile(values, share))]))
printFigures({
  name: 'sync-live',
  size,
  unit: 'ms',
  ours: percentile(all, 0.99),
  limit: null,
  target: `p99 ≤ ${target} ms`,
  ok: percentile(all, 0.99) <= target,
  details: { median: rounded(median(all)), pushed: figures(times.here), told: figures(times.there) },
})
