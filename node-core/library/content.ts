/** Reading what contributions say: a chunk's value back into fields, blobs and messages. */
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

/** Parses a part's value. Error: `event-schema`. */
export function contributionOf(value: unknown): ContributionValue {
  const parsed = contributionSchema.safeParse(value)
  if (!parsed.success) throw new VivimError('event-schema', 'library.conversations-imported', { cause: parsed.error })
  const [meta, body] = parsed.data
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
