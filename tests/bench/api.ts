/**
 * Pages of fifty units over HTTP as a signed-in person asks for them: some conversations often, most seldom (Zipf),
 * beside a bare Fastify route that sends the same bytes; then pages that nobody has asked for before.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import { chanceOf, zipfOf } from './kit/chance.ts'
import { mebibytes, median, percentile, printFigures, rounded, say, timed } from './kit/figures.ts'
import { conversationIds } from './kit/importing.ts'
import { type Load, openLoad } from './kit/load.ts'
import { longExport } from './kit/long-exports.ts'
import { readOptions } from './kit/options.ts'
import { type Served, serve } from './kit/served.ts'
import { processorTime, quiet, storedNode } from './kit/stored.ts'

const pageUnits = 50
const connections = 32
const perRound = 20_000
const targets = { ratio: 0.4, cold: 800 }

const { size, seed, rounds } = readOptions({ size: 10_000, seed: 1, rounds: 5 })
const store = await storedNode(await longExport(size, seed))
const full = await fullPages()

const cold = await withNode(async (_, load) => {
  const ids = shuffled(full.ids)
  const { milliseconds, result } = await timed(() =>
    load.run(
      ids.length,
      pathsOf(() => ids.pop() ?? ''),
    ),
  )
  return { rate: (result.length * 1000) / milliseconds, count: result.length, p99: percentile([...result], 0.99) }
})
say(`${Math.round(cold.rate)} cold pages/s`)

const { runs, memory, mean } = await withNode(async (node, load) => {
  const bodies: [string, Buffer][] = []
  for (const id of full.ids) bodies.push([id, (await node.get(pathOf(id))).body])
  const bare = await bareServer(bodies)
  const bareLoad = await openLoad(bare.origin, { authorization: `Bearer ${node.token}` }, connections)
  const measured: { ours: Round; limit: Round }[] = []
  for (let round = 0; round <= rounds; round++) {
    const ours = await measure(load, node.pid, seed + round)
    const limit = await measure(bareLoad, bare.pid, seed + round)
    // the first round only fills the caches and lets both be compiled
    if (round > 0) measured.push({ ours, limit })
    say(`${Math.round(ours.rate)} pages/s; bare Fastify ${Math.round(limit.rate)}`)
  }
  bareLoad.close()
  bare.stop()
  const bytes = bodies.reduce((sum, [, body]) => sum + body.length, 0)
  return { runs: measured, memory: node.memory(), mean: bytes / bodies.length }
})
const ratios = runs.map(({ ours, limit }) => ours.rate / limit.rate)
printFigures({
  name: 'api',
  size: full.ids.length,
  unit: 'pages/s',
  ours: median(runs.map(({ ours }) => ours.rate)),
  limit: median(runs.map(({ limit }) => limit.rate)),
  target: `ratio ≥ ${targets.ratio}; ≥ ${targets.cold} cold pages/s`,
  ok: median(ratios) >= targets.ratio && cold.rate >= targets.cold,
  details: {
    meanPageBytes: Math.round(mean),
    ratios: ratios.map(rounded),
    /** Of processor time per page, where the client is no part of the measurement. */
    processorRatios: runs.map(({ ours, limit }) => rounded(limit.processor / ours.processor)),
    processorMicroseconds: {
      ours: rounded(median(runs.map(({ ours }) => ours.processor))),
      limit: rounded(median(runs.map(({ limit }) => limit.processor))),
    },
    latency: {
      p50: rounded(median(runs.map(({ ours }) => ours.p50))),
      p99: rounded(median(runs.map(({ ours }) => ours.p99))),
      unit: 'ms',
    },
    cold: { perSecond: rounded(cold.rate), pages: cold.count, p99: rounded(cold.p99) },
    messages: store.messages,
    shortPages: full.seen - full.ids.length,
    residentMiB: mebibytes(memory.resident),
  },
})

interface Round {
  rate: number
  /** Microseconds of the server's processor time for each page. */
  processor: number
  p50: number
  p99: number
}

async function measure(load: Load, pid: number, from: number): Promise<Round> {
  const rank = zipfOf(full.ids.length, chanceOf(from))
  const before = processorTime(pid)
  const { milliseconds, result } = await timed(() =>
    load.run(
      perRound,
      pathsOf(() => full.ids[rank()] ?? ''),
    ),
  )
  const times = [...result]
  return {
    rate: (perRound * 1000) / milliseconds,
    processor: ((processorTime(pid) - before) * 1e6) / perRound,
    p50: median(times),
    p99: percentile(times, 0.99),
  }
}

function pathOf(id: string): string {
  return `/api/v1/conversations/${id}/units?limit=${pageUnits}`
}
function pathsOf(next: () => string): () => string {
  return () => pathOf(next())
}

/** The conversations that fill a page. */
async function fullPages(): Promise<{ ids: string[]; seen: number }> {
  const page = z.object({ items: z.array(z.unknown()) })
  return withNode(async (node) => {
    const all = await conversationIds(node, store.conversations)
    const ids: string[] = []
    for (const id of shuffled(all)) {
      const { items } = page.parse(JSON.parse((await node.get(pathOf(id))).body.toString()))
      if (items.length === pageUnits) ids.push(id)
    }
    return { ids, seen: all.length }
  })
}

/** The same order for the same seed. */
function shuffled<T>(all: readonly T[]): T[] {
  const chance = chanceOf(seed)
  const keyed = all.map((one): [number, T] => [chance(), one])
  return keyed.sort(([a], [b]) => a - b).map(([, one]) => one)
}

/** A node that has only just been started, and has merged its index. */
async function withNode<T>(work: (node: Served, load: Load) => Promise<T>): Promise<T> {
  const node = await serve(store.folder)
  try {
    await quiet(node)
    const load = await openLoad(node.origin, { authorization: `Bearer ${node.token}` }, connections)
    try {
      return await work(node, load)
    } finally {
      load.close()
    }
  } finally {
    await node.stop()
  }
}

async function bareServer(pages: readonly [string, Buffer][]): Promise<{ origin: string; pid: number; stop(): void }> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'kit/bare-fastify.child.ts'), {
    serialization: 'advanced',
    execArgv: [],
  })
  for (const [page, bytes] of pages) {
    await new Promise<void>((resolve, reject) => {
      child.send({ page, bytes }, (error) => {
        if (error) reject(error)
        else resolve()
      })
    })
  }
  child.send('listen')
  const [origin] = await once(child, 'message')
  return {
    origin: String(origin),
    pid: child.pid ?? 0,
    stop() {
      child.disconnect()
    },
  }
}
