/** Where a chunk stands: account, position of its event and part, in one number by which the store keeps chunks in order. */
import { VivimError } from '../contract/errors.ts'

/** 10 bits for the part: an event has at most 1,000. */
const PARTS = 2 ** 10
/** 30 bits for the position, which leaves 13 for the account: the whole is a number that JavaScript holds exactly. */
const POSITIONS = 2 ** 30
const ACCOUNTS = 2 ** 13

/** The local number of an event's chunk. Error: `internal` beyond 8,191 accounts or 2^30 events of one. */
export function chunkAt(account: number, position: number, part: number): number {
  if (account >= ACCOUNTS || position >= POSITIONS || part >= PARTS)
    throw new VivimError('internal', 'No number is left for a chunk.')
  return (account * POSITIONS + position) * PARTS + part
}

/** The least and the greatest number that chunks of events from `from` up to `to` (both included) may have. */
export const chunksBetween = (account: number, from: number, to: number): [number, number] => [
  chunkAt(account, from, 0),
  chunkAt(account, to, PARTS - 1),
]
/** The same for all of an account. */
export const chunksOfAccount = (account: number): [number, number] => chunksBetween(account, 0, POSITIONS - 1)
