/** Everything that a node holds for an account, read over its interface, in a form in which two nodes can be compared. */
import { createHash } from 'node:crypto'
import type { PlainHttp } from './plain-http.ts'

export interface Content {
  /** By source and the provider's id, sorted. */
  readonly conversations: Readonly<Record<string, unknown>>
  readonly messages: number
  /** Ids of files, with the hash of the bytes that the node gives for them. */
  readonly blobs: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  readonly notes: readonly string[]
  readonly facets: unknown
}

interface Facet {
  readonly value: string
  readonly count: number
}
/** Equally frequent values stand in no order. */
const sorted = (values: Facet[]) => values.toSorted((a, b) => (a.value < b.value ? -1 : 1))

/** Reads it. Ids hold the account, so each conversation's own is replaced by its source and the provider's id. */
export async function contentOf(http: PlainHttp): Promise<Content> {
  const conversations: Record<string, unknown> = {}
  const blobs: Record<string, string> = {}
  const names = new Map<string, string>()
  let count = 0
  const rename = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(/[a-z2-7]{26}(?=["-])/g, (id) => names.get(id) ?? id))
  for (const { id } of await http.all('conversations.list')) {
    const { imports: _, ...head } = await http.json('conversations.get', { conversation: id })
    names.set(id, `${head.source}/${head.key}`)
    const nodes = await http.all('conversations.tree', { conversation: id })
    const messages = new Map<string, unknown>()
    for (const { message: leaf } of head.leaves) {
      for (const message of await http.all('conversations.messages', { conversation: id, leaf }))
        messages.set(message.id, message)
    }
    for (const text of [...messages.values()].map((message) => JSON.stringify(message))) {
      for (const [, blob = ''] of text.matchAll(/"blob":"(bafkrei[a-z2-7]+)"/g)) {
        blobs[blob] ??= createHash('sha256')
          .update(await http.bytes('blobs.get', { blob }))
          .digest('hex')
      }
    }
    count += messages.size
    // messages in the tree's order: which leaf was read first does not matter
    conversations[`${head.source}/${head.key}`] = rename({
      head,
      nodes,
      messages: nodes.map((node) => messages.get(node.id) ?? null),
    })
  }
  const flat = (value: unknown) => JSON.stringify(rename(value))
  return {
    conversations: Object.fromEntries(Object.entries(conversations).sort(([a], [b]) => (a < b ? -1 : 1))),
    messages: count,
    blobs,
    tags: (await http.all('tags.list')).map(({ target, tag }) => flat({ target, tag })).sort(),
    notes: (await http.all('notes.list')).map(({ target, text }) => flat({ target, text })).sort(),
    facets: Object.fromEntries(
      Object.entries(await http.json('facets.get')).map(([kind, values]) => [kind, sorted(values as Facet[])]),
    ),
  }
}
