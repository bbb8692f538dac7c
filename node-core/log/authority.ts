/**
 * Who may sign for an account, and up to which event: a function of the set of events that say so, whatever order they
 * came in (PROTOCOL.md, Identity and keys). Pure.
 *
 * A device's grant hangs on the event by which its granter said it, and that on the granter's own grant, up to a root:
 * a tree. Revoking goes down the tree only. So whether an event stands depends on events further up alone, and no two
 * devices can each void what the other says.
 */
import {
  type Grant,
  grantSchema,
  type Revocation,
  revocationSchema,
  type Succession,
  successionSchema,
} from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { digestOf } from './cid.ts'
import { encode } from './dag-cbor.ts'
import type { SignedEnvelope } from './envelope.ts'

/** Where a device's events end: those with lower numbers stand, and of number `seq` the one that is named; none where `id` is null. */
export interface Cut {
  seq: number
  id: Uint8Array | null
}
interface Place {
  device: Did
  seq: number
  id: Uint8Array
}
interface Root {
  did: Did
  /** Hash of the key that may replace it. */
  commits: Uint8Array
}

/** What was said of an account's keys, void or not. */
export interface Authority {
  readonly owner: Did
  commits: Uint8Array | undefined
  /** With which each device's chain began. */
  readonly grants: Map<Did, Grant>
  /** Where granters said their grants, by the grant's signature as hex. */
  readonly announced: Map<string, Place>
  /** By the device that is revoked. */
  readonly revocations: Map<Did, { by: Place; cut: Cut }[]>
  readonly successions: Succession[]
  /** What was worked out, until more is said. */
  readonly known: { roots: Root[] | undefined; readonly cuts: Map<Did, Cut | undefined> }
}

export const newAuthority = (owner: Did): Authority => ({
  owner,
  commits: undefined,
  grants: new Map(),
  announced: new Map(),
  revocations: new Map(),
  successions: [],
  known: { roots: undefined, cuts: new Map() },
})

/** Takes in what an accepted event says; `first` is the value of its first part. Events of other types say nothing. */
export function note(authority: Authority, { envelope, id }: Pick<SignedEnvelope, 'envelope' | 'id'>, first: unknown): void {
  const device = envelope.device
  const place: Place = { device, seq: envelope.seq, id }
  if (envelope.type === 'account.created' && device === authority.owner) {
    authority.commits ??= (first as { successor?: Uint8Array } | undefined)?.successor
  } else if (envelope.type === 'account.succeeded') {
    const { data } = successionSchema.safeParse(first)
    if (data) authority.successions.push(data)
  } else if (envelope.type === 'device.granted') {
    const { data } = grantSchema.safeParse(first)
    if (!data) return
    if (data.device === device) {
      // a chain that was forked at its beginning may begin with two: of these the one with the lower signature holds
      const before = authority.grants.get(device)
      if (!before || Buffer.compare(data.sig, before.sig) < 0) authority.grants.set(device, data)
    } else authority.announced.set(sigOf(data), place)
  } else if (envelope.type === 'device.revoked') {
    const { data } = revocationSchema.safeParse(first)
    if (!data) return
    const target = data.device as Did
    authority.revocations.set(target, [...(authority.revocations.get(target) ?? []), { by: place, cut: cutIn(data) }])
  } else return
  authority.known.roots = undefined
  authority.known.cuts.clear()
}

const cutIn = ({ seq, id }: Revocation): Cut => ({ seq, id })
const sigOf = ({ sig }: Grant): string => Buffer.from(sig).toString('hex')
/** Where the granter said this very grant. */
export const announcementOf = (authority: Authority, grant: Grant): Place | undefined => authority.announced.get(sigOf(grant))

/** The account's roots, the first one first. Of two successors of one root, the one with the lower digest holds. */
export function rootsOf(authority: Authority): readonly Root[] {
  if (authority.known.roots) return authority.known.roots
  const roots: Root[] = [{ did: authority.owner, commits: authority.commits ?? new Uint8Array() }]
  for (let next = successorOf(authority, roots); next; next = successorOf(authority, roots))
    roots.push({ did: next.root as Did, commits: next.next })
  authority.known.roots = roots
  return roots
}

function successorOf({ successions }: Authority, roots: readonly Root[]): Succession | undefined {
  const last = roots.at(-1)
  return successions
    .filter((one) => last && one.replaces === last.did && Buffer.compare(digestOf(one.successor), last.commits) === 0)
    .filter((one) => !roots.some(({ did }) => did === one.root))
    .sort((a, b) => Buffer.compare(digestOf(encode(a)), digestOf(encode(b))))[0]
}

/** The succession that made the root at `index` + 1. */
const successionTo = (authority: Authority, index: number): Succession | undefined => {
  const roots = rootsOf(authority)
  return index + 1 < roots.length ? successorOf(authority, roots.slice(0, index + 1)) : undefined
}

/** Where a device's or root's events end; undefined where they do not. A device that nobody granted has none. */
export function cutOf(authority: Authority, device: Did): Cut | undefined {
  const { cuts } = authority.known
  if (cuts.has(device)) return cuts.get(device)
  const cut = findCut(authority, device)
  cuts.set(device, cut)
  return cut
}

const nothing: Cut = { seq: 0, id: null }

function findCut(authority: Authority, device: Did): Cut | undefined {
  const index = rootsOf(authority).findIndex(({ did }) => did === device)
  if (index >= 0) return successionTo(authority, index)
  const grant = authority.grants.get(device)
  return grant ? cutUnder(authority, grant) : nothing
}

/** Where the events of the device end that acts under a grant. */
export function cutUnder(authority: Authority, grant: Grant): Cut | undefined {
  const roots = rootsOf(authority)
  const index = roots.findIndex(({ did }) => did === grant.issuer)
  if (index >= 0) {
    for (let at = index; at < roots.length - 1; at++)
      if (!successionTo(authority, at)?.devices.includes(grant.device)) return nothing
  } else {
    const said = announcementOf(authority, grant)
    if (!said || said.device !== grant.issuer || !stands(authority, said)) return nothing
  }
  const above = new Set(lineOf(authority, grant))
  return (authority.revocations.get(grant.device as Did) ?? [])
    .filter(({ by }) => above.has(by.device) && stands(authority, by))
    .map(({ cut }) => cut)
    .reduce<Cut | undefined>((lowest, cut) => (lowest && compareCuts(lowest, cut) <= 0 ? lowest : cut), undefined)
}

/** Who is above the device of a grant: its granter, that one's, and so on, and every root. */
export function lineOf(authority: Authority, grant: Grant): Did[] {
  const line = rootsOf(authority).map(({ did }) => did)
  for (let up: Grant | undefined = grant; up; up = authority.grants.get(up.issuer as Did)) {
    if (line.includes(up.issuer as Did)) break
    line.push(up.issuer as Did)
  }
  return line
}

/** Whether an event counts: its device's chain is not cut before it. */
export function stands(authority: Authority, { device, seq, id }: Place): boolean {
  const cut = cutOf(authority, device)
  if (!cut || seq < cut.seq) return true
  return seq === cut.seq && cut.id !== null && Buffer.compare(cut.id, id) === 0
}

/** Negative where `a` ends a chain earlier. Of two ids under one number the lower holds. */
const compareCuts = (a: Cut, b: Cut): number =>
  a.seq - b.seq || Buffer.compare(a.id ?? new Uint8Array(), b.id ?? new Uint8Array())
