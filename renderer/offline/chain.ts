/**
 * This device's own chain of events (PROTOCOL.md, Events), signed here by a key that cannot leave the browser. The bytes
 * are those that a node writes: the same test vectors hold for both.
 */
import { encode } from '@ipld/dag-cbor'
import { sha256 } from '@noble/hashes/sha2.js'
import { chunkBytes, type Envelope, envelopeFields, type Hlc, limits, nextHlc } from '../../node-core/contract/envelope.ts'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { EventType } from '../../node-core/contract/events.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { fromBase64url, toBase64url } from '../base64url.ts'

/** Who signs: what {@link PairedDevice} is, with its key at hand. */
export interface Signer {
  readonly account: Did
  readonly did: Did
  /** The signed grant, DAG-CBOR in base64url; undefined where it never came here. */
  readonly grant: string | undefined
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** A change as the person made it, before it is an event. */
export interface Intent {
  readonly type: EventType
  /** DAG-CBOR of each part, in base64url. */
  readonly parts: readonly string[]
  readonly shown: Shown
}
/** What a person sees of a change that waits or was refused. */
export interface Shown {
  readonly kind: 'note' | 'tag' | 'untag' | 'edit' | 'grant'
  /** Empty: none. */
  readonly conversation: string
  readonly text: string
}
/** A signed event with the change that it says; bytes in base64url. */
export interface ChainEvent extends Intent {
  readonly seq: number
  readonly id: string
  readonly envelope: string
  readonly chunks: readonly string[]
}

/** Where this device's view of the account stands; kept from one sync to the next. */
export interface Standing {
  /** Whose chain `own` and what waits is of; undefined where there is none yet. */
  readonly by?: Did
  /** Keys that this browser had before, and signs with no more. */
  readonly former?: readonly Did[]
  /** The newest event that was seen of each other device's chain; of each part of one that was forked. `id` in base64url. */
  readonly heads: Readonly<Record<string, { readonly seq: number; readonly id: string }>>
  /** Up to where this device's own events have named others' as their causes. */
  readonly named: Readonly<Record<string, number>>
  /** The latest time of any event that was seen or signed. */
  readonly time: Hlc
  /** The latest time of any event of another device. */
  readonly seen: Hlc
  /** This device's newest event; null before its first. */
  readonly own: { readonly seq: number; readonly id: string } | null
  /** By so many milliseconds this browser's clock is ahead of the node's. */
  readonly ahead: number
  readonly cursor: { readonly epoch: string; readonly seq: number } | null
}
export const nothingSeen: Standing = { heads: {}, named: {}, time: [0, 0], seen: [0, 0], own: null, ahead: 0, cursor: null }

export const encoded = (value: unknown): string => toBase64url(encode(value))

/**
 * Signs the next event behind `standing`. `now`: milliseconds by this browser's clock. The first event of a chain is the
 * device's grant. Error: `event-too-large`.
 */
export async function signNext(
  signer: Signer,
  standing: Standing,
  intent: Intent,
  now: number,
  random: (length: number) => Uint8Array,
): Promise<{ event: ChainEvent; standing: Standing }> {
  const chunks = intent.parts.map((part) => chunkBytes(fromBase64url(part), random(16)))
  if (chunks.some(({ length }) => length > limits.chunkBytes) || chunks.length > limits.chunks)
    throw new VivimError('event-too-large')
  const { own, heads, named } = standing
  const seen = Object.entries(heads).filter(([chain, { seq }]) => chain !== signer.did && seq > (named[chain] ?? 0))
  const time = nextHlc(standing.time, now - standing.ahead)
  const envelope: Envelope = {
    owner: signer.account,
    device: signer.did,
    seq: (own?.seq ?? 0) + 1,
    prev: own ? fromBase64url(own.id) : null,
    deps: causesIn(seen),
    time,
    type: intent.type,
    chunks: chunks.map((chunk) => sha256(chunk)),
  }
  const fields = envelopeFields(envelope)
  const unsigned = encode(fields)
  const sig = await signer.sign(unsigned)
  const id = toBase64url(sha256(unsigned))
  const event = {
    ...intent,
    seq: envelope.seq,
    id,
    envelope: toBase64url(encode({ ...fields, sig })),
    chunks: chunks.map(toBase64url),
  }
  const next: Standing = {
    ...standing,
    time,
    by: signer.did,
    own: { seq: envelope.seq, id },
    named: { ...named, ...Object.fromEntries(seen.map(([chain, { seq }]) => [chain, seq])) },
  }
  return { event, standing: next }
}

/** Of a device that was forked one part's head is named: the word of the fork names them all. */
function causesIn(seen: readonly [string, { readonly seq: number; readonly id: string }][]): Envelope['deps'] {
  const causes = new Map<string, { seq: number; id: string }>()
  for (const [chain, head] of seen) {
    const [device = chain] = chain.split('#')
    if (head.seq > (causes.get(device)?.seq ?? 0)) causes.set(device, head)
  }
  return [...causes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([device, { seq, id }]) => ({ device: device as Did, seq, id: fromBase64url(id) }))
}

/** Whether what was signed here was signed by another key: this browser has got a new one since. */
export const isForeign = ({ by }: Standing, { did }: Signer): boolean => by !== undefined && by !== did

/** The change that begins a chain. Error: `unavailable` where the grant is not at hand: nothing can be signed yet. */
export function grantIntent({ grant }: Signer): Intent {
  if (grant === undefined) throw new VivimError('unavailable', 'This device’s grant is not here.')
  return { type: 'device.granted', parts: [grant], shown: { kind: 'grant', conversation: '', text: '' } }
}
