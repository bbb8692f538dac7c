/** Addresses beside the methods: the documents, health and figures. The door and the OpenAPI document are made from this list. */
import { apiRoot } from './method.ts'

export interface OpenRoute {
  readonly path: string
  readonly summary: string
  /** Who may read it, where that is not anyone. */
  readonly readers?: string
  readonly mediaType: string
  /** What it answers when all is well: a JSON value, where it is JSON. */
  readonly example?: Readonly<Record<string, string>>
  readonly errors: readonly ('unavailable' | 'forbidden')[]
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
