/**
 * Importing an export through the built node, beside JSON.parse with one plain batched insert and one plain FTS5 insert
 * of the same file; the most memory that the node's process took; how long a read took meanwhile.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { chanceOf } from './kit/chance.ts'
import { benchFolder, generatedExport } from './kit/exports.ts'
import { mebibytes, median, percentile, printFigures, rounded, say, timed } from './kit/figures.ts'
import { conversationIds, importInto } from './kit/importing.ts'
import { readOptions } from './kit/options.ts'
import { plainImport } from './kit/plain-import.ts'
import { serve } from './kit/served.ts'

/** What V8 can hold as one string, which the plain way needs. */
const longestString = 500 * 2 ** 20
/** Milliseconds between two reads. */
const readEvery = 20
const targets = { ratio: 0.5, memory: 400 * 2 ** 20, read: 50 }

const { size, seed, rounds } = readOptions({ size: 200_000, seed: 1, rounds: 3 })
const file = await generatedExport(size, seed)
const before = await generatedExport(2000, seed + 1)
const { size: bytes } = await stat(file.path)
const plain = bytes <= longestString
const runs: { rate: number; most: number; reads: number[] }[] = []
const limits: number[] = []
for (let round = 0; round < (plain ? rounds : 1); round++) {
  const folder = await mkdtemp(join(benchFolder, 'import-'))
  try {
    const ours = await measure(join(folder, 'node'))
    runs.push(ours)
    if (plain) {
      const { milliseconds, result } = await timed(() => plainImport(file.path, join(folder, 'plain.db')))
      limits.push((result * 1000) / milliseconds)
    }
    say(
      `${Math.round(ours.rate)} messages/s, ${mebibytes(ours.most)} MiB; plain ${Math.round(limits.at(-1) ?? Number.NaN)} messages/s`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
const reads = runs.flatMap((run) => run.reads)
const ratios = runs.map((run, n) => run.rate / (limits[n] ?? Number.NaN))
const most = Math.max(...runs.map((run) => run.most))
const read = percentile(reads, 0.99)
printFigures({
  name: 'import',
  size: file.messages,
  unit: 'messages/s',
  ours: median(runs.map((run) => run.rate)),
  limit: plain ? median(limits) : null,
  target: `ratio ≥ ${targets.ratio}; at most ${mebibytes(targets.memory)} MiB of process memory; p99 of a read meanwhile ≤ ${targets.read} ms`,
  ok: (!plain || median(ratios) >= targets.ratio) && most <= targets.memory && read <= targets.read,
  details: {
    fileMiB: mebibytes(bytes),
    mostMemoryMiB: mebibytes(most),
    ratios: ratios.map(rounded),
    read: { count: reads.length, p50: rounded(median(reads)), p99: rounded(read), most: rounded(Math.max(...reads)), unit: 'ms' },
    rates: { ours: runs.map((run) => rounded(run.rate)), limit: limits.map(rounded) },
  },
})

/** Imports into a fresh node that has a few conversations already, and reads those meanwhile. */
async function measure(folder: string): Promise<(typeof runs)[number]> {
  const node = await serve(folder)
  try {
    await importInto(node, before.path)
    const ids = await conversationIds(node, 1000)
    const chance = chanceOf(seed)
    const reads: number[] = []
    let over = false
    const reading = (async () => {
      while (!over) {
        const id = ids[Math.floor(chance() * ids.length)] ?? ''
        const { milliseconds } = await timed(() => node.get(`/api/v1/conversations/${id}/units?limit=50`))
        reads.push(milliseconds)
        await setTimeout(readEvery)
      }
    })()
    const { milliseconds, result } = await timed(() => importInto(node, file.path))
    over = true
    await reading
    if (result.messages !== file.messages) throw new Error(`${result.messages} messages came in of ${file.messages}.`)
    return { rate: (result.messages * 1000) / milliseconds, most: node.memory().most, reads }
  } finally {
    await node.stop()
  }
}
