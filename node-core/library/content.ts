/** Reading what contributions say: a chunk's value back into fields, blobs and messages. */
import type { z } from 'zod'
import type { JsonObject, Source } from '../contract/content.ts'
import { VivimError } from '../contract/errors.ts'
import { contributionSchema } from '../contract/events.ts'
import { entryOfStored, type StoredMessage } from './encode.ts'
import type { Contribution, Fields, Stamp } from './rules.ts'

export interface ContributionValue {
  conversation: Uint8Array
  incarnation: number
  import: Uint8Array
  source: Source
  key: string
  updated: number
  fields: Partial<Fields>
  extra: JsonObject | undefined
  blobs: Record<string, string>
  messages: StoredMessage[]
  orders: number[]
}

/** Parses a part's value, unless it was `known` before what the schema makes of it. Error: `event-schema`. */
export function contributionOf(value: unknown, known?: unknown): ContributionValue {
  if (isStored(known)) return contributionIn(known)
  const parsed = contributionSchema.safeParse(value)
  if (!parsed.success) throw new VivimError('event-schema', 'library.conversations-imported', { cause: parsed.error })
  return contributionIn(parsed.data)
}

/** As {@link contributionOf}, of a part that was parsed when it was stored and has just been authenticated: a look is enough. */
export function storedContributionOf(value: unknown): ContributionValue {
  if (!isStored(value)) throw new VivimError('event-schema', 'library.conversations-imported')
  return contributionIn(value)
}

type StoredValue = z.output<typeof contributionSchema>
const isStored = (value: unknown): value is StoredValue =>
  Array.isArray(value) && value.length === 2 && Array.isArray(value[1]?.messages) && Array.isArray(value[1]?.orders)

function contributionIn([meta, body]: StoredValue): ContributionValue {
  // the signature covers the part, and this node's own formats (or the schema at the sync door) made its content
  return {
    ...meta,
    fields: (body.fields ?? {}) as Partial<Fields>,
    extra: body.extra as JsonObject | undefined,
    blobs: body.blobs ?? {},
    messages: body.messages as unknown as StoredMessage[],
    orders: body.orders,
  }
}

/** A contribution as the rules take it. */
export const contributionFrom = (said: ContributionValue, n: number, stamp: Stamp): Contribution => ({
  n,
  stamp,
  fields: said.fields,
  blobs: said.blobs,
  entries: said.messages.map((message, index) => ({
    ...entryOfStored(message, said.orders[index] ?? index, said.updated),
    index,
  })),
})
