/** The browser's half of a session: a key pair whose private part never leaves WebCrypto. */
import type { PublicKey } from '../../node-core/contract/api/auth.ts'
import { publicKey } from '../../node-core/contract/api/auth.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import type { SessionId } from '../../node-core/contract/method.ts'
import { toBase64url } from '../base64url.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** What a browser keeps of a session between visits. The access token is not among it. */
export interface KeptSession {
  session: SessionId
  /** The node that the session is with: challenges of any other are not signed. */
  instance: Did
  key: CryptoKey
}

/** Makes a key pair; the private key cannot be exported, by this page or any script in it. */
export async function makeKey(): Promise<{ key: CryptoKey; publicKey: PublicKey }> {
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  return { key: pair.privateKey, publicKey: publicKey.parse(await crypto.subtle.exportKey('jwk', pair.publicKey)) }
}

/** Signs a challenge as `auth.renew` takes it: 64 bytes in base64url. */
export async function signChallenge(kept: KeptSession, challenge: string): Promise<string> {
  const text = ['vivim/v1/session', challenge, kept.instance, kept.session].join('\0')
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, kept.key, new TextEncoder().encode(text))
  return toBase64url(new Uint8Array(signature))
}
