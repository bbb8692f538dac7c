/**
 * DID documents (W3C DID Core, did:web, did:key): what a node publishes of itself and its accounts, and what it reads of
 * others. Keys are Ed25519 as Multikey, the text of a did:key behind its method's name.
 */
import { z } from 'zod'
import { type Did, didPattern } from './ids.ts'

export interface DidDocument {
  '@context': string[]
  'id': string
  'alsoKnownAs'?: string[]
  'verificationMethod': { id: string; type: 'Multikey'; controller: string; publicKeyMultibase: string }[]
  'authentication': string[]
  'assertionMethod': string[]
  'service'?: { id: string; type: 'VivimNode'; serviceEndpoint: string }[]
}

const contexts = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1']
const multibaseOf = (did: Did): string => did.slice('did:key:'.length)

function documentOf(id: string, key: Did, fragment: string, others: string[]): DidDocument {
  const method = `${id}#${fragment}`
  return {
    '@context': contexts,
    id,
    ...(others.length > 0 ? { alsoKnownAs: others } : {}),
    'verificationMethod': [{ id: method, type: 'Multikey', controller: id, publicKeyMultibase: multibaseOf(key) }],
    'authentication': [method],
    'assertionMethod': [method],
  }
}

/** The document of a did:key, which says everything itself. */
export const keyDocument = (did: Did): DidDocument => documentOf(did, did, multibaseOf(did), [])

/** The did:web of what is served at a host (`example.org`, `example.org:8443`) below `path`. */
export const didWebOf = (host: string, ...path: string[]): string =>
  ['did:web', encodeURIComponent(host), ...path.map(encodeURIComponent)].join(':')

/**
 * The document that a host serves for one of its keys: the key is known by its did:key as well. `url`: where the node is
 * reached from everywhere, if it is.
 */
export function webDocument(host: string, key: Did, path: readonly string[] = [], url?: string): DidDocument {
  const id = didWebOf(host, ...path)
  const document = documentOf(id, key, 'key', [key])
  return url === undefined ? document : { ...document, service: [{ id: `${id}#node`, type: 'VivimNode', serviceEndpoint: url }] }
}

/** What is read of others' documents; whatever else they say is left out. */
export const didDocument = z.object({
  id: z.string().max(2048),
  alsoKnownAs: z.array(z.string().max(2048)).max(100).default([]),
  verificationMethod: z
    .array(
      z.object({
        id: z.string().max(2048),
        controller: z.string().max(2048),
        publicKeyMultibase: z.string().max(200).optional(),
      }),
    )
    .max(100)
    .default([]),
  assertionMethod: z.array(z.unknown()).max(100).default([]),
  authentication: z.array(z.unknown()).max(100).default([]),
})
export type ReadDocument = z.infer<typeof didDocument>

/** The Ed25519 keys that a document names for a purpose, as did:key. A document speaks for its own subject only. */
export function keysIn(document: ReadDocument, purpose: 'assertionMethod' | 'authentication'): Did[] {
  const named = new Set(document[purpose].filter((one) => typeof one === 'string'))
  const inFull = (id: string): string => (id.startsWith('#') ? document.id + id : id)
  return document.verificationMethod
    .filter(({ id, controller }) => controller === document.id && (named.has(id) || named.has(inFull(id))))
    .map(({ publicKeyMultibase }) => `did:key:${publicKeyMultibase}`)
    .filter((did): did is Did => didPattern.test(did))
}
