import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { UpdatesState } from '../../node-core/contract/updates.ts'
import { createChoices } from './choices.ts'
import { type Offer, UpdateRefused } from './release.ts'
import { createUpdates, type Engine } from './updates.ts'

const folder = mkdtempSync(join(tmpdir(), 'vivim-updates-'))
afterAll(() => rmSync(folder, { recursive: true }))
const day = 24 * 60 * 60_000
const offer: Offer = { version: '2.0.0', notes: 'new', file: { name: 'a', arch: 'x64', sha512: '', size: 1 } }
const from = { sender: {} } as never

let files = 0
/** Updates whose time, network and idleness the test moves by hand. */
function stage(change: Partial<Engine> = {}, { on = true, engine = true } = {}) {
  const file = join(folder, `${files++}.json`)
  writeFileSync(file, JSON.stringify({ on, channel: 'stable', looked: null }))
  const done: string[] = []
  const told: UpdatesState[] = []
  const timers: { at: number; work: () => void }[] = []
  const world = { now: 1000 * day, idle: false, unattended: true }
  const updates = createUpdates({
    by: 'app',
    version: '1.0.0',
    engine: engine
      ? {
          hides: true,
          find: async (channel) => {
            done.push(`find ${channel}`)
            return offer
          },
          load: async (_, share) => {
            done.push('load')
            share(0.5)
          },
          install: ({ start, hidden }) => void done.push(`install${start ? ' and start' : ''}${hidden ? ' hidden' : ''}`),
          ...change,
        }
      : undefined,
    choices: createChoices(file),
    later: (milliseconds, work) => {
      const timer = { at: world.now + milliseconds, work }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    now: () => world.now,
    unattended: () => world.unattended,
    idle: async () => world.idle,
    quit: () => void done.push('quit'),
    tell: (state) => void told.push(state),
  })
  /** Lets time pass, one timer after the other, and what they start run to its end. */
  const pass = async (milliseconds: number) => {
    const end = world.now + milliseconds
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      timers.splice(timers.indexOf(next), 1)
      world.now = Math.max(world.now, next.at)
      next.work()
      await new Promise(setImmediate)
    }
    world.now = end
  }
  const settle = () => new Promise(setImmediate)
  return { updates, done, told, world, pass, settle, file }
}

it('looks at most daily, and only where that is switched on', async () => {
  const on = stage({ find: async () => void on.done.push('find') as undefined })
  await on.pass(day / 2)
  expect(on.done).toEqual(['find'])
  await on.pass(3 * day)
  expect(on.done).toHaveLength(4)
  const off = stage({}, { on: false })
  await off.pass(5 * day)
  expect(off.done).toEqual([])
  expect(JSON.parse(readFileSync(on.file, 'utf8')).looked).toBeGreaterThan(1000 * day)
})

it('loads what is offered, tells how far it is, and installs it when the app ends', async () => {
  const { updates, done, told, pass } = stage()
  await pass(day / 4)
  expect(told.map(({ phase }) => phase.is)).toEqual(['looking', 'loading', 'loading', 'ready'])
  expect(updates.state().phase).toEqual({ is: 'ready', version: '2.0.0', notes: 'new' })
  updates.ending()
  expect(done).toEqual(['find stable', 'load', 'install'])
})

it('restarts by itself only once nobody would notice, and then without a window', async () => {
  const { updates, done, pass, world } = stage()
  await pass(day / 4)
  expect(done).not.toContain('quit')
  world.idle = true
  await pass(day / 24)
  expect(done).toContain('quit')
  updates.ending()
  expect(done.at(-1)).toBe('install and start hidden')
})

it('does not restart by itself where somebody would have to type a passphrase', async () => {
  const { done, pass, world } = stage()
  world.unattended = false
  world.idle = true
  await pass(2 * day)
  expect(done).not.toContain('quit')
  world.unattended = true
  await pass(day / 24)
  expect(done).toContain('quit')
})

it('does not start again after a later quit where a person stayed at the restart', async () => {
  const { updates, done, pass } = stage({ hides: false })
  await pass(day / 4)
  updates.handlers['updates.restart'](undefined, from)
  updates.stayed()
  updates.ending()
  expect(done.at(-1)).toBe('install')
})

it('restarts when asked', async () => {
  const { updates, done, pass } = stage({ hides: false })
  updates.handlers['updates.restart'](undefined, from)
  expect(done).toEqual([])
  await pass(day / 4)
  updates.handlers['updates.restart'](undefined, from)
  updates.ending()
  expect(done.slice(-2)).toEqual(['quit', 'install and start'])
})

it('installs nothing that was refused, and says why', async () => {
  for (const why of ['untrusted', 'damaged', 'refused', 'unreachable'] as const) {
    const load = why === 'untrusted' ? {} : { load: () => Promise.reject(new UpdateRefused(why, '')) }
    const find = why === 'untrusted' ? { find: () => Promise.reject(new UpdateRefused(why, '')) } : {}
    const { updates, done, pass } = stage({ ...load, ...find })
    await pass(day / 4)
    expect(updates.state().phase).toEqual({ is: 'failed', why })
    updates.ending()
    expect(done.filter((one) => one.startsWith('install'))).toEqual([])
  }
})

it('drops what it has when a person switches it off or takes another channel, even in the middle of a look', async () => {
  let answer: (offer: Offer) => void = () => undefined
  const slow = stage({ find: () => new Promise((resolve) => (answer = resolve)) })
  await slow.pass(day / 4)
  slow.updates.handlers['updates.choose']({ on: false }, from)
  answer(offer)
  await slow.settle()
  expect(slow.updates.state()).toMatchObject({ on: false, phase: { is: 'idle' } })
  expect(slow.done).toEqual([])

  const ready = stage()
  await ready.pass(day / 4)
  ready.updates.handlers['updates.choose']({ channel: 'beta' }, from)
  await ready.settle()
  expect(ready.done).toEqual(['find stable', 'load', 'find beta', 'load'])
  ready.updates.handlers['updates.choose']({ on: false }, from)
  ready.updates.ending()
  expect(ready.done).not.toContain('install')
})

it('does nothing where others bring the app up to date', async () => {
  const { updates, done, pass } = stage({}, { engine: false })
  await pass(3 * day)
  updates.handlers['updates.look'](undefined, from)
  updates.handlers['updates.restart'](undefined, from)
  updates.ending()
  expect(done).toEqual([])
})

it('is off where nothing usable was kept', () => {
  const file = join(folder, 'damaged.json')
  for (const text of ['', '{', '{"on":"yes"}']) {
    writeFileSync(file, text)
    expect(createChoices(file).kept()).toEqual({ on: false, channel: 'stable', looked: null })
  }
})
