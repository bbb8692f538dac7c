/** Addresses beside the methods: the documents, health and figures. The door and the OpenAPI document are made from this list. */
import { apiRoot } from './method.ts'

export interface OpenRoute {
  /** `{field}` stands for a DID. */
  readonly path: string
  /** Fields of the query, each with its meaning. */
  readonly query?: Readonly<Record<string, string>>
  readonly summary: string
  /** Who may read it, where that is not anyone. */
  readonly readers?: string
  readonly mediaType: string
  /** What it answers when all is well: a JSON value, where it is JSON. */
  readonly example?: Readonly<Record<string, string>>
  readonly errors: readonly ('unavailable' | 'forbidden' | 'not-found')[]
}

export const openRoutes = {
  'openapi': {
    path: `${apiRoot}/openapi.json`,
    summary: 'This document.',
    mediaType: 'application/json',
    errors: [],
  },
  'docs': { path: `${apiRoot}/docs`, summary: 'The same as a page for people.', mediaType: 'text/html', errors: [] },
  'healthz': {
    path: '/healthz',
    summary: 'Whether the process answers.',
    mediaType: 'application/json',
    example: { status: 'ok' },
    errors: [],
  },
  'readyz': {
    path: '/readyz',
    summary: 'Whether the node can answer for its data.',
    mediaType: 'application/json',
    example: { status: 'ready' },
    errors: ['unavailable'],
  },
  'did': {
    path: '/.well-known/did.json',
    summary: 'The DID document of this node, as did:web of the host that it is asked at.',
    mediaType: 'application/json',
    errors: [],
  },
  'actor-did': {
    path: '/actor/{did}/did.json',
    summary: 'The DID document of an account of this node.',
    mediaType: 'application/json',
    errors: ['not-found'],
  },
  'account-record': {
    path: '/.well-known/vivim',
    query: { did: 'The account.' },
    summary:
      'The record of an account of this node that its owner publishes: signed DAG-CBOR in base64url, with what a reader looks at first.',
    mediaType: 'application/json',
    errors: ['not-found'],
  },
  'metrics': {
    path: '/metrics',
    summary: 'Figures for Prometheus.',
    readers:
      'Programs on the node’s own machine that reach it without a proxy, and from anywhere those with the token of the ' +
      'setting metricsToken, sent as “Authorization: Bearer …”. Without that setting nobody else.',
    mediaType: 'text/plain',
    errors: ['forbidden'],
  },
} as const satisfies Record<string, OpenRoute>
