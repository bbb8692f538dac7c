/** Others' DIDs: did:key says its key itself, did:web is read from its host. */

import { didDocument, keyDocument, type ReadDocument } from '../contract/did-document.ts'
import { VivimError } from '../contract/errors.ts'
import { type Did, didPattern } from '../contract/ids.ts'
import { publicKeyOf } from '../crypto/ed25519.ts'
import type { Web } from '../ports/web.ts'

const LIMIT = 64 * 1024
const host = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?$/

/** The address of a did:web's document; undefined where the text is no did:web. */
export function addressOfDidWeb(did: string): string | undefined {
  const [scheme, method, first, ...path] = did.split(':')
  if (scheme !== 'did' || method !== 'web' || !first || did.length > 2048) return undefined
  const parts = [first, ...path].map(decoded)
  const [name, ...folders] = parts
  if (!name || !host.test(name) || folders.some((one) => !one || /^\.\.?$/.test(one))) return undefined
  const behind = folders.length === 0 ? '/.well-known' : folders.map((one) => `/${encodeURIComponent(one ?? '')}`).join('')
  return URL.parse(`https://${name}${behind}/did.json`)?.href
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * The document of a DID. Errors: `bad-request` where it is neither a usable did:key nor a did:web, `not-found` where what
 * is at its address is no document of it, the web's.
 */
export async function resolveDid(web: Web, did: string, signal: AbortSignal): Promise<ReadDocument> {
  if (didPattern.test(did)) {
    // held to the pattern; throws where the key proves nothing
    publicKeyOf(did as Did)
    return didDocument.parse(keyDocument(did as Did))
  }
  const address = addressOfDidWeb(did)
  if (!address) throw new VivimError('bad-request', 'That is neither a did:key of Ed25519 nor a did:web.')
  const { body } = await web.get(address, { accept: 'application/did+json, application/json', limit: LIMIT, signal })
  const read = didDocument.safeParse(jsonIn(body))
  // a document of another subject is nobody's word for this one
  if (!read.success || read.data.id !== did)
    throw new VivimError('not-found', 'What is at that DID’s address is no document of it.')
  return read.data
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
