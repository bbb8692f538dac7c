/** Sealed copies of the whole store: by hand, and by the node itself. */
import { z } from 'zod'
import { catalogue, type ErrorCode } from '../errors.ts'
import { defineMethods } from '../method.ts'
import { bytes, time } from './fields.ts'

/** Hours between two backups, and whole ones that stay. */
export const backupEvery = z.int().min(1).max(720)
export const backupKeep = z.int().min(1).max(100)

const kind = z.enum(['whole', 'increment']).describe('increment: what is new since the one before it in its folder.')
const path = z.string().min(1).max(4096)
const code = z.enum(Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]])
const plan = {
  folder: path.nullable().describe('An absolute path on the node’s machine, outside its data; null: it makes none by itself.'),
  every: backupEvery.describe('Hours between two.'),
  keep: backupKeep.describe('Whole backups that stay, each with the increments on it.'),
}
const standing = z
  .object({
    ...plan,
    last: z.object({ path, kind, bytes, created: time }).nullable().describe('The newest that the node made by itself.'),
    next: time.nullable().describe('When the next is due.'),
    trouble: z.object({ code, at: time }).nullable().describe('Why the last try made none.'),
  })
  .meta({ id: 'BackupSchedule' })

export const backups = defineMethods({
  'backups.get': {
    http: 'GET /api/v1/backup',
    summary:
      'A sealed copy of the whole store, as of one moment; it opens with the account’s 24 words alone. Not on a node that ' +
      'holds several accounts: there its owner makes it.',
    kind: 'download',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({}),
    output: z.unknown(),
    errors: ['storage-busy', 'storage-full', 'storage-corrupt'],
  },
  'backups.create': {
    http: 'POST /api/v1/backups',
    summary:
      'Writes a sealed copy of the whole store, as of one moment, to a new file of this machine; into a folder what is new ' +
      'since the one before it there.',
    kind: 'json',
    callers: 'local',
    scope: 'node',
    input: z.strictObject({ path: path.describe('An absolute path: where nothing is yet, or a folder.') }),
    output: z.object({ path: z.string(), kind, bytes, created: time, seconds: z.number().min(0) }),
    errors: ['already-there', 'storage-full', 'storage-corrupt'],
  },
  'backups.schedule': {
    http: 'GET /api/v1/backups/schedule',
    summary: 'The backups that the node makes by itself. Not on a node that holds several accounts: there its owner sees to it.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject({}),
    output: standing,
    errors: [],
  },
  'backups.set-schedule': {
    http: 'POST /api/v1/backups/schedule',
    summary: 'Where to, how often, and how many of its own backups the node keeps.',
    kind: 'json',
    callers: 'session',
    capability: 'admin',
    input: z.strictObject(plan),
    output: standing,
    errors: ['storage-full'],
  },
})
