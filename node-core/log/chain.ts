/** The rules by which a log accepts an event (PROTOCOL.md, Events), over what was accepted before it. Pure. */
import { VivimError } from '../contract/errors.ts'
import { capabilityFor, type Grant, grantSchema } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { verifyGrant } from '../crypto/grants.ts'
import { compareHlc, type Hlc, type SignedEnvelope, verifyEnvelope } from './envelope.ts'

/** Where one device's chain stands. */
export interface ChainHead {
  seq: number
  id: Uint8Array
  time: Hlc
  /** Absent for the root. */
  grant: Grant | undefined
}

/** What was accepted so far of one owner's events. */
export interface Chains {
  readonly owner: Did
  readonly heads: Map<Did, ChainHead>
  /** By id as hex. */
  readonly events: Map<string, { device: Did; seq: number; time: Hlc }>
}

export const emptyChains = (owner: Did): Chains => ({ owner, heads: new Map(), events: new Map() })
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

/**
 * Throws unless the event continues what was accepted; `first` is the value of its first part. Answers the grant under
 * which its device acts. Errors: `event-not-granted`, `event-signature`, `event-sequence`, `event-missing-cause`.
 */
export function checkNext({ owner, heads, events }: Chains, signed: SignedEnvelope, first: unknown): Grant | undefined {
  const { envelope } = signed
  const head = heads.get(envelope.device)
  if (envelope.owner !== owner) throw new VivimError('event-not-granted', 'It belongs to another account.')
  if (!verifyEnvelope(signed)) throw new VivimError('event-signature')
  const expected = (head?.seq ?? 0) + 1
  if (envelope.seq !== expected) throw new VivimError('event-sequence', `Number ${envelope.seq} where ${expected} comes next.`)
  const { prev } = envelope
  if (head ? !prev || Buffer.compare(prev, head.id) !== 0 : prev !== null) {
    throw new VivimError('event-sequence', 'It does not name the event before it.')
  }
  const causes = envelope.deps.map((dep) => {
    const cause = events.get(hexOf(dep.id))
    if (!cause || cause.device !== dep.device || cause.seq !== dep.seq) throw new VivimError('event-missing-cause')
    return cause.time
  })
  for (const before of head ? [head.time, ...causes] : causes) {
    if (compareHlc(envelope.time, before) <= 0) throw new VivimError('event-sequence', 'Its clock goes back.')
  }
  const grant = head ? head.grant : firstGrant(owner, signed, first, events.size === 0)
  const needed = capabilityFor(envelope.type)
  if (needed && !grant?.capabilities.includes(needed))
    throw new VivimError('event-not-granted', `${envelope.type} needs “${needed}”.`)
  const [now] = envelope.time
  if (grant && (now < grant.notBefore || (grant.expires !== null && now >= grant.expires))) {
    throw new VivimError('event-not-granted', 'Its device’s grant does not hold at that time.')
  }
  return grant
}

/** Goes on behind an event. */
export function follow({ heads, events }: Chains, { envelope, id }: SignedEnvelope, grant: Grant | undefined): void {
  const { device, seq, time } = envelope
  heads.set(device, { seq, id, time, grant })
  events.set(hexOf(id), { device, seq, time })
}

/** A device's chain begins with its grant by the root; the root's own, and the log, with the genesis. */
function firstGrant(owner: Did, { envelope }: SignedEnvelope, first: unknown, logBegins: boolean): Grant | undefined {
  const { device, type } = envelope
  if (device === owner) {
    if (type !== 'account.created') throw new VivimError('event-not-granted', 'The root’s chain does not begin with the genesis.')
    return undefined
  }
  if (logBegins) throw new VivimError('event-not-granted', 'The log does not begin with the genesis.')
  const { success, data: grant } = grantSchema.safeParse(first)
  const own = success && grant.device === device && grant.account === owner && grant.issuer === owner
  if (type !== 'device.granted' || !own || !verifyGrant(grant)) {
    throw new VivimError('event-not-granted', 'The device’s chain does not begin with a grant of the root.')
  }
  return grant
}
