/**
 * Conversations, their messages and units. A conversation is a tree of messages; a path through it is what is
 * read. `leaf` chooses the path: through that message and on to its newest leaf; absent, the active path.
 */
import { z } from 'zod'
import { defineMethods } from '../method.ts'
import {
  blobId,
  bytes,
  conversationFilters,
  conversationId,
  count,
  cursor,
  importId,
  label,
  limitOf,
  messageId,
  nothing,
  pageOf,
  role,
  source,
  time,
  title,
  unitId,
} from './fields.ts'

export const conversationSummary = z
  .object({
    id: conversationId,
    source,
    title: z.string().nullable(),
    created: time.nullable(),
    updated: time.nullable(),
    models: z.array(z.string()),
    project: z.string().nullable(),
    tags: z.array(z.string()),
    messages: count.describe('Messages of all branches.'),
    branches: count.describe('Messages off the active path.'),
    starred: z.boolean(),
    archived: z.boolean(),
    inferred: z.boolean().describe('True where the provider keeps no conversations and the thread was put together here.'),
  })
  .meta({ id: 'ConversationSummary' })

const conversation = conversationSummary
  .extend({
    key: z.string().describe('The provider’s own id.'),
    kind: z.string().nullable().describe('What it is where it is not a conversation: project, memory …'),
    incarnation: count.describe('How often it was deleted and imported again: what a device’s events say of it names this.'),
    extra: z.record(z.string(), z.unknown()).optional().describe('What the provider says of it beside, as it came.'),
    imports: z.array(importId).describe('The imports that brought it or changed it.'),
    leaves: z
      .array(z.object({ message: messageId, time: time.nullable(), messages: count }))
      .max(200)
      .describe('The ends of its branches, the active path’s first; at most 200.'),
    leavesTotal: count,
    edited: z
      .object({ title: z.boolean(), archived: z.boolean(), starred: z.boolean() })
      .describe('Which fields a person has set over the imported ones.'),
  })
  .meta({ id: 'Conversation' })

const node = z
  .object({
    id: messageId,
    parent: messageId.nullable(),
    role,
    time: time.nullable(),
    hidden: z.boolean().optional(),
    folded: z.boolean().optional(),
    units: count,
  })
  .meta({ id: 'TreeNode' })

const message = z
  .object({
    id: messageId,
    key: z.string().describe('The provider’s own id; made up by the format where it has none.'),
    conversation: conversationId,
    parent: messageId.nullable(),
    role,
    author: z.string().optional().describe('A tool’s or agent’s name.'),
    time: time.nullable(),
    updated: time.optional(),
    model: z.string().optional(),
    hidden: z.boolean().optional().describe('The provider’s own mark “not shown”.'),
    folded: z.boolean().optional().describe('Kept, but not part of the talk as read.'),
    parts: z.array(z.looseObject({ type: z.string() })).describe('The pieces of the message as the contract’s content has them.'),
    extra: z.record(z.string(), z.unknown()).optional().describe('What the provider says beside, as it came.'),
  })
  .meta({ id: 'Message' })

export const unitKinds = [
  'prose',
  'heading',
  'list',
  'quote',
  'code',
  'table',
  'math',
  'image',
  'html',
  'reasoning',
  'tool-call',
  'tool-result',
  'artifact',
  'attachment',
  'unknown',
] as const

export const unit = z
  .object({
    id: unitId,
    message: messageId,
    role,
    kind: z.enum(unitKinds),
    text: z
      .string()
      .describe(
        'Exactly the unit’s slice of the message; the units’ texts rebuild it. A person’s own version of it is a note with `edits`: “notes.list” has those of a conversation.',
      ),
    code: z.string().optional().describe('Of a code block: what stands between its fences.'),
    language: z.string().optional(),
    part: count.describe('The number of the message’s part that it is of.'),
    name: z.string().optional().describe('Of tools, artifacts and attachments.'),
    title: z.string().optional(),
    url: z.string().optional(),
    data: z.unknown().optional().describe('What a tool was given or gave, and parts of unknown type, as they came.'),
    error: z.boolean().optional().describe('Of a tool’s result.'),
    file: z
      .object({
        kind: z.enum(['image', 'audio', 'video', 'file']),
        mime: z.string(),
        size: bytes.optional(),
        width: count.optional(),
        height: count.optional(),
        blob: blobId.optional().describe('Absent when the export did not hold the bytes.'),
      })
      .optional(),
    citations: z
      .array(
        z.object({
          number: count.describe('From 1, counted through the part; equal sources have equal numbers.'),
          start: count.optional().describe('The passage in the unit’s text, in UTF-16 code units; absent: the text as a whole.'),
          end: count.optional(),
          title: z.string().optional(),
          url: z.string().optional().describe('http or https.'),
          quote: z.string().optional(),
        }),
      )
      .optional()
      .describe('What the text refers to. Those of the text as a whole stand at its last unit.'),
    // The message's own fields stand at its first unit only.
    first: z.boolean().optional().describe('True at the first unit of a message.'),
    time: time.optional(),
    model: z.string().optional(),
    author: z.string().optional(),
    hidden: z.boolean().optional(),
    folded: z.boolean().optional(),
    siblings: z
      .object({
        index: count.describe('From 0, in the order of time.'),
        count,
        previous: messageId.optional(),
        next: messageId.optional(),
      })
      .optional()
      .describe('At the first unit, where the message has siblings: the branches that can be switched to.'),
  })
  .meta({ id: 'Unit' })

