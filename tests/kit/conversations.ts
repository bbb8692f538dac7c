/** Any conversation, for property tests: branches, every kind of part, files, odd strings. */
import fc from 'fast-check'
import { type Conversation, type Message, type Part, roles, sources } from '../../node-core/contract/content.ts'

const words = fc.string({ unit: 'grapheme', maxLength: 24 })
const millis = fc.integer({ min: 0, max: 4e12 })
const count = fc.nat({ max: 1e9 })
/** As a JSON parser gives it; a key that objects treat apart is not among its keys. */
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')))
const extra = fc.dictionary(
  fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__' && key !== 'kind'),
  json,
  { maxKeys: 3, noNullPrototype: true },
)
const blob = fc.constantFrom('to be stored')

const part: fc.Arbitrary<Part> = fc.oneof(
  record({ type: fc.constant('text' as const), text: words }, { citations: fc.array(json, { maxLength: 2 }) }),
  // more than a chunk holds
  record(
    { type: fc.constant('text' as const), text: fc.constantFrom(...['a b ', '{"', '一'].map((one) => one.repeat(90_000))) },
    {},
  ),
  record({ type: fc.constant('reasoning' as const), text: words }, { summary: words }),
  record({ type: fc.constant('code' as const), text: words, language: words }, {}),
  record({ type: fc.constant('tool-call' as const), name: words, input: json }, { id: words }),
  record({ type: fc.constant('tool-result' as const), text: words }, { name: words, id: words, error: fc.boolean(), raw: json }),
  record(
    { type: fc.constant('artifact' as const), id: words, kind: words, text: words },
    { title: words, language: words, raw: json },
  ),
  record({ type: fc.constant('quote' as const), text: words }, { title: words, url: fc.webUrl() }),
  record({ type: fc.constant('unknown' as const), kind: words, raw: json }, {}),
  record(
    {
      type: fc.constant('attachment' as const),
      kind: fc.constantFrom('image' as const, 'audio' as const, 'video' as const, 'file' as const),
      name: fc.oneof(words, fc.constantFrom('a.png', 'b.JSON', '.zip', 'x.y.z')),
      mime: fc.constantFrom('image/png', 'application/json', 'text/plain', 'odd'),
      pointer: fc.uuid(),
    },
    { size: count, width: count, height: count, text: words, blob },
  ),
)

const message = record(
  { id: words, role: fc.constantFrom(...roles), parts: fc.array(part, { maxLength: 3 }) },
  {
    author: words,
    time: millis,
    updated: millis,
    model: words,
    hidden: fc.boolean(),
    folded: fc.boolean(),
    extra,
  },
)

/** Attachments with a `blob` name one that is yet to be stored; pointers are unique. */
export const anyConversation: fc.Arbitrary<Conversation> = fc
  .tuple(
    record(
      { source: fc.constantFrom(...sources), key: words },
      {
        title: fc.string({ unit: 'binary', maxLength: 200 }),
        created: millis,
        updated: millis,
        asOf: fc.integer({ min: 1, max: 1e9 }),
        model: words,
        project: record({ id: words }, { name: words }),
        archived: fc.boolean(),
        starred: fc.boolean(),
        tags: fc.array(words, { maxLength: 3 }),
        inferred: fc.boolean(),
        extra,
      },
    ),
    fc.uniqueArray(fc.tuple(message, fc.nat()), { selector: ([{ id }]) => id, maxLength: 40 }),
    fc.option(fc.nat()),
  )
  .map(([conversation, nodes, end]) => {
    const messages: Message[] = []
    for (const [one, parent] of nodes) {
      const above = messages[parent % (messages.length + 1)]
      messages.push({ ...one, parent: above?.id ?? null })
    }
    const current = end === null ? undefined : messages[end % Math.max(1, messages.length)]?.id
    const { asOf, ...fields } = conversation
    // an export speaks as of a moment after the last change
    const since = asOf !== undefined && fields.updated !== undefined ? { asOf: fields.updated + asOf } : {}
    return { ...fields, ...since, messages, ...(current !== undefined && { current }) }
  })

/** Objects of the fields given, with or without each of the others. */
function record<Required extends object, Optional extends object>(
  required: { [K in keyof Required]: fc.Arbitrary<Required[K]> },
  optional: { [K in keyof Optional]: fc.Arbitrary<Optional[K]> },
): fc.Arbitrary<Required & Partial<Optional>> {
  return fc
    .tuple(fc.record(required, { noNullPrototype: true }), fc.record(optional, { requiredKeys: [], noNullPrototype: true }))
    .map(([must, may]) => ({ ...must, ...may }) as Required & Partial<Optional>)
}
