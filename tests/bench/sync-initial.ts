/**
 * An empty node that takes over a whole log from another one over HTTP: tags, notes and messages of 1 KB, each event
 * verified, durable, applied and found. Beside it, in the same run: the same events verified, inserted plainly and indexed,
 * one after the other in one thread, without a network, projections or encryption of rows.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Incoming } from '../../node-core/log/accept-check.ts'
import { type OutboundParts, syncOnce, unknownPeer } from '../../node-core/sync/outbound.ts'
import { benchFolder } from './kit/exports.ts'
import { median, printFigures, rounded, say, timed } from './kit/figures.ts'
import { readOptions } from './kit/options.ts'
import { plainSync } from './kit/plain-sync.ts'
import { type SyncSource, startSource } from './kit/sync-source.ts'
import { openSyncing } from './kit/syncing.ts'

const target = { ratio: 0.5, rate: 8000 }
const { size, seed, rounds } = readOptions({ size: 100_000, seed: 1, rounds: 1 })
const folder = await mkdtemp(join(benchFolder, 'sync-'))
const rates = { ours: [] as number[], limit: [] as number[] }
const found: number[] = []
/** Seconds of processor time of this process, its threads included: what a busy machine does not change. */
const processor = { ours: [] as number[], limit: [] as number[] }
try {
  say(`Making a log of ${size} events …`)
  await using source = await startSource(join(folder, 'source'), size, seed)
  for (let round = 0; round < rounds; round++) {
    const { rate, events, documents, seconds } = await pulled(source, join(folder, `node-${round}`))
    rates.ours.push(rate)
    found.push(documents)
    processor.ours.push(seconds)
    const before = process.cpuUsage()
    const plain = plainSync(join(folder, `plain-${round}.db`))
    const { milliseconds } = await timed(() => plain.take(events))
    plain.close()
    processor.limit.push(secondsSince(before))
    rates.limit.push((events.length * 1000) / milliseconds)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
const ratio = median(rates.ours.map((rate, round) => rate / (rates.limit[round] ?? Number.NaN)))
printFigures({
  name: 'sync-initial',
  size,
  unit: 'events/s',
  ours: median(rates.ours),
  limit: median(rates.limit),
  target: `≥ ${target.ratio} of the limit, and ≥ ${target.rate} events/s`,
  ok: ratio >= target.ratio && median(rates.ours) >= target.rate,
  details: { ratio: rounded(ratio), documents: found, processor, rates },
})

/** Takes the whole log over to a new store; `events` are those that came. */
async function pulled(source: SyncSource, directory: string) {
  await using node = await openSyncing(source, directory)
  const { accept } = node.parts
  const events: Incoming[] = []
  const parts: OutboundParts = {
    ...node.parts,
    async accept(...call) {
      events.push(...call[1])
      return await accept(...call)
    },
  }
  const before = process.cpuUsage()
  const { milliseconds, result } = await timed(() => syncOnce(parts, unknownPeer(), new AbortController().signal))
  if (result.refused.length > 0 || !result.equal) throw new Error(`The nodes do not hold the same: ${JSON.stringify(result)}`)
  const seconds = secondsSince(before)
  const row = await node.reader.get<{ documents: number }>('SELECT sum(documents) AS documents FROM search_segment', [])
  return { rate: (result.pulled * 1000) / milliseconds, events, seconds, documents: row?.documents ?? 0 }
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return rounded((user + system) / 1e6)
}
