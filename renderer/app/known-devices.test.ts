import { expect, it } from 'vitest'
import type { Did } from '../../node-core/contract/ids.ts'
import { shellMethods } from '../../node-core/contract/shell.ts'
import type { Device } from '../queries/devices.ts'
import { unknownDevices, withKnown } from './known-devices.ts'

const didOf = (n: number) => `did:key:z6Mk${String(n).padStart(44, 'x')}` as Did
const device = (n: number, fields: Partial<Device> = {}): Device => ({
  did: didOf(n),
  name: `device ${n}`,
  kind: 'desktop',
  fingerprint: '',
  capabilities: ['read'],
  granted: 0,
  granter: didOf(0),
  forked: null,
  expires: null,
  state: 'active',
  lastSeen: null,
  lastSynced: null,
  current: false,
  ...fields,
})
const told = (devices: readonly Device[], known: string, own?: Did) => unknownDevices(devices, known, own).map(({ did }) => did)

it('tells of every device that is new, whatever time its grant says', () => {
  const before = [device(1), device(2)]
  const known = withKnown('', [didOf(1), didOf(2)], before)
  expect(told(before, known)).toEqual([])
  const times = [0, Date.UTC(2001, 0, 1), Date.UTC(2026, 0, 1), Number.MAX_SAFE_INTEGER]
  for (const granted of times) expect(told([...before, device(3, { granted })], known)).toEqual([didOf(3)])
  expect(told([device(1, { granted: 0 }), device(2, { state: 'invited', granted: 0 })], '')).toEqual([didOf(1), didOf(2)])
})

it('tells neither of the own device nor of one that may do nothing', () => {
  const gone = [device(1, { state: 'revoked' }), device(2, { state: 'expired' }), device(3, { state: 'forked' })]
  expect(told([...gone, device(4, { current: true }), device(5)], '', didOf(5))).toEqual([])
})

it('keeps in mind the devices that the account has, and no more than a line of them', () => {
  const known = withKnown('', [didOf(1), didOf(2)], [device(1), device(2)])
  const now = [device(2), device(3)]
  const later = withKnown(known, [didOf(3)], now)
  expect(told([device(1), ...now], later)).toEqual([didOf(1)])
  const many = Array.from({ length: 300 }, (_, n) => device(n))
  const all = withKnown(
    '',
    many.map(({ did }) => did),
    many,
  )
  const kept = shellMethods['preferences.save'].input.safeParse(JSON.stringify({ devicesKnown: all }))
  expect(kept.success).toBe(true)
  expect(told(many, all)).toHaveLength(200)
})
