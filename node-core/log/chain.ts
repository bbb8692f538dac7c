/** The rules by which a log accepts an event (PROTOCOL.md, Events), over what was accepted before it. Pure. */
import { VivimError } from '../contract/errors.ts'
import { capabilityFor, forkSchema, type Grant, grantSchema, revocationSchema, successionSchema } from '../contract/events.ts'
import { type ChainId, chainIdOf, type Did } from '../contract/ids.ts'
import { verifyGrant, verifySuccession } from '../crypto/grants.ts'
import { type Authority, announcementOf, cutUnder, newAuthority, note, rootsOf, stands } from './authority.ts'
import { digestOf, eventIdOf } from './cid.ts'
import { compareHlc, type Envelope, type Hlc, type SignedEnvelope, verifyEnvelope } from './envelope.ts'

/** Where one device's chain stands, or a part of one that was forked. */
export interface ChainHead {
  seq: number
  id: Uint8Array
  time: Hlc
  /** Absent for a root. */
  grant: Grant | undefined
  /** Whether other events follow it already. */
  closed?: boolean
}
/** What a later event may name as its cause. */
export interface Cause {
  device: Did
  seq: number
  time: Hlc
  /** Whether its device's next event is known. */
  followed?: boolean
}

/** What was accepted so far of one owner's events. */
export interface Chains {
  readonly owner: Did
  readonly heads: Map<ChainId, ChainHead>
  /** The parts of chains that were forked, but for those with which they begin. */
  readonly forked: Map<Did, ChainId[]>
  /** By id as hex. */
  readonly events: { get(id: string): Cause | undefined; set(id: string, cause: Cause): unknown }
  readonly authority: Authority
}

export const emptyChains = (owner: Did): Chains => ({
  owner,
  heads: new Map(),
  forked: new Map(),
  events: new Map(),
  authority: newAuthority(owner),
})
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')

/**
 * Throws unless the event continues what was accepted; `first` is the value of its first part. Answers the grant under
 * which its device acts. A void event, above its device's cut, is refused unless it is `carried`: by another device, that
 * took it in before it knew of the cut. Whoever built on it could not be followed without it; it has no effect.
 * The same holds for what forks its device's chain, and for what follows a fork (`event-fork`), but that it counts.
 * `verified`: whether the signature holds, where that was worked out before.
 * Errors: `event-not-granted`, `event-revoked`, `event-fork`, `event-signature`, `event-sequence`, `event-missing-cause`,
 * `event-schema`.
 */
export function checkNext(
  chains: Chains,
  signed: SignedEnvelope,
  first: unknown,
  { carried = false, verified }: { carried?: boolean; verified?: boolean } = {},
): Grant | undefined {
  const { owner, heads, events, authority } = chains
  const { envelope, id } = signed
  const { device, seq, type } = envelope
  if (envelope.owner !== owner) throw new VivimError('event-not-granted', 'It belongs to another account.')
  if (!(verified ?? verifyEnvelope(signed))) throw new VivimError('event-signature')
  if (headsOf(chains, device).length > 0 && !carried && !stands(authority, { device, seq, id }))
    throw new VivimError('event-revoked')
  const { head, forks } = beforeOf(chains, envelope)
  if (!carried && (forks || chains.forked.has(device))) throw new VivimError('event-fork')
  const causes = envelope.deps.map((dep) => {
    const cause = events.get(hexOf(dep.id))
    if (!cause || cause.device !== dep.device || cause.seq !== dep.seq) throw new VivimError('event-missing-cause')
    return cause.time
  })
  for (const before of head ? [head.time, ...causes] : causes) {
    if (compareHlc(envelope.time, before) <= 0) throw new VivimError('event-sequence', 'Its clock goes back.')
  }
  if (!head) return begin(authority, signed, first, heads.size === 0, carried)
  const { grant } = head
  const needed = capabilityFor(type)
  if (grant ? !grant.capabilities.includes(needed) : needed !== 'grant')
    throw new VivimError('event-not-granted', `${type} needs “${needed}”.`)
  if (grant) checkPeriod(grant, envelope)
  checkSaid(owner, envelope, grant, first)
  if (type === 'device.forked') checkFork(chains, device, first)
  return grant
}