/** Reading one path, forwards by `next` and backwards by `previous`; of several beginnings `cursor` counts first, then `at`. */
const pathInput = z.strictObject({
  conversation: conversationId,
  leaf: messageId.optional().describe('Any message of the path to read; absent: the active path.'),
  cursor: cursor.optional(),
  limit: limitOf(50),
})
const pathPage = <T extends z.ZodType>(item: T) =>
  pageOf(item).extend({
    previous: cursor.nullable(),
    leaf: messageId.nullable().describe('The end of the path that was read; null in an empty conversation.'),
  })

const outlineEntry = z
  .object({
    unit: unitId.describe('Where to go: a question’s first unit, or the heading itself.'),
    message: messageId,
    index: count.describe('The unit’s place in the path, from 0: what `conversations.units` takes as `at`.'),
    kind: z.enum(['question', 'heading']),
    level: z.int().min(0).max(6).describe('Of a heading 1 to 6, of a question 0.'),
    text: z.string().max(120).describe('On one line, without marks; cut with “…”.'),
  })
  .meta({ id: 'OutlineEntry' })

export const conversations = defineMethods({
  'conversations.list': {
    http: 'GET /api/v1/conversations',
    summary: 'Conversations, newest first, by filters.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({
      ...conversationFilters,
      archived: z.boolean().optional(),
      starred: z.boolean().optional(),
      inferred: z.boolean().optional(),
      import: importId.optional(),
      order: z.enum(['updated', 'created']).default('updated'),
      cursor: cursor.optional(),
      limit: limitOf(50),
    }),
    output: pageOf(conversationSummary),
    errors: [],
  },
  'conversations.get': {
    http: 'GET /api/v1/conversations/{conversation}',
    summary: 'One conversation without its messages.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ conversation: conversationId }),
    output: conversation,
    errors: ['not-found'],
  },
  'conversations.tree': {
    http: 'GET /api/v1/conversations/{conversation}/tree',
    summary: 'Every message of every branch, without its text, parents first.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({
      conversation: conversationId,
      cursor: cursor.optional(),
      limit: z.int().min(1).max(5000).default(5000).describe('Entries of one page, at most.'),
    }),
    output: pageOf(node).extend({ current: messageId.nullable().describe('The end of the active path.') }),
    errors: ['not-found'],
  },
  'conversations.messages': {
    http: 'GET /api/v1/conversations/{conversation}/messages',
    summary: 'The messages of one path, whole.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: pathInput.extend({ start: messageId.optional().describe('The first page begins at this message.') }),
    output: pathPage(message),
    errors: ['not-found'],
  },
  'conversations.units': {
    http: 'GET /api/v1/conversations/{conversation}/units',
    summary: 'The units of one path: what a reader shows.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: pathInput.extend({
      start: z.union([unitId, messageId]).optional().describe('The first page begins at this unit or message.'),
      at: count.optional().describe('The first page begins at the unit of this index in the path; from 0.'),
    }),
    output: pathPage(unit).extend({
      total: count.describe('Units of the whole path.'),
      offset: count.describe('The index in the path of the page’s first unit.'),
    }),
    errors: ['not-found'],
  },
  'conversations.outline': {
    http: 'GET /api/v1/conversations/{conversation}/outline',
    summary: 'What a path can be skimmed by: the person’s questions and the headings of the answers, without what is hidden.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({
      conversation: conversationId,
      leaf: messageId.optional().describe('Any message of the path; absent: the active path.'),
      cursor: cursor.optional(),
      limit: z.int().min(1).max(2000).default(2000).describe('Entries of one page, at most.'),
    }),
    output: pageOf(outlineEntry),
    errors: ['not-found'],
  },
  'conversations.edit': {
    http: 'PATCH /api/v1/conversations/{conversation}',
    summary: 'Sets a person’s own title or state over the imported one; null goes back to what was imported.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({
      conversation: conversationId,
      title: title.nullable().optional(),
      archived: z.boolean().nullable().optional(),
      starred: z.boolean().nullable().optional(),
    }),
    output: conversation,
    errors: ['not-found', 'storage-full'],
  },
  'conversations.delete': {
    http: 'DELETE /api/v1/conversations/{conversation}',
    summary: 'Deletes a conversation for good: its texts are erased, not only hidden.',
    kind: 'json',
    callers: 'session',
    capability: 'write',
    input: z.strictObject({ conversation: conversationId }),
    output: nothing,
    errors: ['not-found', 'storage-full'],
  },
  'messages.get': {
    http: 'GET /api/v1/messages/{message}',
    summary: 'One message, whole.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ message: messageId }),
    output: message,
    errors: ['not-found'],
  },
  'units.get': {
    http: 'GET /api/v1/units/{unit}',
    summary: 'One unit.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({ unit: unitId }),
    output: unit,
    errors: ['not-found'],
  },
  'facets.get': {
    http: 'GET /api/v1/facets',
    summary: 'What conversations can be filtered by, with counts, the most frequent first.',
    kind: 'json',
    callers: 'session',
    capability: 'read',
    input: z.strictObject({}),
    output: z.object({
      sources: z.array(z.object({ value: source, count })),
      models: z.array(z.object({ value: label, count })),
      projects: z.array(z.object({ value: label, count })),
      tags: z.array(z.object({ value: label, count })),
    }),
    errors: [],
  },
})
