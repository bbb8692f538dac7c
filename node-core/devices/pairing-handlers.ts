/** One function per method of `contract/api/pairings.ts`. */
import type { pairings as methods, Pairing } from '../contract/api/pairings.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers, Output } from '../contract/method.ts'
import { mayBeFull } from '../contract/pairing.ts'
import type { Grants } from './grants.ts'
import type { OpenPairing, Pairings } from './pairings.ts'

/** A device that was paired may do with the library what its person does, and let nobody else in. */
const capabilities = ['read', 'write', 'share'] as const
/** And a node that the person wants to be like this one: devices are paired at it too. */
const everything = [...capabilities, 'publish', 'grant'] as const

export type Reached = Pick<Output<(typeof methods)['pairings.list']>, 'addresses' | 'certificate'>

export interface PairingParts {
  pairings: Pairings
  /** The node's own DID. */
  instance: Did
  letIn: Grants['letIn']
  /** Where other machines reach this node, the best first, and where they get its root certificate. */
  reached(): Reached
}

export function pairingHandlers({ pairings, instance, letIn, reached }: PairingParts): Handlers<typeof methods> {
  return {
    'pairings.create': async (_, { account }) => itemOf(pairings.create(account)),
    'pairings.list': async (_, { account }) => ({
      items: pairings.list(account).map(itemOf),
      ...reached(),
    }),
    async 'pairings.confirm'({ pairing, fingerprint, full }, { account }) {
      const { device } = await pairings.confirm(account, pairing, fingerprint, (claim) => {
        if (full && !mayBeFull(claim.kind)) throw new VivimError('bad-request', 'Only a node can let devices in.')
        return letIn(account, { ...claim, capabilities: [...(full ? everything : capabilities)] })
      })
      return { device }
    },
    async 'pairings.cancel'({ pairing }, { account }) {
      pairings.cancel(account, pairing)
      return {}
    },
    async 'pairings.claim'({ secret, signature, ...claim }) {
      const { account, ticket, expires } = pairings.claim(secret, claim, Buffer.from(signature, 'base64url'))
      return { ticket, account, instance, expiresAt: expires }
    },
    async 'pairings.progress'({ ticket }) {
      const { expires, ...outcome } = pairings.progress(ticket)
      return { ...outcome, expiresAt: expires }
    },
  }
}

const itemOf = ({ id, expires, secret, code, claim }: OpenPairing): Pairing => ({
  pairing: id,
  expiresAt: expires,
  link: secret === undefined ? null : `/#pair=${secret}`,
  code: code ?? null,
  device: claim ? { did: claim.device, name: claim.name, kind: claim.kind, fingerprint: claim.fingerprint } : null,
})
