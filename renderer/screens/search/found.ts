/** Hits brought together by conversation, in the order in which each conversation was found first. Pure. */
import type { Hit } from '../../queries/search.ts'

type Marks = Hit['snippet']['marks']
export interface Found {
  readonly key: string
  /** Null: a note that stands on its own. */
  readonly conversation: Hit['conversation']
  /** Where the words stand in `title`, where the title was found. */
  readonly title: { readonly text: string; readonly marks: Marks } | undefined
  /** Messages and notes, the best first; empty where the title alone was found. */
  readonly hits: readonly Hit[]
  /** When what was found first was written. */
  readonly time: number | null
}

export function foundOf(hits: readonly Hit[]): Found[] {
  const found = new Map<string, Found & { hits: Hit[] }>()
  for (const hit of hits) {
    const { conversation, kind, snippet, time } = hit
    const key = conversation?.id ?? `note ${hit.note}`
    let one = found.get(key)
    if (!one) {
      one = { key, conversation, title: undefined, hits: [], time }
      found.set(key, one)
    }
    if (kind === 'title') found.set(key, { ...one, title: snippet })
    else if (!one.hits.some((other) => keyOf(other) === keyOf(hit))) one.hits.push(hit)
  }
  return [...found.values()]
}

/** Tells hits apart that are no titles. */
export const keyOf = ({ message, note, unit }: Hit): string => unit ?? message ?? note ?? ''

/** Where a hit opens; undefined for a note on its own, which has no place but the list. */
export function addressOf(conversation: Hit['conversation'], hit: Hit | undefined): string | undefined {
  if (!conversation) return undefined
  return hit?.unit ? `/c/${conversation.id}?unit=${encodeURIComponent(hit.unit)}` : `/c/${conversation.id}`
}

/** A line of the list: what was found in a conversation, or one more hit of it. */
export interface Line {
  readonly key: string
  readonly found: Found
  readonly hit: Hit | undefined
  /** The first of its conversation; says how many more there are. */
  readonly first: boolean
}

/** The lines of what was found; of conversations that are not `expanded` the first hit alone. */
export function linesOf(found: readonly Found[], expanded: readonly string[]): Line[] {
  return found.flatMap((one) => {
    const [first, ...rest] = one.hits
    const head: Line = { key: one.key, found: one, hit: first, first: true }
    if (!expanded.includes(one.key)) return [head]
    return [head, ...rest.map((hit): Line => ({ key: `${one.key} ${keyOf(hit)}`, found: one, hit, first: false }))]
  })
}
