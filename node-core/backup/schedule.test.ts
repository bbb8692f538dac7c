/** When the node makes backups by itself. */
import { describe, expect, it } from 'vitest'
import { fakeClock } from '../../tests/kit/clock.ts'
import { VivimError } from '../contract/errors.ts'
import { type BackupPlan, type BackupStanding, createBackupSchedule } from './schedule.ts'

const HOUR = 3_600_000
const daily: BackupPlan = { folder: '/to', every: 24, keep: 3 }

function setUp(plan: BackupPlan, last: BackupStanding['last'] = null) {
  const power = { saving: false }
  const clock = fakeClock()
  let timer: { at: number; run: () => void } | undefined
  const made: string[] = []
  const kept: unknown[] = []
  const state: { fails: unknown } = { fails: undefined }
  const schedule = createBackupSchedule({
    clock,
    pace: { allows: () => !power.saving },
    plan,
    last,
    after(milliseconds, run) {
      const own = { at: clock.now() + milliseconds, run }
      timer = own
      return () => {
        if (timer === own) timer = undefined
      }
    },
    async make({ folder }) {
      if (state.fails) throw state.fails
      made.push(folder)
      return { path: `${folder}/a`, kind: 'whole', bytes: 1, created: clock.now(), seconds: 0 }
    },
    keep: async (standing) => void kept.push(standing),
    onError: () => {},
  })
  return {
    clock,
    schedule,
    made,
    kept,
    state,
    power,
    /** Lets so many hours pass, timer by timer. */
    async pass(hours: number) {
      const end = clock.now() + hours * HOUR
      while (timer && timer.at <= end) {
        const { at, run } = timer
        timer = undefined
        clock.advance(at - clock.now())
        run()
        for (let turn = 0; turn < 10; turn++) await Promise.resolve()
      }
      clock.advance(end - clock.now())
    },
  }
}

describe('the node’s own backups', () => {
  it('wait for power, soon catch up with it, and wait no longer than to the next one', async () => {
    const at = setUp(daily)
    at.power.saving = true
    await at.pass(20)
    expect(at.made).toEqual([])
    at.power.saving = false
    await at.pass(1 / 4)
    expect(at.made).toHaveLength(1)
    at.power.saving = true
    await at.pass(47)
    expect(at.made).toHaveLength(1)
    await at.pass(2)
    expect(at.made).toHaveLength(2)
  })

  it('are none until a folder is named, then one at once and one each so many hours', async () => {
    const at = setUp({ ...daily, folder: null })
    await at.pass(100)
    expect(at.made).toEqual([])
    expect(at.schedule.standing()).toMatchObject({ next: null, last: null })
    await at.schedule.change(daily)
    await at.pass(1)
    expect(at.made).toEqual(['/to'])
    await at.pass(23)
    expect(at.made.length).toBe(1)
    await at.pass(1)
    expect(at.made.length).toBe(2)
    await at.pass(24 * 10)
    expect(at.made.length).toBe(12)
    expect(at.kept.at(-1)).toMatchObject({ ...daily, last: { path: '/to/a' } })
    await at.schedule.change({ ...daily, folder: null })
    await at.pass(100)
    expect(at.made.length).toBe(12)
  })

  it('go on after a start where they were', async () => {
    const { clock } = setUp(daily)
    const at = setUp(daily, { path: '/to/a', kind: 'whole', bytes: 1, created: clock.now() - 20 * HOUR })
    await at.pass(3)
    expect(at.made).toEqual([])
    await at.pass(2)
    expect(at.made).toEqual(['/to'])
    // long overdue: soon after the start, not at once
    const late = setUp(daily, { path: '/to/a', kind: 'whole', bytes: 1, created: 0 })
    expect(late.schedule.standing().next).toBe(late.clock.now() + 60_000)
  })

  it('are tried again each hour after one that failed, and it is said why', async () => {
    const at = setUp(daily)
    at.state.fails = new VivimError('storage-full')
    await at.pass(5)
    expect(at.made).toEqual([])
    expect(at.schedule.standing()).toMatchObject({ trouble: { code: 'storage-full' }, last: null })
    at.state.fails = undefined
    await at.pass(1)
    expect(at.made.length).toBe(1)
    expect(at.schedule.standing()).toMatchObject({ trouble: null, last: { path: '/to/a' } })
    at.state.fails = new Error('unknown')
    await at.pass(24)
    expect(at.schedule.standing().trouble?.code).toBe('internal')
    await at.schedule.close()
    at.state.fails = undefined
    await at.pass(100)
    expect(at.made.length).toBe(1)
  })
})
