/** A person's own tags and notes, on conversations, messages and units. */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import { cursor, label, limitOf, noteId, nothing, pageOf, targetId, time, unitId } from './fields.ts'

const text = z.string().min(1).max(100_000)
const note = z
  .object({
    id: noteId,
    target: targetId.nullable(),
    text: z.string(),
    revision: z.string().describe('Names this state of the text: say it when updating, so that edits made meanwhile are merged.'),
    created: time,
    updated: time,
    edits: z
      .object({ original: z.string() })
      .optional()
      .describe('The note is a person’s version of its target, a unit: what that said when it was first changed.'),
  })
  .meta({ id: 'Note' })
const tag = z.object({ target: targetId, tag: z.string(), time }).meta({ id: 'Tag' })

export const notes = defineMethods({
  'tags.list': {
    http: 'GET /api/v1/tags',
    summary: 'Tags that a person gave, of one target or with one name.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({
      target: targetId.optional(),
      within: z.boolean().optional().describe('With those on what is inside the target.'),
      tag: label.optional(),
      cursor: cursor.optional(),
      limit: limitOf(100),
    }),
    output: pageOf(tag),
    errors: [],
  },
  'tags.add': {
    http: 'POST /api/v1/tags',
    summary: 'Tags a target; again is fine. Tags are compared without case, and shown as they were written last.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ target: targetId, tag: label }),
    output: tag,
    errors: ['not-found', 'conflict', 'storage-full'],
  },
  'tags.remove': {
    http: 'DELETE /api/v1/tags',
    summary: 'Takes a tag off a target; gone already is fine.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ target: targetId, tag: label }),
    output: nothing,
    errors: ['not-found', 'storage-full'],
  },
  'notes.list': {
    http: 'GET /api/v1/notes',
    summary: 'Notes, the last changed first; of one target (a conversation: with those inside it).',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ target: targetId.optional(), cursor: cursor.optional(), limit: limitOf(50) }),
    output: pageOf(note),
    errors: [],
  },
  'notes.create': {
    http: 'POST /api/v1/notes',
    summary: 'Writes a note, on a target or on its own.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ target: targetId.optional(), text }),
    output: note,
    errors: ['not-found', 'storage-full'],
  },
  'units.edit': {
    http: 'POST /api/v1/units/{unit}/edit',
    summary:
      'A person’s own version of a unit’s text, as a note that stands in its place; deleting that gives the original back. Without `text` it begins as what is shown.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ unit: unitId, text: text.optional() }),
    output: note,
    errors: ['not-found', 'conflict', 'storage-full'],
  },
  'notes.get': {
    http: 'GET /api/v1/notes/{note}',
    summary: 'One note.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ note: noteId }),
    output: note,
    errors: ['not-found'],
  },
  'notes.update': {
    http: 'PATCH /api/v1/notes/{note}',
    summary: 'Changes a note’s text; with the `revision` that was read, changes made meanwhile are merged, else overwritten.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ note: noteId, text, revision: z.string().max(1000).optional() }),
    output: note,
    errors: ['not-found', 'conflict', 'storage-full'],
  },
  'notes.delete': {
    http: 'DELETE /api/v1/notes/{note}',
    summary: 'Deletes a note for good.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ note: noteId }),
    output: nothing,
    errors: ['not-found', 'storage-full'],
  },
})
