import { expect, it } from 'vitest'
import type { FromNode, ToNode } from '../../node-core/contract/desktop.ts'
import type { ImportId } from '../../node-core/contract/ids.ts'
import type { NodeState } from '../node/node-state.ts'
import { createOpener } from './opener.ts'
import { groupPaths } from './paths.ts'

it('takes each file as an import, and an export in parts as one', () => {
  expect(groupPaths(['/a/x.zip', '/b/y.zip'])).toEqual([['/a/x.zip'], ['/b/y.zip']])
  expect(groupPaths(['/a/manifest-1.json', '/a/part-1.zip'])).toEqual([['/a/manifest-1.json', '/a/part-1.zip']])
  expect(groupPaths(['/manifest-x.json'])).toEqual([['/manifest-x.json']])
  expect(groupPaths([])).toEqual([])
})

function stage() {
  const said: ToNode[] = []
  const hearers = new Set<(message: FromNode) => void>()
  const listeners = new Set<(state: NodeState) => void>()
  const ready = Promise.withResolvers<{ origin: string; token: string }>()
  const open = createOpener({
    address: () => ready.promise,
    hear: (listener) => {
      hearers.add(listener)
      return () => hearers.delete(listener)
    },
    on: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    post: (message) => void said.push(message),
  })
  const answer = (message: FromNode) => {
    for (const hearer of hearers) hearer(message)
  }
  const become = (state: NodeState) => {
    for (const listener of listeners) listener(state)
  }
  return { open, said, ready: () => ready.resolve({ origin: '', token: '' }), answer, become, hearers, listeners }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

it('has the node open paths once it is ready, and tells its answers apart', async () => {
  const { open, said, ready, answer, hearers, listeners } = stage()
  const one = open(['/a'])
  const two = open(['/b'])
  await settled()
  expect(said).toEqual([])
  ready()
  await settled()
  expect(said).toEqual([
    { type: 'open', request: 1, paths: ['/a'] },
    { type: 'open', request: 2, paths: ['/b'] },
  ])
  answer({ type: 'opened', request: 2, answer: { code: 'not-found', text: 'gone' } })
  answer({ type: 'opened', request: 1, answer: { import: 'i' as ImportId } })
  expect(await one).toBe('i')
  await expect(two).rejects.toMatchObject({ code: 'not-found', detail: 'gone' })
  expect(hearers.size + listeners.size).toBe(0)
})

it('waits no longer where the node ends', async () => {
  const { open, ready, become } = stage()
  const opened = open(['/a'])
  ready()
  await settled()
  become({ state: 'starting' })
  await expect(opened).rejects.toMatchObject({ code: 'unavailable' })
})
