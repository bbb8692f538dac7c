import { expect, it } from 'vitest'
import { isBusy, type Look, noticesOf, waitingIn } from './seen.ts'

const nothing: Look = { imports: [], waiting: [], pairing: false, nodes: [], backupFailed: null }
const run = (id: string, state: string, conversations = 2) => ({ id, name: `${id}.zip`, state, conversations })

it('tells of an import once, when it has ended, and of several as one', () => {
  const before: Look = { ...nothing, imports: [run('a', 'importing'), run('b', 'waiting'), run('old', 'done')] }
  expect(noticesOf(undefined, { ...nothing, imports: [run('old', 'done')] })).toEqual([])
  expect(noticesOf(before, before)).toEqual([])
  expect(isBusy(before)).toBe(true)
  const after: Look = { ...nothing, imports: [run('a', 'done', 3), run('b', 'failed'), run('old', 'done')] }
  expect(noticesOf(before, after)).toEqual([
    { kind: 'import-done', count: 1, names: ['a.zip'], conversations: 3, path: '/import/a' },
    { kind: 'import-failed', count: 1, names: ['b.zip'], conversations: 0, path: '/import/b' },
  ])
  expect(noticesOf(after, after)).toEqual([])
  const quick: Look = { ...nothing, imports: [run('c', 'done'), run('d', 'done')] }
  expect(noticesOf(nothing, quick)).toMatchObject([{ kind: 'import-done', count: 2, conversations: 4, path: '/import' }])
})

it('tells at once, at the first look too, that a device waits to be let in', () => {
  const now: Look = { ...nothing, waiting: [{ pairing: 'p', name: 'phone' }], pairing: true }
  expect(noticesOf(undefined, now)).toMatchObject([{ kind: 'pairing', names: ['phone'], path: '/settings/devices' }])
  expect(noticesOf(now, now)).toEqual([])
})

it('tells when a node that was fine is in trouble, and when a backup failed anew', () => {
  const fine: Look = { ...nothing, nodes: [{ id: 'n', url: 'https://n', trouble: false }] }
  const bad: Look = { ...fine, nodes: [{ id: 'n', url: 'https://n', trouble: true }], backupFailed: 5 }
  expect(noticesOf(fine, bad).map(({ kind }) => kind)).toEqual(['sync', 'backup'])
  expect(noticesOf(bad, bad)).toEqual([])
  expect(noticesOf(bad, { ...bad, backupFailed: 6 }).map(({ kind }) => kind)).toEqual(['backup'])
  expect(waitingIn(bad)).toBe(2)
  expect(waitingIn(nothing)).toBe(0)
})
