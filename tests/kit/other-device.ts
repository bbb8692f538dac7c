/** A device of a store's account that is nowhere but in the test: it signs what it is told to, right or wrong. */
import type { KeyObject } from 'node:crypto'
import type { Capability } from '../../node-core/contract/events.ts'
import { didOf, privateKeyOf } from '../../node-core/crypto/ed25519.ts'
import { signGrant } from '../../node-core/crypto/grants.ts'
import { deriveSeed, seedOf } from '../../node-core/crypto/phrase.ts'
import { phraseOf } from '../../node-core/identity/accounts.ts'
import type { Incoming } from '../../node-core/log/accept-check.ts'
import { chunkOf, encodeValue } from '../../node-core/log/chunk.ts'
import { digestOf } from '../../node-core/log/cid.ts'
import { type Envelope, type SignedEnvelope, signEnvelope } from '../../node-core/log/envelope.ts'
import { seededRandom } from './clock.ts'
import type { TestStore } from './store.ts'

export interface MadeEvent extends Incoming {
  readonly signed: SignedEnvelope
}

/** Its first event is its grant by the account's root. */
export async function otherDevice(store: TestStore, seed: number, capabilities: Capability[] = ['read', 'write']) {
  const random = seededRandom(`other ${seed}`)
  const key = privateKeyOf(random(32))
  const did = didOf(key)
  const owner = store.account.did
  const root = privateKeyOf(deriveSeed(seedOf(await phraseOf({ keychain: store.keychain }, store.account.device)), 'root'))
  let head: SignedEnvelope | undefined
  /** Signs an event without going on behind it. */
  const forge = (type: string, parts: unknown[], fields: Partial<Envelope> = {}, by: KeyObject = key): MadeEvent => {
    const chunks = parts.map((part) => chunkOf(encodeValue(part), random))
    const signed = signEnvelope(
      {
        owner,
        device: did,
        seq: (head?.envelope.seq ?? 0) + 1,
        prev: head?.id ?? null,
        deps: [],
        time: [Math.max(store.clock.now(), (head?.envelope.time[0] ?? 0) + 1), 0],
        type,
        chunks: chunks.map(digestOf),
        ...fields,
      },
      by,
    )
    return { signed, envelope: signed.bytes, chunks }
  }
  const make = (type: string, parts: unknown[], fields: Partial<Envelope> = {}): MadeEvent => {
    const made = forge(type, parts, fields)
    head = made.signed
    return made
  }
  const grant = signGrant(
    {
      account: owner,
      device: did,
      name: 'other',
      kind: 'phone',
      capabilities,
      notBefore: 0,
      expires: null,
      encryption: random(32),
      issuer: owner,
    },
    root,
  )
  return { did, key, root, grant: make('device.granted', [grant]), grantPart: [grant], make, forge }
}
