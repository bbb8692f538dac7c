/** Brings here what is to be held: the starred, what was read here, and the newest, as far as there is room. */
import { conversations } from '../../node-core/contract/api/conversations.ts'
import { liveNotes } from '../../node-core/contract/api/live-notes.ts'
import { notes } from '../../node-core/contract/api/notes.ts'
import { isVivimError } from '../../node-core/contract/errors.ts'
import type { ConversationId, Cursor } from '../../node-core/contract/ids.ts'
import { fromBase64url, toBase64url } from '../base64url.ts'
import type { Call, Client } from '../client.ts'
import type { Summary } from '../queries/listing.ts'
import type { Held, Note, Path, Tag, Unit, Whole } from './held.ts'
import { merged } from './note-document.ts'

/** Conversations that are brought without having been read here: the newest. */
const newest = 60
const pinnedAtMost = 200
/** A conversation beyond so many units is read with the node alone. */
const mostUnits = 20_000

export interface KeepParts {
  readonly call: Call
  readonly listen: Client['listen']
  readonly held: Held
  /** Bytes that may be held. */
  readonly budget: number
  /** Conversations that a change waits for: never let go. */
  readonly kept: ReadonlySet<string>
  /** What was read here since the last time, and when: milliseconds since 1970. */
  readonly read: ReadonlyMap<ConversationId, number>
  readonly signal: AbortSignal
}

/** Brings what is missing or outdated. Answers whether anything changed. Errors: the node's. */
export async function keepUp({ call, listen, held, budget, kept, read, signal }: KeepParts): Promise<boolean> {
  const list = (input: { starred?: true; limit: number }) => call(conversations['conversations.list'], input, signal)
  const [starred, recent] = [await list({ starred: true, limit: pinnedAtMost }), await list({ limit: newest })]
  const rows = new Map((await held.rows()).map((row) => [row.id, row]))
  const wanted = new Map<ConversationId, Summary | undefined>()
  for (const summary of [...starred.items, ...recent.items]) wanted.set(summary.id, summary)
  for (const id of [...read.keys(), ...rows.keys()]) if (!wanted.has(id)) wanted.set(id, undefined)
  let changed = false
  let size = [...rows.values()].reduce((sum, row) => sum + row.size, 0)
  for (const [id, summary] of wanted) {
    signal.throwIfAborted()
    const row = rows.get(id)
    if (row?.stale === 0 && !(summary && (await differs(held, summary)))) continue
    // The newest come only while there is room; for what the person chose others go.
    if (!row && size >= budget && !summary?.starred && !read.has(id)) continue
    const whole = await fetchWhole({ call, listen, held, signal }, id)
    if (whole) {
      try {
        await held.put(whole, Math.max(whole.head.updated ?? 0, read.get(id) ?? 0))
      } catch (error) {
        if (!isFull(error)) throw error
        // The browser gives less than it said: some room is made, also for what the person may write.
        return (await held.makeRoom(size * spare, kept)).length > 0 || changed
      }
      size += row ? 0 : ((await held.rows()).find((one) => one.id === id)?.size ?? 0)
    } else if (row) await held.drop([id])
    changed = true
  }
  return (await held.makeRoom(budget, kept)).length > 0 || changed
}

/** What stays of what is held where the browser is full. */
const spare = 0.75
const isFull = (error: unknown): boolean => error instanceof Error && /QuotaExceeded/.test(`${error.name} ${error.message}`)

async function differs(held: Held, summary: Summary): Promise<boolean> {
  const head = await held.part(summary.id, 'head')
  if (!head) return true
  const shown = Object.fromEntries(Object.keys(summary).map((name) => [name, Reflect.get(head, name)]))
  return JSON.stringify(shown) !== JSON.stringify(summary)
}

type FetchParts = Pick<KeepParts, 'call' | 'listen' | 'held' | 'signal'>

/** A conversation with everything on its active path; undefined where it is gone or too long. */
async function fetchWhole(parts: FetchParts, id: ConversationId): Promise<Whole | undefined> {
  const { call, signal } = parts
  try {
    const head = await call(conversations['conversations.get'], { conversation: id }, signal)
    const path = await fetchPath(call, id, signal)
    if (!path) return undefined
    const { items: outline } = await call(conversations['conversations.outline'], { conversation: id }, signal)
    const tags = await fetchTags(call, id, signal)
    const written = await fetchNotes(call, id, signal)
    return { head, path, outline, notes: written, documents: await fetchDocuments(parts, id, written), tags }
  } catch (error) {
    if (isVivimError(error, 'not-found')) return undefined
    throw error
  }
}

/** So many notes of a conversation can be changed without the node: those that were changed last. */
const mostDocuments = 50

async function fetchDocuments(
  { listen, held, signal }: FetchParts,
  id: ConversationId,
  written: readonly Note[],
): Promise<Whole['documents']> {
  const [before, documents] = await Promise.all([held.part(id, 'notes'), held.part(id, 'documents')])
  const known = new Map((before ?? []).map((note) => [note.id, note.revision]))
  const found: Record<string, string> = {}
  for (const note of written.slice(0, mostDocuments)) {
    const kept = known.get(note.id) === note.revision ? documents?.[note.id] : undefined
    found[note.id] = kept ?? (await fetchDocument(listen, note, signal))
  }
  return found
}

/** The note's document, as one who writes in it gets it. */
async function fetchDocument(listen: Client['listen'], { id }: Note, signal: AbortSignal): Promise<string> {
  const enough = new AbortController()
  const updates: Uint8Array[] = []
  try {
    for await (const letter of listen(liveNotes['notes.follow'], { note: id }, AbortSignal.any([signal, enough.signal]))) {
      if (letter.event === 'opened') break
      if (letter.event === 'changed') updates.push(fromBase64url(letter.data.update))
    }
  } finally {
    enough.abort()
  }
  return toBase64url(merged(updates))
}

async function fetchPath(call: Call, conversation: ConversationId, signal: AbortSignal): Promise<Path | undefined> {
  const units: Unit[] = []
  for (;;) {
    const input = { conversation, at: units.length, limit: 200 }
    const page = await call(conversations['conversations.units'], input, signal)
    if (page.total > mostUnits) return undefined
    units.push(...page.items)
    if (page.next === null || page.items.length === 0) return { leaf: page.leaf, units }
  }
}

async function fetchNotes(call: Call, target: ConversationId, signal: AbortSignal): Promise<Note[]> {
  return await all((more) => call(notes['notes.list'], { target, limit: 200, ...more }, signal))
}
async function fetchTags(call: Call, target: ConversationId, signal: AbortSignal): Promise<Tag[]> {
  return await all((more) => call(notes['tags.list'], { target, within: true, limit: 200, ...more }, signal))
}

async function all<T>(ask: (more: { cursor?: Cursor }) => Promise<{ items: T[]; next: Cursor | null }>): Promise<T[]> {
  const items: T[] = []
  for (let cursor: Cursor | null | undefined; cursor !== null; ) {
    const page = await ask(cursor ? { cursor } : {})
    items.push(...page.items)
    cursor = page.next
  }
  return items
}
