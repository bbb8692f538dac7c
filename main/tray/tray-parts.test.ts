import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VivimError } from '../../node-core/contract/errors.ts'
import { wordsFor } from '../messages/index.ts'
import type { NodeState } from '../node/node-state.ts'
import { trayMenu } from './menu.ts'
import { type TrayFacts, trayPictures, trayState } from './state.ts'
import { createWatch, type NodeView } from './watch.ts'

const id = 'abcdefghijklmnopqrstuvwxya'
const calm: NodeView = { network: false, importing: false, trouble: false, nodes: [], recent: [{ id, title: 'Lisbon' }] }
const facts: TrayFacts = { node: { state: 'ready' }, locked: false, paused: false, view: calm, titles: true }
const failed: NodeState = { state: 'failed', error: new VivimError('store-locked'), again: true }

describe('the tray at a glance', () => {
  it.each([
    [{}, 'local', 'on'],
    [{ view: { ...calm, network: true } }, 'network', 'on'],
    [{ view: { ...calm, importing: true } }, 'importing', 'syncing'],
    [{ view: { ...calm, nodes: [{ behind: true, trouble: false }] } }, 'syncing', 'syncing'],
    [{ view: { ...calm, nodes: [{ behind: false, trouble: true }] } }, 'unreached', 'trouble'],
    [{ view: { ...calm, trouble: true, importing: true } }, 'trouble', 'trouble'],
    [{ paused: true, view: { ...calm, nodes: [{ behind: true, trouble: false }] } }, 'paused', 'paused'],
    [{ locked: true, paused: true }, 'locked', 'locked'],
    [{ view: undefined }, 'starting', 'on'],
    [{ node: { state: 'starting' } }, 'starting', 'on'],
    [{ node: failed }, 'failed', 'trouble'],
    [{ node: { state: 'given-up', ends: 5 } }, 'given-up', 'trouble'],
    [{ node: { state: 'stopped' } }, 'stopped', 'on'],
  ] as const)('%o: %s', (more, line, picture) => {
    expect(trayState({ ...facts, ...more } as TrayFacts)).toMatchObject({ line, picture })
  })

  it('shows no title while it is locked, while the node does not run, or where none are wanted', () => {
    expect(trayState(facts).recent).toEqual(calm.recent)
    for (const more of [{ locked: true }, { titles: false }, { node: failed }])
      expect(trayState({ ...facts, ...more }).recent).toEqual([])
  })

  it('has a picture for each state and panel', () => {
    for (const picture of trayPictures)
      for (const variant of ['light', 'dark', 'template'])
        expect(existsSync(join(import.meta.dirname, `../../resources/tray/${picture}-${variant}.png`))).toBe(true)
  })
})

describe('the tray’s menu', () => {
  const say = wordsFor(['en'])
  const menu = (more: Partial<TrayFacts> = {}, parts = { paused: false, syncs: true, lockable: true }) =>
    trayMenu(say, trayState({ ...facts, ...more }), parts)
  const ids = (items: ReturnType<typeof menu>) => items.map((item) => item.id ?? '—')

  it('leads to everything', () => {
    expect(ids(menu())).toEqual([
      ...[
        'status',
        '—',
        'show',
        'search',
        '—',
        'recent',
        `recent-${id}`,
        '—',
        'pause',
        'lock',
        'lock-everything',
        'settings',
        '—',
        'quit',
      ],
    ])
    expect(ids(menu({}, { paused: true, syncs: true, lockable: false }))).toContain('go-on')
    expect(ids(menu({ locked: true }, { paused: false, syncs: true, lockable: false }))).toEqual([
      ...['status', '—', 'show', '—', '—', 'quit'],
    ])
    expect(ids(menu({ node: failed }))).toContain('again')
    expect(ids(menu({}, { paused: false, syncs: false, lockable: true }))).not.toContain('pause')
  })

  it('shows titles in one short line, as they are', () => {
    const title = `Cats &\u202e dogs\n\t${'long '.repeat(40)}`
    const recent = [
      { id, title },
      { id, title: null },
    ]
    const labels = menu({ view: { ...calm, recent } }).flatMap(({ id: one, label }) => (one === `recent-${id}` ? [label] : []))
    expect(labels[0]).toMatch(/^Cats && dogs long .*…$/)
    expect([...(labels[0] ?? '')].length).toBeLessThanOrEqual(49)
    expect(labels[1]).toBe('Untitled')
  })
})

describe('what is known of the node', () => {
  const status = {
    reach: 'machine',
    imports: { running: 0, waiting: 1 },
    integrity: { state: 'sound' },
    nodes: [{ behind: { here: 0, there: 2 }, trouble: null }],
    warnings: [{ code: 'phrase-unconfirmed' }],
  }
  /** A node whose answers the test gives, and timers that it moves. */
  function stage() {
    const asked: string[] = []
    const timers: { milliseconds: number; work: () => void; off: boolean }[] = []
    let hear: (state: NodeState) => void = () => {}
    let now: NodeState = { state: 'starting' }
    let event: () => void = () => {}
    const wanted = { titles: true }
    let changes = 0
    const send: typeof fetch = async (input) => {
      const path = new URL(String(input)).pathname
      asked.push(path)
      if (path.endsWith('/stream')) {
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            event = () => controller.enqueue(new Uint8Array(1))
          },
        })
        return new Response(body)
      }
      return Response.json(path.endsWith('/status') ? status : { items: [{ id, title: 'Lisbon', more: 1 }] })
    }
    const watch = createWatch({
      node: {
        get state() {
          return now
        },
        address: async () => ({ origin: 'http://127.0.0.1:1', token: 't' }),
        on: (listener) => {
          hear = listener
          return () => {}
        },
      },
      send,
      later: (milliseconds, work) => {
        const timer = { milliseconds, work, off: false }
        timers.push(timer)
        return () => {
          timer.off = true
        }
      },
      titles: () => wanted.titles,
      onChange: () => changes++,
    })
    const next = () => timers.filter(({ off }) => !off)
    return {
      watch,
      asked,
      wanted,
      next,
      hear(state: NodeState) {
        now = state
        hear(state)
      },
      event: () => event(),
      changes: () => changes,
    }
  }

  it('is asked for when it is ready, then by events at most every few seconds, and forgotten when it goes', async () => {
    const { watch, asked, wanted, next, hear, event, changes } = stage()
    expect(watch.view).toBeUndefined()
    hear({ state: 'ready' })
    await expect
      .poll(() => watch.view)
      .toEqual({
        ...{ network: false, importing: true, trouble: false, nodes: [{ behind: true, trouble: false }] },
        recent: [{ id, title: 'Lisbon' }],
      })
    await expect.poll(() => next().map(({ milliseconds }) => milliseconds)).toEqual([30_000])
    for (let n = 0; n < 5; n++) event()
    await expect.poll(() => next().some(({ milliseconds }) => milliseconds === 3000)).toBe(true)
    const statuses = () => asked.filter((path) => path.endsWith('/status')).length
    expect(statuses()).toBe(1)
    expect(changes()).toBe(1)

    wanted.titles = false
    watch.look()
    await expect.poll(() => watch.view?.recent).toEqual([])
    hear({ state: 'starting' })
    expect(watch.view).toBeUndefined()
  })
})
