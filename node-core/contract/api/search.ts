/** Finding: words, "phrases", begun words*, -without, with small typos forgiven. */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import {
  conversationFilters,
  conversationId,
  count,
  cursor,
  importId,
  limitOf,
  messageId,
  noteId,
  pageOf,
  role,
  source,
  time,
  unitId,
} from './fields.ts'

const kinds = ['message', 'title', 'note'] as const
const hit = z
  .object({
    conversation: z
      .object({ id: conversationId, title: z.string().nullable(), source })
      .nullable()
      .describe('Null for a note that stands on its own.'),
    kind: z.enum(kinds),
    message: messageId.optional(),
    unit: unitId.optional().describe('Where to open the reader.'),
    note: noteId.optional(),
    role: role.nullable(),
    time: time.nullable(),
    snippet: z.object({
      text: z.string(),
      marks: z.array(z.tuple([count, count])).describe('[from, to) of each found word, in UTF-16 code units of `text`.'),
    }),
    score: z.number(),
  })
  .meta({ id: 'SearchHit' })

export const search = defineMethods({
  'search.find': {
    http: 'GET /api/v1/search',
    summary: 'Finds messages, titles and notes; the best or the newest first.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({
      q: z.string().trim().min(1).max(1000).describe('Words (all must occur), "phrases", begun words*, -without.'),
      prefix: z.boolean().default(true).describe('The last word may be unfinished: as one types.'),
      ...conversationFilters,
      kind: z.array(z.enum(kinds)).max(3).optional().describe('Only these; absent: all, or with `role` messages alone.'),
      role: z.array(role).max(4).optional().describe('Of messages.'),
      archived: z.boolean().optional(),
      starred: z.boolean().optional(),
      inferred: z.boolean().optional(),
      import: importId.optional().describe('Only in conversations that this import brought or changed.'),
      conversation: conversationId.optional(),
      order: z.enum(['rank', 'newest']).default('rank'),
      cursor: cursor.optional(),
      limit: limitOf(20),
    }),
    output: pageOf(hit).extend({ total: count.describe('How many there are; an estimate when large.') }),
    errors: [],
  },
})
