/** Signing and proving account records. Pure. */
import type { KeyObject } from 'node:crypto'
import { decode, encode } from '@ipld/dag-cbor'
import { type AccountRecord, accountRecordSchema, RECORD_BYTES } from '../contract/account-record.ts'
import { VivimError } from '../contract/errors.ts'
import { eventTypes, type Grant } from '../contract/events.ts'
import type { Did } from '../contract/ids.ts'
import { verifyGrant, verifySuccession } from '../crypto/grants.ts'
import { signFor, verifyFor } from '../crypto/signing.ts'
import { type Authority, cutUnder, newAuthority, note } from '../log/authority.ts'
import { within } from '../log/chain.ts'
import { valueIn } from '../log/chunk.ts'
import { digestOf } from '../log/cid.ts'
import { limits, parseEnvelope, verifyEnvelope } from '../log/envelope.ts'

/** The record's bytes as they are published. */
export const signRecord = (record: Omit<AccountRecord, 'sig'>, device: KeyObject): Uint8Array =>
  encode({ ...record, sig: signFor('account-record', encode(record), device) })

/**
 * A record of `account` out of bytes that came from anywhere, at the time `now`.
 * Errors: `record-invalid` where it is none, another's, or its signer was not let in to publish; `record-expired`.
 */
export function openRecord(bytes: Uint8Array, account: Did, now: number): AccountRecord {
  const { sig, ...said } = parse(bytes)
  if (said.account !== account) throw new VivimError('record-invalid', 'It is another account’s.')
  if (!verifyFor('account-record', encode(said), sig, said.device as Did))
    throw new VivimError('record-invalid', 'Its signature does not verify.')
  if (!mayPublish(said, authorityOf(said), now))
    throw new VivimError('record-invalid', 'Whoever signed it was not let in to publish.')
  if (said.expires <= now) throw new VivimError('record-expired')
  // one from far ahead would outrank every later one
  if (said.sequence > now + limits.clockAheadMs) throw new VivimError('record-invalid', 'It is of a time that has not come.')
  return { ...said, sig }
}

/**
 * Of two records of one account that both open, the one that holds: the one that proves more successions, as whoever stole
 * a root can sign with that one only; then the higher number, then the lower hash.
 */
export function newerRecord(a: Uint8Array, b: Uint8Array): Uint8Array {
  const [one, other] = [parse(a), parse(b)]
  const roots = (one.roots?.successions.length ?? 0) - (other.roots?.successions.length ?? 0)
  const order = roots || one.sequence - other.sequence || Buffer.compare(digestOf(b), digestOf(a))
  return order >= 0 ? a : b
}

function parse(bytes: Uint8Array): AccountRecord {
  try {
    if (bytes.length > RECORD_BYTES) throw new RangeError('too large')
    const record = accountRecordSchema.parse(decode(bytes))
    // one form only: else its hash would be anybody's choice
    if (Buffer.compare(encode(record), bytes) !== 0) throw new TypeError('not canonical')
    return record
  } catch (cause) {
    throw new VivimError('record-invalid', 'It does not have a record’s shape.', { cause })
  }
}

type Said = Omit<AccountRecord, 'sig'>

/** The account's roots, as far as the record proves them. Error: `record-invalid`. */
function authorityOf({ account, roots }: Said): Authority {
  const authority = newAuthority(account as Did)
  if (!roots) return authority
  try {
    const genesis = parseEnvelope(roots.envelope)
    const { device, owner, type, chunks, seq } = genesis.envelope
    const [digest] = chunks
    const right =
      device === account && owner === account && type === 'account.created' && seq === 1 && verifyEnvelope(genesis) && digest
    if (!right || Buffer.compare(digest, digestOf(roots.chunk)) !== 0) throw new TypeError('no genesis')
    note(authority, genesis, eventTypes['account.created'].parse(valueIn(roots.chunk)))
  } catch (cause) {
    throw new VivimError('record-invalid', 'Its genesis does not hold.', { cause })
  }
  for (const succession of roots.successions) {
    if (succession.account !== account || !verifySuccession(succession))
      throw new VivimError('record-invalid', 'One of its successions does not hold.')
    authority.successions.push(succession)
  }
  return authority
}

/** Whether the grants lead from the device that signed up to a root, each with no more than the one above it. */
function mayPublish({ account, device, grants }: Said, authority: Authority, now: number): boolean {
  const top = grants.at(-1)
  if (!top || grants[0]?.device !== device || cutUnder(authority, top) !== undefined) return false
  return grants.every((grant, at) => {
    const above = grants[at + 1]
    const led = above ? above.device === grant.issuer && above.capabilities.includes('grant') && within(grant, above) : true
    return (
      led &&
      grant.account === account &&
      verifyGrant(grant) &&
      holdsAt(grant, now) &&
      (at > 0 || grant.capabilities.includes('publish'))
    )
  })
}

const holdsAt = ({ notBefore, expires }: Grant, now: number): boolean => notBefore <= now && (expires === null || now < expires)
