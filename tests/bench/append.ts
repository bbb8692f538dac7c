/**
 * Durable appends of single events through the built writer's thread, beside one plain durable insert with one
 * signature each in this thread. `event`: one that no projection keeps, the log alone, one after the other; `together`: the
 * same, sixteen at once; `tag`: what a person says of a conversation, with all that is derived from it. They take turns
 * in short blocks, so that whatever else the disk does falls on all of them.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Change } from '../../node-core/log/append.ts'
import { benchFolder } from './kit/exports.ts'
import { median, percentile, printFigures, rounded } from './kit/figures.ts'
import { readOptions } from './kit/options.ts'
import { plainAppends } from './kit/plain-append.ts'
import { openWriting } from './kit/writing.ts'

const target = 0.6
const together = 16
const id = Buffer.alloc(16, 7)

const { size, rounds } = readOptions({ size: 4800, seed: 1, rounds: 40 })
const folder = await mkdtemp(join(benchFolder, 'append-'))
const rates = { event: [] as number[], together: [] as number[], tag: [] as number[], limit: [] as number[] }
try {
  const plain = plainAppends(join(folder, 'plain.db'))
  await using writing = await openWriting(join(folder, 'data'))
  const { writer, account } = writing
  let made = 0
  const event = (): Change => ({
    type: 'imports.started',
    parts: [{ import: id, name: `export-${++made}.zip`, format: 'chatgpt' }],
  })
  const tag = (): Change => ({
    type: 'library.tagged',
    parts: [{ target: { conversation: id }, tag: `tag ${++made % 40}`, on: made % 80 < 40 }],
  })
  const append = (change: () => Change) => async () => void (await writer.append(account, [change()]))
  const block = Math.max(together, Math.round(size / rounds))
  await inTurn(append(event), 1, 500)
  await inTurn(append(tag), 1, 200)
  for (let round = 0; round < rounds; round++) {
    rates.limit.push(await inTurn(plain.append, 1, block))
    rates.event.push(await inTurn(append(event), 1, block))
    rates.together.push(await inTurn(append(event), together, block))
    rates.tag.push(await inTurn(append(tag), 1, block))
  }
  plain.close()
} finally {
  await rm(folder, { recursive: true, force: true })
}
const ratioOf = (name: 'event' | 'together' | 'tag'): number =>
  median(rates[name].map((rate, round) => rate / (rates.limit[round] ?? Number.NaN)))
printFigures({
  name: 'append',
  size,
  unit: 'appends/s',
  ours: median(rates.event),
  limit: median(rates.limit),
  target: `one after the other, median ratio of the rounds ≥ ${target}`,
  ok: ratioOf('event') >= target,
  details: {
    ratios: { event: rounded(ratioOf('event')), together: rounded(ratioOf('together')), tag: rounded(ratioOf('tag')) },
    rates: Object.fromEntries(
      Object.entries(rates).map(([name, all]) => [name, [0.1, 0.5, 0.9].map((share) => rounded(percentile(all, share)))]),
    ),
  },
})

/** Runs `count` calls, `width` of them at any time; answers how many a second. */
async function inTurn(call: () => unknown, width: number, count: number): Promise<number> {
  const started = performance.now()
  let left = Math.round(count)
  const walk = async (): Promise<void> => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: width }, walk))
  return (count * 1000) / (performance.now() - started)
}
