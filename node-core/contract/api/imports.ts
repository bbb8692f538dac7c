/** Bringing exports in: upload or local paths, progress, a report that can be trusted, undo. */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import { bytes, count, cursor, importId, label, limitOf, pageOf, time } from './fields.ts'

/**
 * receiving: bytes are coming in · waiting: for another import · checking: the file is proved intact before anything
 * is stored · importing · done · failed (nothing of it is kept) · cancelled and interrupted (what is in stays, can be
 * resumed) · undone (hidden; erased after 30 days) · erased.
 */
export const importStates = [
  'receiving',
  'waiting',
  'checking',
  'importing',
  'done',
  'failed',
  'cancelled',
  'interrupted',
  'undone',
  'erased',
] as const

const finding = z
  .object({
    ref: z.string().describe('The place in the export; empty where it is no single one.'),
    reason: z.string().describe('In English.'),
    code: z
      .string()
      .optional()
      .describe('Of the catalogue of reasons, for saying it in another language; absent in reports of earlier versions.'),
    params: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .describe('What the sentence names.'),
  })
  .meta({ id: 'ImportFinding' })
export type ImportFinding = z.output<typeof finding>

const failure = z
  .object({ code: z.string(), title: z.string(), detail: z.string().optional(), finding: finding.optional() })
  .describe('Why it failed: a code of the error catalogue, what it means, and the place; `finding` is `detail` by code.')

const run = z
  .object({
    id: importId,
    name: z.string().describe('The file’s or folder’s name.'),
    state: z.enum(importStates),
    format: z.string().nullable().describe('Null until it was detected.'),
    started: time,
    finished: time.nullable(),
    conversations: count.describe('New or updated ones.'),
    messages: count,
    watched: z.literal(true).optional().describe('Begun by the node itself, from a watched folder.'),
    error: failure.optional(),
  })
  .meta({ id: 'Import' })

const report = z
  .object({
    id: importId,
    name: z.string(),
    state: z.enum(importStates),
    format: z.string().nullable(),
    started: time,
    finished: time.nullable(),
    conversations: z.object({
      imported: count,
      updated: count,
      unchanged: count.describe('Already here, and not newer.'),
      unreadable: z.array(finding).describe('The first 1,000, with the place and the reason.'),
      unreadableTotal: count,
    }),
    messages: z.object({
      total: count.describe('In the export, of all branches.'),
      added: count.describe('Of these, new here.'),
      alreadyHad: count,
      branches: count.describe('Off the active paths.'),
      hidden: count.describe('Marked hidden by the provider.'),
      unknownTypes: count.describe('Parts of types that the node does not know; kept as they came.'),
    }),
    attachments: z.object({
      stored: count,
      missing: count.describe('Referred to, but not in the export.'),
    }),
    documents: count.describe('Projects, memories and the like, beside the conversations.'),
    warnings: z.array(finding).describe('What was put right or left out.'),
    bytes,
    seconds: z.number().min(0),
    complete: z.boolean().describe('Whether the export was read to its end; otherwise the counts are of what was in by then.'),
    error: failure.optional(),
  })
  .meta({ id: 'ImportReport' })
export type ImportReport = z.output<typeof report>

const progress = z
  .object({
    phase: z.enum(importStates),
    bytes: bytes.describe('Read so far, of the present phase.'),
    totalBytes: bytes.nullable(),
    conversations: count,
    messages: count,
    rate: z.number().min(0).describe('Messages per second, or bytes per second while receiving and checking.'),
    secondsLeft: z.number().min(0).nullable(),
  })
  .meta({ id: 'ImportProgress' })

const one = z.strictObject({ import: importId })

export const imports = defineMethods({
  'imports.upload': {
    http: 'POST /api/v1/imports',
    summary: 'Takes an export file as the body and imports it; the format is detected. Answers when all bytes are in.',
    kind: 'upload',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ name: label.describe('The file’s name.') }),
    output: run,
    errors: ['import-empty', 'too-large', 'storage-full', 'quota-exceeded'],
  },
  'imports.upload-files': {
    http: 'POST /api/v1/imports/files',
    summary:
      'Takes several files as one import: a folder with its files’ paths, or an export in parts. Each part of the body is ' +
      'a file, its name the path from the folder’s name on. Answers when all bytes are in; refused whole where one name is bad.',
    kind: 'files',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ name: label.describe('The folder’s name.') }),
    output: run,
    errors: ['import-empty', 'import-unsafe-name', 'import-bomb', 'too-large', 'storage-full', 'quota-exceeded'],
  },
  'imports.open': {
    http: 'POST /api/v1/imports/paths',
    summary: 'Imports files or folders of this machine; several are one export in parts.',
    kind: 'json',
    callers: 'local',
    input: z.strictObject({ paths: z.array(z.string().min(1).max(4096)).min(1).max(1000).describe('Absolute paths.') }),
    output: run,
    errors: ['not-found', 'import-empty', 'storage-full', 'quota-exceeded'],
  },
  'imports.list': {
    http: 'GET /api/v1/imports',
    summary: 'Every import, newest first.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ cursor: cursor.optional(), limit: limitOf(50) }),
    output: pageOf(run),
    errors: [],
  },
  'imports.get': {
    http: 'GET /api/v1/imports/{import}',
    summary: 'One import.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: one,
    output: run.extend({ progress: progress.nullable().describe('While it runs.') }),
    errors: ['not-found'],
  },
  'imports.report': {
    http: 'GET /api/v1/imports/{import}/report',
    summary: 'What an import brought, what was here already, what could not be read and why.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: one,
    output: report,
    errors: ['not-found'],
  },
  'imports.cancel': {
    http: 'POST /api/v1/imports/{import}/cancel',
    summary: 'Stops an import; what is in stays, and it can be resumed or undone.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: one,
    output: run,
    errors: ['not-found'],
  },
  'imports.resume': {
    http: 'POST /api/v1/imports/{import}/resume',
    summary: 'Goes on with a cancelled or interrupted import.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: one,
    output: run,
    errors: ['not-found', 'import-running', 'import-not-resumable', 'storage-full', 'quota-exceeded'],
  },
  'imports.undo': {
    http: 'POST /api/v1/imports/{import}/undo',
    summary: 'Hides exactly what this import brought, at once, and erases it after 30 days.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: one,
    output: run,
    errors: ['not-found', 'import-running'],
  },
  'imports.events': {
    http: 'GET /api/v1/imports/{import}/events',
    summary: 'An import’s progress as it runs; the last event is “done”, with the import as it ended.',
    kind: 'events',
    callers: 'session',
    capability: 'read',
    input: one,
    output: z.discriminatedUnion('event', [
      z.object({ event: z.literal('progress'), data: progress }),
      z.object({ event: z.literal('done'), data: run }),
    ]),
    errors: ['not-found'],
  },
})
