/** Folders of the node's machine whose new files are imported by themselves. They belong to the machine: no other device hears of them. */
import { z } from 'zod'
import { catalogue, type ErrorCode } from '../errors.ts'
import { defineMethods } from '../method.ts'
import { bytes, count, importId, nothing, time } from './fields.ts'

const path = z.string().min(1).max(4096).describe('An absolute path on the node’s machine.')
const kind = z
  .enum(['sessions', 'exports'])
  .describe(
    'sessions: of Claude Code and Codex, in the folder and below; what grows is imported again. exports: downloads, in the folder itself; what is no export of a known service is left alone.',
  )
const code = z.enum(Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]])

const folder = z
  .object({
    path,
    kind,
    added: time,
    state: z
      .enum(['looking', 'watching', 'waiting', 'importing', 'held', 'trouble'])
      .describe(
        'waiting: there is something, and an import before it, or it is still being written. held: the machine is to rest.',
      ),
    files: count.describe('Session files; of a folder of downloads those that were imported.'),
    pending: count.describe('Files that are new or have changed since they were imported.'),
    last: z.object({ import: importId, at: time }).nullable().describe('The last import from it since the node started.'),
    trouble: z
      .object({ code, at: time })
      .nullable()
      .describe('Why the folder cannot be read, or nothing imported from it, for now.'),
    failed: z
      .array(z.object({ path: z.string().describe('From the folder on.'), code }))
      .describe('The first 20 files that could not be imported; each is tried again when it changes.'),
  })
  .meta({ id: 'WatchedFolder' })
export type WatchedFolder = z.output<typeof folder>

const suggestion = z
  .object({
    path,
    kind,
    program: z.enum(['claude-code', 'codex', 'downloads']),
    files: count.describe('Sessions that are there; of downloads none: only those to come are imported.'),
    bytes,
    watched: z.boolean(),
  })
  .meta({ id: 'FolderSuggestion' })
export type FolderSuggestion = z.output<typeof suggestion>

export const watching = defineMethods({
  'watching.list': {
    http: 'GET /api/v1/watched-folders',
    summary: 'The folders that are watched for the account, and how that goes.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({}),
    output: z.object({ items: z.array(folder) }),
    errors: [],
  },
  'watching.suggest': {
    http: 'GET /api/v1/watched-folders/suggestions',
    summary: 'Folders of this machine that could be watched, with what is in them. Nothing of them is opened.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({}),
    output: z.object({ items: z.array(suggestion) }),
    errors: [],
  },
  'watching.set': {
    http: 'POST /api/v1/watched-folders',
    summary:
      'Watches a folder of this machine from now on. Not for sessions of a node that holds several accounts: there its owner does it.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({
      path,
      kind,
      given: z.boolean().default(false).describe('Of downloads: imports the exports too that are there already.'),
    }),
    output: folder,
    errors: ['not-found', 'already-there', 'storage-full'],
  },
  'watching.remove': {
    http: 'DELETE /api/v1/watched-folders',
    summary: 'Watches a folder no longer; what was imported from it stays.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({ path }),
    output: nothing,
    errors: ['not-found', 'storage-full'],
  },
})
