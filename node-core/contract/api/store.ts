/** Files, space, taking everything out, and the node's upkeep. */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import { blobId, bytes, conversationFilters, conversationId, count, label } from './fields.ts'

/** Media types that a browser may show; every other file is `application/octet-stream`. None of them runs scripts. */
export const inertTypes = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'audio/mpeg',
  'audio/mp4',
  'audio/aac',
  'audio/ogg',
  'audio/wav',
  'audio/webm',
  'audio/flac',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'application/pdf',
  'application/zip',
  'application/json',
  'text/plain',
  'text/csv',
  'text/markdown',
] as const

const step = z.object({
  stage: z.string().describe('What it is at, in words.'),
  done: count,
  total: count.nullable(),
})
const problem = z.object({ where: z.string(), what: z.string() })

export const store = defineMethods({
  'blobs.get': {
    http: 'GET /api/v1/blobs/{blob}',
    summary: 'The bytes of a file; takes ranges. Always offered as a file to keep, never as a page.',
    kind: 'download',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({
      blob: blobId,
      type: z.enum(inertTypes).optional().describe('The media type to answer with; absent: application/octet-stream.'),
      name: label.optional().describe('The file name to offer.'),
    }),
    output: z.unknown(),
    errors: ['not-found', 'blob-not-found', 'blob-awaited', 'range-not-satisfiable', 'seal-broken'],
  },
  'storage.get': {
    http: 'GET /api/v1/storage',
    summary: 'Bytes on disk by kind.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({}),
    output: z.object({
      log: bytes,
      library: bytes,
      search: bytes,
      blobs: bytes,
      staging: bytes,
      total: bytes,
      free: bytes.describe('Left on the disk.'),
      quota: bytes.nullable(),
    }),
    errors: [],
  },
  'export.get': {
    http: 'GET /api/v1/export',
    summary:
      'A ZIP of readable Markdown, JSON and files: everything, or what the filters choose. Importing it gives the same again.',
    kind: 'download',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ ...conversationFilters, conversation: z.array(conversationId).max(100).optional() }),
    output: z.unknown(),
    errors: ['not-found'],
  },
  'events.stream': {
    http: 'GET /api/v1/events/stream',
    summary: 'Hints that something changed, so that clients read again. Resumes behind Last-Event-ID.',
    kind: 'events',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({
      lastEventId: z
        .string()
        .regex(/^[0-9]{1,16}$/)
        .optional(),
    }),
    output: z.object({
      id: z.string().describe('The position, for Last-Event-ID.'),
      event: z.literal('changed'),
      data: z.object({
        position: count,
        types: z.array(z.string()).describe('Types of the new events; empty: anything may have changed.'),
      }),
    }),
    errors: [],
  },
  'doctor.verify': {
    http: 'POST /api/v1/doctor/verify',
    summary: 'Checks everything: the store’s pages, every signature and hash of the log, every file.',
    kind: 'events',
    callers: 'local',
    scope: 'node',
    input: z.strictObject({}),
    output: z.discriminatedUnion('event', [
      z.object({ event: z.literal('progress'), data: step }),
      z.object({ event: z.literal('problem'), data: problem }),
      z.object({
        event: z.literal('done'),
        data: z.object({
          problems: count,
          events: count.describe('Events of the log that were checked.'),
          chunks: count.describe('Parts of their payloads.'),
          files: count,
          seconds: z.number().min(0),
        }),
      }),
    ]),
    errors: [],
  },
  'doctor.rebuild': {
    http: 'POST /api/v1/doctor/rebuild',
    summary: 'Makes the projections anew from the log: all, or those named.',
    kind: 'events',
    callers: 'local',
    scope: 'node',
    input: z.strictObject({ projections: z.array(label).max(20).optional() }),
    output: z.discriminatedUnion('event', [
      z.object({ event: z.literal('progress'), data: step }),
      z.object({ event: z.literal('done'), data: z.object({ events: count, seconds: z.number().min(0) }) }),
    ]),
    errors: ['storage-full'],
  },
})