/** Where an event goes on: behind which part's end, and whether it forks the chain there. */
interface Before {
  /** Undefined for a chain's first event. */
  head: ChainHead | undefined
  /** Whether another event stands in its place already. */
  forks: boolean
  /** The part that it goes on with. */
  part: ChainId | undefined
}

const partsOf = ({ heads, forked }: Chains, device: Did): ChainId[] =>
  [device, ...(forked.get(device) ?? [])].filter((part) => heads.has(part))
const headsOf = (chains: Chains, device: Did): ChainHead[] =>
  partsOf(chains, device).flatMap((part) => chains.heads.get(part) ?? [])

/** Error: `event-sequence` where nothing of its chain that is known comes right before it. */
export function beforeOf(chains: Chains, { device, seq, prev }: Pick<Envelope, 'device' | 'seq' | 'prev'>): Before {
  const parts = partsOf(chains, device)
  if (seq === 1 && prev === null) return { head: undefined, forks: parts.length > 0, part: undefined }
  for (const part of parts) {
    const head = chains.heads.get(part)
    if (!head || !prev || Buffer.compare(prev, head.id) !== 0) continue
    if (seq !== head.seq + 1) throw new VivimError('event-sequence', `Number ${seq} where ${head.seq + 1} comes next.`)
    return { head, forks: head.closed ?? false, part }
  }
  const cause = prev && chains.events.get(hexOf(prev))
  if (prev && cause?.followed && cause.device === device && cause.seq === seq - 1) {
    const grant = headsOf(chains, device).find((head) => head.grant)?.grant
    return { head: { seq: cause.seq, id: prev, time: cause.time, grant }, forks: true, part: undefined }
  }
  const expected = Math.max(0, ...headsOf(chains, device).map((head) => head.seq)) + 1
  if (seq > expected || parts.length === 0) throw new VivimError('event-sequence', `Number ${seq} where ${expected} comes next.`)
  throw new VivimError('event-sequence', 'It does not name the event before it.')
}

/** Goes on behind an event, one that was refused too. `first` is the value of its first part, where it says anything. */
export function follow(
  chains: Chains,
  signed: Pick<SignedEnvelope, 'envelope' | 'id'>,
  grant: Grant | undefined,
  first?: unknown,
  { refused = false } = {},
): void {
  const { heads, forked, events, authority } = chains
  const { device, seq, time, prev } = signed.envelope
  const parts = partsOf(chains, device)
  const part = parts.find((one) => prev && Buffer.compare(heads.get(one)?.id ?? new Uint8Array(), prev) === 0)
  const forks = parts.length > 0 && part === undefined && !refused
  const fresh = chainIdOf(device, forks ? eventIdOf(signed.id) : undefined)
  if (forks) forked.set(device, [...(forked.get(device) ?? []), fresh])
  const cause = prev && events.get(hexOf(prev))
  if (cause && !refused) cause.followed = true
  heads.set(part ?? fresh, { seq, id: signed.id, time, grant })
  events.set(hexOf(signed.id), { device, seq, time })
  if (first !== undefined) note(authority, signed, first)
}

function checkPeriod(grant: Grant, { time: [now] }: Envelope): void {
  if (now < grant.notBefore || (grant.expires !== null && now >= grant.expires))
    throw new VivimError('event-not-granted', 'Its device’s grant does not hold at that time.')
}

