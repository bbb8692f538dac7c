/** Many devices, a bad network, wrong clocks: when it heals all hold the same, and show the same. */
import { describe, expect, it } from 'vitest'
import { rootOf } from '../../tests/kit/in-step.ts'
import { dumpRows, dumpShown } from '../../tests/kit/library-dump.ts'
import { runSchedule } from '../../tests/kit/sync-simulator.ts'
import { verifyLog } from '../log/verify.ts'

const schedules = Number(process.env['SYNC_SCHEDULES'] ?? 200)
const first = Number(process.env['SYNC_SEED'] ?? 1)
const signal = new AbortController().signal

/** Throws with the schedule where two nodes differ. */
async function check(seed: number): Promise<void> {
  const { stores, reports, done } = await runSchedule(seed, { devices: 2 + (seed % 3), steps: 24 })
  const said = `SYNC_SEED=${seed} SYNC_SCHEDULES=1\n${done.join('\n')}`
  expect(reports, said).toEqual(stores.slice(1).map(() => expect.objectContaining({ equal: true, refused: [] })))
  const [one, ...others] = stores
  if (!one) return
  const whole = async (store: typeof one) => {
    const { said: _said, items: _items, ...rows } = await dumpRows(store)
    return { root: await rootOf(store), shown: await dumpShown(store), rows }
  }
  const expected = await whole(one)
  for (const other of others) expect(await whole(other), said).toEqual(expected)
  for (const store of stores) {
    expect((await verifyLog(store.reader, store.account, store.keys.sealer, signal)).problems, said).toEqual([])
    await store[Symbol.asyncDispose]()
  }
}

describe(`${schedules} schedules from seed ${first}`, () => {
  const block = 20
  it.each(Array.from({ length: Math.ceil(schedules / block) }, (_, n) => n))(
    'converge, block %i',
    async (n) => {
      for (let seed = first + n * block; seed < Math.min(first + schedules, first + (n + 1) * block); seed++) await check(seed)
    },
    600_000,
  )
})
