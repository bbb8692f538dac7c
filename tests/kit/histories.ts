/** Random histories of a library, and what must come of them: the model that the real one is held against. */
import fc from 'fast-check'
import type { Conversation, Part } from '../../node-core/contract/content.ts'

/** One export's word on one conversation. */
export interface Version {
  key: number
  updated: number
  title: string | null
  archived: boolean | null
  tag: string | null
  project: string | null
  extra: number | null
  messages: number[]
  /** Whether the export holds the picture that message 1 shows. */
  picture: boolean
}
export type Step =
  | { do: 'import'; versions: Version[] }
  | { do: 'edit'; key: number; title?: string | null; archived?: boolean | null; starred?: boolean | null }
  | { do: 'tag'; key: number; message: number | null; tag: string; on: boolean }
  | { do: 'note'; key: number; text: string }
  | { do: 'write-note'; which: number; text: string }
  | { do: 'delete-note'; which: number }
  | { do: 'delete'; key: number }
  | { do: 'undo'; which: number }
  | { do: 'erase' }
  | { do: 'wait'; ms: number }

const words = ['apple', 'quince', 'medlar']
const key = fc.nat(2)
const version: fc.Arbitrary<Version> = fc.record({
  key,
  updated: fc.nat(4),
  title: fc.option(fc.constantFrom(...words)),
  archived: fc.option(fc.boolean()),
  tag: fc.option(fc.constantFrom('red', 'green')),
  project: fc.option(fc.constantFrom('p', 'q')),
  extra: fc.option(fc.nat(2)),
  messages: fc.uniqueArray(fc.nat(5), { maxLength: 6 }).map((ids) => ids.sort()),
  picture: fc.boolean(),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('import' as const), versions: fc.array(version, { minLength: 1, maxLength: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        do: fc.constant('edit' as const),
        key,
        title: fc.option(fc.constantFrom('mine', 'yours')),
        archived: fc.option(fc.boolean()),
        starred: fc.option(fc.boolean()),
      },
      { requiredKeys: ['do', 'key'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('tag' as const),
      key,
      message: fc.option(fc.nat(5)),
      tag: fc.constantFrom('red', 'blue', 'Red'),
      on: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('note' as const), key, text: fc.constantFrom('walnut', 'hazel') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('write-note' as const),
      which: fc.nat(3),
      text: fc.constantFrom('chestnut', 'almond'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete-note' as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('undo' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'erase' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: -5, max: 5 }) }) },
)
export const histories = fc.array(step, { minLength: 2, maxLength: 16 })

/** All words that a history may hold. */
export const vocabulary = [
  ...words,
  'mine',
  'yours',
  'walnut',
  'hazel',
  'chestnut',
  'almond',
  ...Array.from({ length: 6 }, (_, n) => `message${n}`),
  ...Array.from({ length: 3 }, (_, n) => `state${n}`),
]

/** What message `n` says as of a time: a later export may say more of it, none goes back. */
export const textOf = (n: number, updated: number): string => `message${n} state${Math.floor(updated / 2)}`

const base = Date.UTC(2026, 0, 1)
/** `updated` 0: the provider does not say. */
export const timeOf = (updated: number): number | undefined => (updated === 0 ? undefined : base + updated * 1000)

/** Where the provider does not say, the newest message does. */
const orderOf = ({ updated, messages }: Version): number =>
  timeOf(updated) ?? (messages.length > 0 ? base + Math.max(...messages) : 0)

/** The conversation that an export of that version holds. */
export function conversationOf(version: Version, picture: string): Conversation {
  const { updated, title, archived, tag, project, extra, messages } = version
  const time = timeOf(updated)
  return {
    source: 'chatgpt',
    key: `c${version.key}`,
    ...(title !== null ? { title } : {}),
    ...(time !== undefined ? { updated: time } : {}),
    ...(archived !== null ? { archived } : {}),
    ...(tag !== null ? { tags: [tag] } : {}),
    ...(project !== null ? { project: { id: project } } : {}),
    ...(extra !== null ? { extra: { kept: extra } } : {}),
    messages: messages.map((n) => ({
      id: `m${n}`,
      parent: n === 0 ? null : `m${Math.floor((n - 1) / 2)}`,
      role: n % 2 === 0 ? 'user' : 'assistant',
      time: base + n,
      ...(n % 2 === 1 ? { model: `model-${n}` } : {}),
      parts: [
        { type: 'text', text: textOf(n, updated) } satisfies Part,
        ...(n === 1
          ? [
              {
                type: 'attachment',
                kind: 'image',
                name: 'x.png',
                mime: 'image/png',
                pointer: 'file-1',
                ...(version.picture ? { blob: picture } : {}),
              } satisfies Part,
            ]
          : []),
      ],
    })),
  }
}

/** What is left of a conversation: later exports over earlier ones, field by field and message by message. */
export interface Expected {
  title: string | null
  archived: boolean
  tag: string | null
  project: string | null
  extra: number | null
  texts: string[]
  picture: boolean
}
/** `said`: versions of living imports, in the order in which they were imported. */
export function expectedOf(said: readonly Version[]): Expected {
  const order = said
    .map((version, at) => ({ version, at }))
    .sort((a, b) => orderOf(a.version) - orderOf(b.version) || a.at - b.at)
  const last = <F extends 'title' | 'archived' | 'tag' | 'project' | 'extra'>(field: F): Version[F] | null =>
    order.findLast(({ version }) => version[field] !== null)?.version[field] ?? null
  const texts = new Map<number, string>()
  for (const { version } of order) for (const n of version.messages) texts.set(n, textOf(n, version.updated))
  return {
    title: last('title'),
    archived: last('archived') ?? false,
    tag: last('tag'),
    project: last('project'),
    extra: last('extra'),
    texts: [...texts.values()].sort(),
    picture: said.some((version) => version.picture && version.messages.includes(1)),
  }
}
