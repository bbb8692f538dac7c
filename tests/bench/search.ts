/**
 * Searching as people do, over HTTP with snippets of the twenty best, beside plain FTS5 over the same text in this
 * process: each query is asked of both, one right after the other, and none comes twice.
 */
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { type GeneratedExport, generatedExport } from './kit/exports.ts'
import { mebibytes, median, percentile, printFigures, rounded, say, timed } from './kit/figures.ts'
import { openFts5 } from './kit/fts5.ts'
import { readOptions } from './kit/options.ts'
import { serve } from './kit/served.ts'
import { quiet, storedNode } from './kit/stored.ts'
import { kinds, type Query, queriesOf } from './kit/words.ts'

const targets = { ratio: 2, atMost: 5, everyKind: 50, memory: 20 * 2 ** 20 }
/** Queries of each kind in a round. */
const perRound = 40
/** Queries of each kind that only let both be compiled. */
const before = 10
/** Milliseconds after which the node has given back what searching took. */
const givenBack = 40_000
const best = 20
const answer = z.object({ items: z.array(z.unknown()) })
const sizes = z.object({ search: z.number() })
const mean = (values: readonly number[]): number => rounded(values.reduce((sum, value) => sum + value, 0) / values.length)
const p50and95 = (values: readonly number[]) => ({ p50: rounded(median(values)), p95: rounded(percentile(values, 0.95)) })

const { size, seed, rounds } = readOptions({ size: 500_000, seed: 1, rounds: 3 })
const small = await measure(await generatedExport(Math.ceil(size / 10), seed))
const large = await measure(await generatedExport(size, seed))
const all = [...small.kinds, ...large.kinds]
printFigures({
  name: 'search',
  size: large.messages,
  unit: 'ms (p95 of all kinds)',
  ours: large.ours,
  limit: large.limit,
  target: `each kind: p95 ≤ ${targets.ratio} × FTS5 or ≤ ${targets.atMost} ms, and ≤ ${targets.everyKind} ms; idle ≤ ${mebibytes(targets.memory)} MiB`,
  ok:
    all.every(
      ({ ours, limit }) => ours.p95 <= Math.max(targets.atMost, targets.ratio * limit.p95) && ours.p95 <= targets.everyKind,
    ) && large.idleBytes <= targets.memory,
  details: { small: shown(small), large: shown(large) },
})

type Measured = Awaited<ReturnType<typeof measure>>
function shown({ messages, kinds: figures, idleBytes, indexBytes, fts5Bytes }: Measured): object {
  return {
    messages,
    kinds: Object.fromEntries(figures.map(({ kind, ...rest }) => [kind, rest])),
    idleIndexMiB: mebibytes(idleBytes),
    indexMiB: { ours: mebibytes(indexBytes), fts5: mebibytes(fts5Bytes), ratio: rounded(indexBytes / fts5Bytes) },
  }
}

async function measure(file: GeneratedExport) {
  const { folder, messages } = await storedNode(file)
  const fts5 = await openFts5(file)
  const node = await serve(folder)
  try {
    await quiet(node)
    const idleBefore = node.memory().resident
    const next = queriesOf(fts5.db, seed)
    for (let n = 0; n < before; n++) for (const kind of kinds) await both(next(kind))
    const queries = Array.from({ length: perRound * rounds }, () => kinds.map(next)).flat()
    const times: { kind: Query['kind']; ours: number; limit: number; ourHits: number; limitHits: number }[] = []
    for (const query of queries) times.push({ kind: query.kind, ...(await both(query)) })
    const figures = kinds.map((kind) => {
      const these = times.filter((one) => one.kind === kind)
      return {
        kind,
        ours: p50and95(these.map((one) => one.ours)),
        limit: p50and95(these.map((one) => one.limit)),
        hits: [mean(these.map((one) => one.ourHits)), mean(these.map((one) => one.limitHits))],
        unit: 'ms',
      }
    })
    say(
      `${messages} messages: ${figures.map(({ kind, ours, limit }) => `${kind} ${ours.p95} ms (FTS5 ${limit.p95})`).join(', ')}`,
    )
    const { search } = sizes.parse(JSON.parse((await node.get('/api/v1/storage')).body.toString()))
    await setTimeout(givenBack)
    return {
      messages,
      kinds: figures,
      ours: percentile(
        times.map((one) => one.ours),
        0.95,
      ),
      limit: percentile(
        times.map((one) => one.limit),
        0.95,
      ),
      idleBytes: node.memory().resident - idleBefore,
      indexBytes: search,
      fts5Bytes: fts5.bytes(),
    }
  } finally {
    await node.stop()
    fts5.db.close()
  }

  async function both({ q, prefix, match }: Query) {
    const ours = await timed(() => node.get(`/api/v1/search?q=${encodeURIComponent(q)}&prefix=${prefix}&limit=${best}`))
    if (ours.result.status !== 200) throw new Error(`Answered ${ours.result.status}: ${ours.result.body}`)
    const limit = await timed(() => fts5.find(match, best))
    const { items } = answer.parse(JSON.parse(ours.result.body.toString()))
    return { ours: ours.milliseconds, limit: limit.milliseconds, ourHits: items.length, limitHits: limit.result.length }
  }
}
