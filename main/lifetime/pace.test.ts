import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ToNode } from '../../node-core/contract/desktop.ts'
import type { NodeState } from '../node/node-state.ts'
import { createChoices } from './choices.ts'
import { createPacing, type PaceSource, paceOf } from './pace.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-pace-'))
afterAll(() => rmSync(folder, { recursive: true }))
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('how much the node does by itself', () => {
  const awake = { asleep: false, battery: false, metered: false }
  const usual = { anyNetwork: false, paused: false }
  it.each([
    [awake, usual, 'normal', true],
    [{ ...awake, battery: true }, usual, 'saving', true],
    [{ ...awake, metered: true }, usual, 'saving', true],
    [{ ...awake, battery: true, metered: true }, { ...usual, anyNetwork: true }, 'normal', true],
    [{ ...awake, asleep: true }, { ...usual, anyNetwork: true }, 'paused', true],
    [awake, { ...usual, paused: true }, 'normal', false],
  ] as const)('%o with %o', (facts, wishes, level, sync) => {
    expect(paceOf(facts, wishes)).toEqual({ type: 'pace', level, sync })
  })
})

function stage() {
  const told: ToNode[] = []
  const machine = { battery: false, network: 'home', metered: undefined as boolean | undefined }
  let change: Parameters<PaceSource['on']>[0] = () => {}
  let ready: (state: NodeState) => void = () => {}
  const timers: (() => void)[] = []
  const choices = createChoices(join(folder, `${Math.random()}.json`))
  const pacing = createPacing(
    {
      state: { state: 'ready' },
      post: (message) => void told.push(message),
      on: (listener) => {
        ready = listener
        return () => {}
      },
    },
    choices,
    {
      on: (listener) => {
        change = listener
      },
      onBattery: () => machine.battery,
      network: () => machine.network,
      metered: async () => machine.metered,
    },
    (_, work) => {
      timers.push(work)
      return () => {}
    },
  )
  return {
    ...{ told, machine, choices, pacing },
    change: (one: Parameters<typeof change>[0]) => change(one),
    ready: () => ready({ state: 'ready' }),
    async tick() {
      timers.shift()?.()
      await settled()
    },
    /** What was told since the last time. */
    said: () => told.splice(0),
  }
}
const pace = (level: 'normal' | 'saving' | 'paused', sync = true) => ({ type: 'pace', level, sync })

describe('the node is told', () => {
  it('of sleep and of waking, and to look then', async () => {
    const { change, said } = stage()
    await settled()
    said()
    change('suspend')
    expect(said()).toEqual([pace('paused')])
    change('resume')
    expect(said()).toEqual([pace('normal'), { type: 'look' }])
  })

  it('of waking also where the system said nothing of it', async () => {
    const { change, said, tick } = stage()
    await settled()
    change('suspend')
    said()
    await tick()
    expect(said()).toEqual([])
    await tick()
    expect(said()).toEqual([pace('normal'), { type: 'look' }])
  })

  it('of battery, of networks that cost, of another network, and of what a person chose', async () => {
    const { change, said, tick, machine, choices, pacing } = stage()
    await settled()
    said()
    machine.battery = true
    change('power')
    expect(said()).toEqual([pace('saving')])
    choices.change({ anyNetwork: true })
    await settled()
    expect(said()).toEqual([pace('normal')])
    choices.change({ anyNetwork: false })
    machine.battery = false
    change('power')
    await settled()
    said()

    machine.metered = true
    machine.network = 'phone'
    await tick()
    expect(said()).toEqual([{ type: 'look' }, pace('saving')])
    expect(pacing.knowsMetered).toBe(true)
    machine.metered = undefined
    await tick()
    expect(said()).toEqual([pace('normal')])
    // where the system does not say, the person does
    choices.change({ meteredHere: true })
    await settled()
    expect(said()).toEqual([pace('saving')])
  })

  it('of a pause, which a node that starts anew keeps', async () => {
    const { said, pacing, ready } = stage()
    await settled()
    said()
    pacing.pause(true)
    expect(said()).toEqual([pace('normal', false)])
    ready()
    expect(said()).toEqual([pace('normal', false)])
    pacing.pause(false)
    expect(said()).toEqual([pace('normal')])
  })
})
