/** Which devices a person was told of. By their keys: what a grant says of its time is said by whoever lets one in. Pure. */
import type { Did } from '../../node-core/contract/ids.ts'
import type { Device } from '../queries/devices.ts'

/** The end of a key, 93 bits of it: nobody makes another key that ends so. */
const markOf = (did: Did): string => did.slice(-16)
/** More than an account has; those beyond it are told of again rather than never. */
const mostKnown = 100

/** Devices that were let in and are not among `known`; `own` is where this page is signed in. */
export const unknownDevices = (devices: readonly Device[], known: string, own: Did | undefined): Device[] =>
  devices.filter(({ did, current, state }) => !current && did !== own && isIn(state) && !marksIn(known).includes(markOf(did)))

/** `known` with these devices; without those that `devices`, the account's, has no more. */
export function withKnown(known: string, told: readonly Did[], devices: readonly Device[]): string {
  const there = new Set(devices.filter(({ state }) => isIn(state)).map(({ did }) => markOf(did)))
  const kept = marksIn(known).filter((mark) => there.has(mark))
  return [...new Set([...told.map(markOf), ...kept])].slice(0, mostKnown).join(' ')
}

const isIn = (state: Device['state']): boolean => state === 'invited' || state === 'active'
const marksIn = (known: string): string[] => known.split(' ')
