/** A note while several devices of its person have it open: its text is a document that each changes at once. */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import { updateLimits } from '../text-update.ts'
import { count, noteId, nothing } from './fields.ts'

const base64url = /^[A-Za-z0-9_-]*$/
const update = z
  .string()
  .regex(base64url)
  .max(Math.ceil((updateLimits.bytes * 4) / 3))
  .describe('An update of the document, in Yjs’s format (version 1), base64url.')
const peer = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/)
  .describe('One that follows the note, as “opened” names it.')
const place = z.string().regex(base64url).min(1).max(80).describe('A relative position of Yjs, base64url.')
const caret = z.object({ anchor: place, head: place }).nullable()
const seen = z.object({ peer, name: z.string().nullable().describe('What its session is called.'), caret })
const event = <Name extends string, Data extends z.ZodType>(name: Name, data: Data) => z.object({ event: z.literal(name), data })

/**
 * What is sent on the channel “note” of a live connection. The node answers `follow` with what “notes.follow” says, each
 * with the `note` that it is of, and other messages, where they have an `id`, with an empty object.
 */
export const noteMessage = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('follow'), note: noteId }),
  z.strictObject({ do: z.literal('leave'), note: noteId }),
  z.strictObject({ do: z.literal('change'), note: noteId, update: update.optional(), save: z.boolean().optional() }),
  z.strictObject({ do: z.literal('point'), note: noteId, caret }),
])

export const liveNotes = defineMethods({
  'notes.follow': {
    http: 'GET /api/v1/notes/{note}/live',
    summary:
      'The note as a document: “changed” until “opened” brings its whole state, later what others change; and where they are in it.',
    kind: 'events',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ note: noteId }),
    output: z.discriminatedUnion('event', [
      event('changed', z.object({ update })),
      event(
        'opened',
        z.object({
          peer: peer.describe('Names this stream, for “notes.change” and “notes.point”.'),
          vector: z.string().regex(base64url).describe('State vector of what the node holds: send what it lacks.'),
          others: z.array(seen),
        }),
      ),
      event('saved', z.object({ count: count.describe('So many of this stream’s changes are on disk.') })),
      event('unsaved', z.object({ code: z.string().describe('Why they are not, for now; the node tries again.') })),
      event('seen', seen),
      event('left', z.object({ peer })),
      event('deleted', z.object({})),
    ]),
    errors: ['not-found'],
  },
  'notes.change': {
    http: 'POST /api/v1/notes/{note}/changes',
    summary:
      'Changes the document. Others see it at once; it is on disk after a moment’s rest, or with the answer where `save` is set.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ note: noteId, peer, update: update.optional(), save: z.boolean().optional() }),
    output: nothing,
    errors: ['not-found', 'conflict', 'storage-full', 'quota-exceeded'],
  },
  'notes.point': {
    http: 'POST /api/v1/notes/{note}/caret',
    summary: 'Says where one is in the document; null: nowhere.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ note: noteId, peer, caret }),
    output: nothing,
    errors: ['not-found'],
  },
})
