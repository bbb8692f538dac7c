/** Runs schedules of the simulator and holds the devices against each other. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyLog } from '../../node-core/log/verify.ts'
import { rootOf } from './in-step.ts'
import { dumpRows, dumpShown } from './library-dump.ts'
import type { TestStore } from './store.ts'
import { type Family, makeFamily } from './sync-family.ts'
import { idsOf, runSchedule } from './sync-simulator.ts'

/** Of so many schedules one is looked at in every way: what readers are shown, and every signature and hash. */
const WHOLE = 8
const signal = new AbortController().signal

async function stateOf(store: TestStore, whole: boolean) {
  const { said: _said, items: _items, ...rows } = await dumpRows(store)
  return { root: await rootOf(store), rows, ...(whole ? { shown: await dumpShown(store) } : {}) }
}

/** Throws with the schedule where two nodes differ. */
async function checkSchedule(family: Family, seed: number): Promise<void> {
  const {
    stores,
    reports,
    done,
    said: acknowledged,
  } = await runSchedule(family, seed, { devices: 2 + (seed % 3), steps: 8 + (seed % 11) })
  const said = `SYNC_SEED=${seed} SYNC_SCHEDULES=1\n${done.join('\n')}`
  expect(reports, said).toEqual(stores.slice(1).map(() => expect.objectContaining({ equal: true, refused: [] })))
  for (const store of stores) {
    const held = new Set(await idsOf(store))
    expect(
      [...acknowledged].filter((id) => !held.has(id)),
      said,
    ).toEqual([])
  }
  const whole = seed % WHOLE === 0
  const [one, ...others] = stores
  if (!one) return
  const expected = await stateOf(one, whole)
  for (const other of others) expect(await stateOf(other, whole), said).toEqual(expected)
  if (!whole) return
  for (const store of stores)
    expect((await verifyLog(store.reader, store.account, store.keys.sealer, signal)).problems, said).toEqual([])
}

/**
 * The schedules of half the seeds, even or odd. `SYNC_SCHEDULES` says how many there are in both halves, `SYNC_SEED` where
 * they begin.
 */
export function schedulesTest(half: 0 | 1): void {
  const schedules = Number(process.env['SYNC_SCHEDULES'] ?? 400)
  const first = Number(process.env['SYNC_SEED'] ?? 1)
  const seeds = Array.from({ length: schedules }, (_, n) => first + n).filter((seed) => seed % 2 === half)
  const block = 250
  describe.skipIf(seeds.length === 0)(`${seeds.length} schedules from seed ${seeds[0] ?? first}`, () => {
    let family: Family
    beforeAll(async () => {
      family = await makeFamily(4)
    })
    afterAll(async () => {
      await family[Symbol.asyncDispose]()
    })
    it.each(Array.from({ length: Math.ceil(seeds.length / block) }, (_, n) => n))(
      'converge, block %i',
      async (n) => {
        for (const seed of seeds.slice(n * block, (n + 1) * block)) await checkSchedule(family, seed)
      },
      600_000,
    )
  })
}
