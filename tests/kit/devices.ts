/** Devices of one account that sign real events, for tests of who may sign. */
import type { KeyObject } from 'node:crypto'
import type { Capability, Grant, Succession } from '../../node-core/contract/events.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { didOf, privateKeyOf, publicBytesOf } from '../../node-core/crypto/ed25519.ts'
import { signGrant, signSuccession } from '../../node-core/crypto/grants.ts'
import { type Chains, checkNext, emptyChains, follow } from '../../node-core/log/chain.ts'
import { digestOf } from '../../node-core/log/cid.ts'
import { encode } from '../../node-core/log/dag-cbor.ts'
import { type Head, type SignedEnvelope, signEnvelope } from '../../node-core/log/envelope.ts'

/** An event with the value of its one part. */
export interface Made {
  signed: SignedEnvelope
  first: unknown
}
export const keyOf = (n: number): KeyObject => privateKeyOf(new Uint8Array(32).fill(n))
const everything: Capability[] = ['read', 'write', 'share', 'publish', 'grant']

/** Signs events for one account. Every event has the newest of all others among its causes unless it says which. */
export function signedHistory() {
  const owner = didOf(keyOf(1))
  const successor = (n: number) => keyOf(200 + n)
  const commitTo = (n: number) => digestOf(publicBytesOf(successor(n)))
  const heads = new Map<Did, { seq: number; id: Uint8Array }>()
  const made: Made[] = []
  let now = 1000

  const sign = (key: KeyObject, type: string, first: unknown, deps: Head[] = []): Made => {
    const device = didOf(key)
    const head = heads.get(device)
    now += 10
    const signed = signEnvelope(
      {
        owner,
        device,
        seq: (head?.seq ?? 0) + 1,
        prev: head?.id ?? null,
        deps: [...deps].sort((a, b) => (a.device < b.device ? -1 : 1)),
        time: [now, 0],
        type,
        chunks: [digestOf(encode([now, type]))],
      },
      key,
    )
    heads.set(device, { seq: signed.envelope.seq, id: signed.id })
    const event = { signed, first }
    made.push(event)
    return event
  }
  const grantOf = (granter: KeyObject, device: KeyObject, fields: Partial<Grant> = {}): Grant =>
    signGrant(
      {
        account: owner,
        device: didOf(device),
        name: 'device',
        kind: 'phone',
        capabilities: everything,
        notBefore: 0,
        expires: null,
        encryption: new Uint8Array(32),
        issuer: didOf(granter),
        ...fields,
      },
      granter,
    )
  return {
    owner,
    root: keyOf(1),
    made,
    sign,
    grantOf,
    headOf: (key: KeyObject) => heads.get(didOf(key)) ?? { seq: 0, id: null },
    genesis: () => sign(keyOf(1), 'account.created', { successor: commitTo(1) }),
    /** The granter says it, and the device begins with it. By the root: the device alone. */
    grant(granter: KeyObject, device: KeyObject, fields: Partial<Grant> = {}): Made[] {
      const grant = grantOf(granter, device, fields)
      const said = granter === keyOf(1) || didOf(granter) === owner ? [] : [sign(granter, 'device.granted', grant)]
      return [...said, sign(device, 'device.granted', grant)]
    },
    write: (key: KeyObject, deps: Head[] = []) => sign(key, 'library.tagged', { n: 1 }, deps),
    revoke: (by: KeyObject, device: KeyObject, cut: { seq: number; id: Uint8Array | null }) =>
      sign(by, 'device.revoked', { device: didOf(device), seq: cut.seq, id: cut.id }),
    /** The `n`th successor puts `root` in the place of `replaced`, which ends at `last`. */
    succeed(n: number, replaced: KeyObject, root: KeyObject, last: Made, devices: KeyObject[], fields: Partial<Succession> = {}) {
      const statement = {
        account: owner,
        replaces: didOf(replaced),
        seq: last.signed.envelope.seq,
        id: last.signed.id,
        root: didOf(root),
        successor: publicBytesOf(successor(n)),
        next: commitTo(n + 1),
        devices: devices.map((key) => didOf(key) as string),
        ...fields,
      }
      return sign(root, 'account.succeeded', signSuccession(statement, successor(n)))
    },
  }
}

/** Takes one event in. */
export function take(chains: Chains, { signed, first }: Made, carried = true): void {
  follow(chains, signed, checkNext(chains, signed, first, { carried }), first)
}

/** Takes events in as they come, again and again until no more fit; answers what never did. */
export function takeAll(owner: Did, events: readonly Made[]): { chains: Chains; left: Made[] } {
  const chains = emptyChains(owner)
  let left = [...events]
  for (;;) {
    const waiting: Made[] = []
    for (const event of left) {
      try {
        take(chains, event)
      } catch {
        waiting.push(event)
      }
    }
    if (waiting.length === left.length || waiting.length === 0) return { chains, left: waiting }
    left = waiting
  }
}