/** A device's chain begins with its grant; the first root's, and the log, with the genesis; a later root's with its succession. */
function begin(
  authority: Authority,
  { envelope, id }: SignedEnvelope,
  first: unknown,
  logBegins: boolean,
  carried: boolean,
): Grant | undefined {
  const { owner } = authority
  const { device, type } = envelope
  if (device === owner) {
    if (type !== 'account.created') throw new VivimError('event-not-granted', 'The root’s chain does not begin with the genesis.')
    return undefined
  }
  if (logBegins) throw new VivimError('event-not-granted', 'The log does not begin with the genesis.')
  if (type === 'account.succeeded') {
    if (envelope.chunks.length !== 1) throw new VivimError('event-schema', `${type} has one part.`)
    checkSuccession(authority, device, first)
    return undefined
  }
  const { success, data: grant } = grantSchema.safeParse(first)
  const own = success && grant.device === device && grant.account === owner && grant.issuer !== device
  if (type !== 'device.granted' || !own || !verifyGrant(grant))
    throw new VivimError('event-not-granted', 'The device’s chain does not begin with its grant.')
  if (envelope.chunks.length !== 1) throw new VivimError('event-schema', `${type} has one part.`)
  if (!rootsOf(authority).some(({ did }) => did === grant.issuer)) {
    const said = announcementOf(authority, grant)
    if (!said) throw new VivimError('event-missing-cause', 'The event is not here by which the device was granted.')
  }
  if (!carried) {
    const cut = cutUnder(authority, grant)
    const fits = !cut || cut.seq > 1 || (cut.seq === 1 && cut.id !== null && Buffer.compare(cut.id, id) === 0)
    if (!fits) throw new VivimError('event-revoked')
  }
  checkPeriod(grant, envelope)
  return grant
}

function checkSuccession(authority: Authority, device: Did, first: unknown): void {
  const { data } = successionSchema.safeParse(first)
  const sound = data && data.account === authority.owner && data.root === device && verifySuccession(data)
  const digest = sound ? digestOf(data.successor) : undefined
  const committed = [authority.commits, ...authority.successions.map(({ next }) => next)]
  if (!digest || !committed.some((one) => one && Buffer.compare(one, digest) === 0))
    throw new VivimError('event-not-granted', 'The root’s chain does not begin with a succession by its successor.')
}

/** A fork is said where both tails are here: nobody ends another device by a word alone. */
function checkFork({ events }: Chains, by: Did, first: unknown): void {
  const { data: fork } = forkSchema.safeParse(first)
  if (!fork) throw new VivimError('event-schema', 'device.forked')
  if (fork.device === by) throw new VivimError('event-not-granted', 'A device does not say its own fork.')
  const begins = fork.tails.map((tail) => ({ id: tail.first, seq: fork.seq + 1 }))
  for (const { id, seq } of [...(fork.id ? [{ id: fork.id, seq: fork.seq }] : []), ...begins, ...fork.tails]) {
    const event = events.get(hexOf(id))
    if (!event) throw new VivimError('event-missing-cause', 'What forks the chain is not here.')
    if (event.device !== fork.device || event.seq !== seq)
      throw new VivimError('event-not-granted', 'It names as a fork what is none.')
  }
  if (new Set(begins.map(({ id }) => hexOf(id))).size < begins.length)
    throw new VivimError('event-not-granted', 'It names as a fork what is none.')
}

/** What a device says of others: a grant is its own, and gives no more than it has itself. */
function checkSaid(owner: Did, { device, type, chunks }: Envelope, own: Grant | undefined, first: unknown): void {
  if (!type.startsWith('device.')) {
    if (type === 'account.created' || type === 'account.succeeded')
      throw new VivimError('event-not-granted', `${type} begins a chain.`)
    return
  }
  if (chunks.length !== 1) throw new VivimError('event-schema', `${type} has one part.`)
  if (type === 'device.revoked' && !revocationSchema.safeParse(first).success) throw new VivimError('event-schema', type)
  if (type !== 'device.granted') return
  const { data: grant } = grantSchema.safeParse(first)
  if (!grant) throw new VivimError('event-schema', type)
  const sound =
    grant.account === owner && grant.issuer === device && grant.device !== device && grant.device !== owner && verifyGrant(grant)
  if (!sound || (own && !within(grant, own)))
    throw new VivimError('event-not-granted', 'It gives what its device does not have, or in another’s name.')
}

/** Whether a grant gives nothing that its granter's does not. */
export const within = (grant: Grant, granter: Grant): boolean =>
  grant.capabilities.every((one) => granter.capabilities.includes(one)) &&
  (granter.expires === null || (grant.expires !== null && grant.expires <= granter.expires))
