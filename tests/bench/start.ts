/**
 * Starting the built node over a store with many messages: how long until it says that it is ready, and how much memory
 * it holds when nobody has asked anything for a while.
 */
import { setTimeout } from 'node:timers/promises'
import { generatedExport } from './kit/exports.ts'
import { mebibytes, median, printFigures, rounded, say, timed } from './kit/figures.ts'
import { readOptions } from './kit/options.ts'
import { serve } from './kit/served.ts'
import { quiet, storedNode } from './kit/stored.ts'

/** Milliseconds of quiet before memory is read. */
const idle = 10_000
const targets = { ready: 1500, memory: 160 * 2 ** 20 }

const { size, seed, rounds } = readOptions({ size: 500_000, seed: 1, rounds: 5 })
const { folder, messages, conversations } = await storedNode(await generatedExport(size, seed))
// One start with nothing to measure: it carries out whatever the last one left, and the files are in the system's memory.
await using first = await started()
await quiet(first.node)
await first[Symbol.asyncDispose]()
const runs: { ready: number; resident: number; most: number }[] = []
for (let round = 0; round < rounds; round++) {
  await using run = await started()
  await setTimeout(idle)
  const { resident, most } = run.node.memory()
  runs.push({ ready: run.milliseconds, resident, most })
  say(`ready after ${Math.round(run.milliseconds)} ms, ${mebibytes(resident)} MiB idle`)
}
const ready = median(runs.map((run) => run.ready))
const resident = median(runs.map((run) => run.resident))
printFigures({
  name: 'start',
  size: messages,
  unit: 'ms',
  ours: ready,
  limit: null,
  target: `ready in ≤ ${targets.ready} ms; ≤ ${mebibytes(targets.memory)} MiB resident after ${idle / 1000} s of quiet`,
  ok: ready <= targets.ready && resident <= targets.memory,
  details: {
    conversations,
    readyMs: runs.map((run) => rounded(run.ready)),
    idleMiB: runs.map((run) => mebibytes(run.resident)),
    mostMiB: runs.map((run) => mebibytes(run.most)),
  },
})

/** Milliseconds from the process's start until somebody signed in is told that the node is ready. */
async function started() {
  const { milliseconds, result: node } = await timed(async () => {
    const served = await serve(folder)
    const { status } = await served.get('/readyz')
    if (status !== 200) throw new Error(`The node answers ${status} to /readyz.`)
    return served
  })
  let stopped = false
  return {
    node,
    milliseconds,
    async [Symbol.asyncDispose]() {
      if (stopped) return
      stopped = true
      await node.stop()
    },
  }
}
