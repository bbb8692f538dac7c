/** A device as a stranger's program is one: keys of Node's own, plain requests, nothing of the product's client code. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { encode } from '@ipld/dag-cbor'
import { didOf } from '../../node-core/crypto/ed25519.ts'
import type { PlainHttp } from './plain-http.ts'

/** `http` is any client of the node; what is open needs no session. */
export function plainDevice(http: PlainHttp, name = 'Phone', kind = 'phone') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const did = didOf(publicKey)
  const encryption = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' }).x
  const signed = (purpose: string, value: unknown) =>
    sign(null, Buffer.concat([Buffer.from(`vivim/v1/${purpose}\0`), encode(value)]), privateKey).toString('base64url')
  return {
    did,
    /** Claims a pairing by its secret or code; answers what the node says. */
    claim: (secret: string, fields: Record<string, unknown> = {}) =>
      http.json('pairings.claim', {
        secret,
        device: did,
        encryption,
        name,
        kind,
        signature: signed('pairing', [secret, did, encryption, name, kind]),
        ...fields,
      }),
    /** Signs in by its key; answers what the node says. */
    async signIn(account: string) {
      const { challenge, audience } = await http.json('auth.challenge', { did: account })
      const signature = signed('challenge', [challenge, audience, account])
      return http.json('auth.session', { did: account, device: did, challenge, signature })
    },
  }
}
