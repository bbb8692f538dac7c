/**
 * Which devices may do what at this moment: in memory, so that every request sees a revocation at once.
 * Invariant: a device whose grant does not stand any more has no sessions once `refresh` has answered.
 */
import type { Capability as Granted } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import type { Capability } from '../contract/method.ts'
import { saidOf } from '../log/stored-authority.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { type Listing, listDevices } from './listing.ts'

export interface StandingParts {
  reader: Reader
  keysOf: KeysOf
  clock: Clock
  /** Runs something later; answers how to call it off. */
  after(milliseconds: number, run: () => void): () => void
  /** Ends what a device has open. */
  onGone(account: Did, device: Did): Promise<void>
  /** What was derived from the log may have changed with what is void. */
  onChange(account: { id: number; did: Did }): Promise<void>
  onError(error: unknown): void
}
export interface Standing {
  /** What a device may ask of this node; undefined where it has no grant that stands now. */
  capabilitiesOf(account: Did, device: Did): readonly Capability[] | undefined
  /** Whether a device was granted and then revoked; false for one that is not known. */
  isRevoked(account: Did, device: Did): boolean
  /** Whether a device's key was in use twice. */
  isForked(account: Did, device: Did): boolean
  /** Reads what has been said of an account's devices since. */
  refresh(account: { id: number; did: Did }): Promise<void>
  /** Something was stored: the same in the background, where it is about devices. */
  touched(account: { id: number; did: Did }): void
  close(): void
}

/** Granting and publishing are done by events that the device signs, never by asking the node to sign them. */
const asked: Partial<Record<Granted, Capability>> = { read: 'read', write: 'write', share: 'share' }
/** Timers take no longer waits. */
const LONGEST = 24 * 3_600_000

interface Known {
  position: number
  listing: Listing
  timer: (() => void) | undefined
}
const selectNewest = 'SELECT max(position) AS position FROM authority WHERE account = ?'

export function createStanding(parts: StandingParts): Standing {
  const { reader, keysOf, clock, after, onGone, onChange, onError } = parts
  const known = new Map<Did, Known>()
  const turns = new Map<Did, Promise<void>>()
  let closed = false

  const holds = (account: Did, device: Did) => {
    const found = known.get(account)?.listing.devices.get(device)
    const now = clock.now()
    if (!found || found.revoked || found.forked !== undefined || now < found.grant.notBefore) return undefined
    return found.grant.expires === null || now < found.grant.expires ? found : undefined
  }
  async function read(account: { id: number; did: Did }): Promise<void> {
    const position = (await reader.get<{ position: number | null }>(selectNewest, [account.id]))?.position ?? 0
    const before = known.get(account.did)
    if (closed || before?.position === position) return
    const listing = listDevices(account.did, await saidOf(reader, account.id, keysOf(account.id).sealer))
    before?.timer?.()
    known.set(account.did, { position, listing, timer: undefined })
    await sweep(account.did)
    if (before) await onChange(account)
  }
  /** Ends what devices have open that may no more, and comes again when the next grant expires. */
  async function sweep(account: Did): Promise<void> {
    const entry = known.get(account)
    if (!entry || closed) return
    const now = clock.now()
    let next = Number.POSITIVE_INFINITY
    for (const { did, grant } of entry.listing.devices.values()) {
      if (!holds(account, did)) await onGone(account, did)
      else if (grant.expires !== null) next = Math.min(next, grant.expires)
    }
    if (known.get(account) !== entry || closed || next === Number.POSITIVE_INFINITY) return
    entry.timer = after(Math.min(next - now, LONGEST), () => void sweep(account).catch(onError))
  }
  const refresh = (account: { id: number; did: Did }): Promise<void> => {
    const turn = (turns.get(account.did) ?? Promise.resolve()).catch(() => {}).then(() => read(account))
    turns.set(account.did, turn)
    return turn
  }
  return {
    capabilitiesOf: (account, device) => holds(account, device)?.grant.capabilities.flatMap((one) => asked[one] ?? []),
    isRevoked: (account, device) => known.get(account)?.listing.devices.get(device)?.revoked === true,
    isForked: (account, device) => known.get(account)?.listing.devices.get(device)?.forked !== undefined,
    refresh,
    touched(account) {
      if (!closed) refresh(account).catch(onError)
    },
    close() {
      closed = true
      for (const { timer } of known.values()) timer?.()
    },
  }
}
