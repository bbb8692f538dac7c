/**
 * Pairings under way, in memory: one that was not finished before the node stops is void.
 *
 * Invariants: a pairing is claimed by one device, whose keys never change after; only what was claimed can be confirmed, by
 * the number that the person saw; a code that was guessed at too often takes no more guesses.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import { VivimError } from '../contract/errors.ts'
import type { Grant } from '../contract/events.ts'
import { type Did, toBase32 } from '../contract/ids.ts'
import { fingerprintOf } from '../contract/pairing.ts'
import { verifyFor } from '../crypto/signing.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'

export const pairingLifetime = 10 * 60_000
/** Wrong codes that may come in while a pairing is open: the chance to guess its 40 bits stays below 10^-11. */
export const wrongCodes = 10
/** Of one account; the oldest makes room. */
const most = 8

/** What a device says of itself. */
export interface Claim {
  readonly device: Did
  /** Its X25519 public key, 32 bytes in base64url. */
  readonly encryption: string
  readonly name: string
  readonly kind: Grant['kind']
}
export interface OpenPairing {
  readonly id: string
  readonly account: Did
  readonly expires: number
  /** 32 bytes in base64url; undefined once it was claimed. */
  readonly secret: string | undefined
  /** Undefined once it was claimed, or was guessed at too often. */
  readonly code: string | undefined
  readonly claim: (Claim & { readonly fingerprint: string }) | undefined
}
type Outcome = { readonly state: 'waiting' | 'refused' } | { readonly state: 'confirmed'; readonly grant: string }

interface Entry {
  readonly id: string
  readonly account: Did
  readonly secret: string
  readonly code: string
  expires: number
  misses: number
  claimed: { readonly claim: Claim; readonly secret: string; readonly ticket: string } | undefined
  confirming: boolean
  outcome: Outcome
}

/** What a device signs to claim (purpose `pairing`): it holds the key, and nobody on the way changed its name. */
export const claimBytes = (secret: string, { device, encryption, name, kind }: Claim): Uint8Array =>
  encode([secret, device, encryption, name, kind])

export type Pairings = ReturnType<typeof createPairings>

export interface PairingsParts {
  clock: Clock
  random: RandomBytes
  /** Whether a device's key was in use twice: it has to come with another. */
  isForked(account: Did, device: Did): boolean
}

export function createPairings({ clock, random, isForked }: PairingsParts) {
  let entries: Entry[] = []
  const current = (): Entry[] => {
    entries = entries.filter(({ expires }) => expires > clock.now())
    return entries
  }
  const pending = (account: Did, id: string): Entry => {
    const found = current().find((entry) => entry.id === id && entry.account === account && entry.outcome.state === 'waiting')
    if (!found) throw new VivimError('not-found', 'That pairing is over.')
    if (found.confirming) throw new VivimError('conflict', 'That pairing is being confirmed.')
    return found
  }
  const shown = ({ id, account, expires, secret, code, misses, claimed }: Entry): OpenPairing => ({
    id,
    account,
    expires,
    secret: claimed ? undefined : secret,
    code: claimed || misses >= wrongCodes ? undefined : code,
    claim: claimed && {
      ...claimed.claim,
      fingerprint: fingerprintOf(claimed.claim.device, claimed.claim.encryption),
    },
  })
  /** Every one is compared, in constant time each: the time taken tells nothing about any of them. */
  const meant = (secret: string): Entry | undefined => {
    const byCode = secret.length < 43
    const fits = ({ misses, ...entry }: Entry) =>
      equal(byCode ? entry.code : entry.secret, secret) && (!byCode || misses < wrongCodes || entry.claimed?.secret === secret)
    const found = current().filter(fits)[0]
    if (!found && byCode) for (const entry of entries) if (!entry.claimed) entry.misses++
    return found
  }

  return {
    create(account: Did): OpenPairing {
      const entry: Entry = {
        id: toBase32(random(16)),
        account,
        secret: Buffer.from(random(32)).toString('base64url'),
        code: toBase32(random(5)),
        expires: clock.now() + pairingLifetime,
        misses: 0,
        claimed: undefined,
        confirming: false,
        outcome: { state: 'waiting' },
      }
      const mine = current().filter((one) => one.account === account)
      const surplus = new Set(mine.slice(0, Math.max(0, mine.length - most + 1)))
      entries = [...entries.filter((one) => !surplus.has(one)), entry]
      return shown(entry)
    },

    /** An account's, the newest first. */
    list: (account: Did): OpenPairing[] =>
      current()
        .filter((entry) => entry.account === account && entry.outcome.state === 'waiting')
        .map(shown)
        .reverse(),

    /**
     * Takes the device that proves its key by `signature` (64 bytes); once claimed, only the very same device. Errors:
     * `event-signature`, which costs nothing; `device-forked`, after which it can come with another key; `pairing-invalid`
     * whatever else it is.
     */
    claim(secret: string, claim: Claim, signature: Uint8Array): { account: Did; ticket: string; expires: number } {
      if (!verifyFor('pairing', claimBytes(secret, claim), signature, claim.device)) throw new VivimError('event-signature')
      const found = meant(secret)
      if (!found || (found.claimed && (found.claimed.secret !== secret || !same(found.claimed.claim, claim))))
        throw new VivimError('pairing-invalid')
      if (isForked(found.account, claim.device)) throw new VivimError('device-forked')
      if (!found.claimed) {
        found.claimed = { claim, secret, ticket: Buffer.from(random(32)).toString('base64url') }
        found.expires = clock.now() + pairingLifetime
      }
      return { account: found.account, ticket: found.claimed.ticket, expires: found.expires }
    },

    /** How the pairing of a ticket stands. Error: `pairing-invalid`. */
    progress(ticket: string): Outcome & { expires: number } {
      const found = current().filter(({ claimed }) => claimed && equal(claimed.ticket, ticket))[0]
      if (!found) throw new VivimError('pairing-invalid')
      return { ...found.outcome, expires: found.expires }
    },

    /**
     * Lets `grant` sign for the device whose number the person saw; answers what it does. Errors: `not-found`; `conflict`
     * where another device claimed it, none has, or somebody confirms it already; those of `grant`, after which it can be
     * tried again.
     */
    async confirm<T extends { grant: string }>(
      account: Did,
      id: string,
      fingerprint: string,
      grant: (claim: Claim) => Promise<T>,
    ): Promise<T> {
      const found = pending(account, id)
      const claim = shown(found).claim
      if (!found.claimed || claim?.fingerprint !== fingerprint)
        throw new VivimError('conflict', 'The device that waits has another number. Look at it again.')
      found.confirming = true
      try {
        const made = await grant(found.claimed.claim)
        found.outcome = { state: 'confirmed', grant: made.grant }
        // The device must be able to hear of it, however late the person was.
        found.expires = Math.max(found.expires, clock.now() + pairingLifetime)
        if (!entries.includes(found)) entries = [...entries, found]
        return made
      } finally {
        found.confirming = false
      }
    },

    /** Errors: `not-found`, `conflict` while it is being confirmed. */
    cancel(account: Did, id: string): void {
      const found = pending(account, id)
      if (found.claimed) found.outcome = { state: 'refused' }
      else entries = entries.filter((one) => one !== found)
    },
  }
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()
const equal = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
const same = (a: Claim, b: Claim): boolean =>
  a.device === b.device && a.encryption === b.encryption && a.name === b.name && a.kind === b.kind
