/** What a person writes or pastes into the library themself. */
import { z } from 'zod'
import { longestTag } from '../content.ts'
import { entityPattern } from '../ids.ts'
import { defineMethods } from '../method.ts'
import { conversationSummary } from './conversations.ts'
import { title } from './fields.ts'

/** The longest snippet, in UTF-16 code units: it fits into one chunk of an event, in whatever script. */
export const longestSnippet = 60_000
/** What one snippet may be tagged with at once. */
export const mostSnippetTags = 20

export const snippets = defineMethods({
  'library.capture': {
    http: 'POST /api/v1/snippets',
    summary: 'Keeps a text of the person’s own in the library, as a conversation of one message by them.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({
      text: z
        .string()
        .max(longestSnippet)
        .refine((text) => text.trim() !== '', 'not empty'),
      title: title.optional(),
      tags: z.array(z.string().trim().min(1).max(longestTag)).max(mostSnippetTags).default([]),
      key: z
        .string()
        .regex(entityPattern)
        .optional()
        .describe('16 random bytes as 26 characters, of the caller’s choice: the same again makes no second one.'),
    }),
    output: conversationSummary,
    errors: ['storage-full', 'conflict'],
  },
})
