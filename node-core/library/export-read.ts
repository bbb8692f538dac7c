/** Reading a conversation for its export: a few messages at a time, and past what is damaged. */
import type { Conversation, Message } from '../contract/content.ts'
import { isVivimError } from '../contract/errors.ts'
import type { EventTarget } from '../contract/events.ts'
import type { ExportedPersonal } from '../contract/export.ts'
import { toBase32 } from '../contract/ids.ts'
import { loadStamps } from './load.ts'
import { openNote, textIn } from './notes.ts'
import { hexOf } from './paths.ts'
import type { AccountRef, Library, ShownTree } from './read.ts'
import { taggingsIn } from './tag-reads.ts'
import type { TreeEntry } from './tree-block.ts'

/** Messages read at once. */
const STEP = 32

/** Gives a conversation's messages by their entries, as often as they are asked for. */
export interface MessageReader {
  /** In the order of `entries`; what cannot be read is left out. */
  each(entries: readonly TreeEntry[]): AsyncIterable<[entry: TreeEntry, message: Message]>
  /** How many cannot be read, so far. */
  readonly lost: number
}

/** A short conversation is kept while it is written, a long one read anew for each file. */
export function messageReader(library: Library, tree: ShownTree): MessageReader {
  const kept = tree.entries.length <= STEP ? new Map<TreeEntry, Message>() : undefined
  const lost = new Set<string>()

  async function read(entries: readonly TreeEntry[]): Promise<(Message | undefined)[]> {
    const known = entries.map((entry) => kept?.get(entry))
    if (known.every((message) => message !== undefined)) return known
    const messages = await readOrEach(library, tree, entries)
    entries.forEach((entry, n) => {
      const message = messages[n]
      if (!message) lost.add(entry.id)
      else kept?.set(entry, message)
    })
    return messages
  }
  return {
    async *each(entries) {
      for (let at = 0; at < entries.length; at += STEP) {
        const some = entries.slice(at, at + STEP)
        const messages = await read(some)
        for (const [n, entry] of some.entries()) {
          const message = messages[n]
          if (message) yield [entry, message]
        }
      }
    },
    get lost() {
      return lost.size
    },
  }
}

/** All at once where that goes, else one by one, so that a damaged chunk costs its own messages only. */
async function readOrEach(library: Library, tree: ShownTree, entries: readonly TreeEntry[]): Promise<(Message | undefined)[]> {
  const together = await readable(library.messages(tree, entries))
  // fewer come where a chunk was dropped: then it must be seen which
  if (together?.length === entries.length) return together
  const alone: (Message | undefined)[] = []
  for (const entry of entries) alone.push((await readable(library.messages(tree, [entry])))?.[0])
  return alone
}

/** Undefined for what is damaged or gone; any other failure is one. */
export async function readable<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isVivimError(error, 'seal-broken', 'storage-corrupt', 'event-chunks', 'event-schema', 'blob-not-found')) return undefined
    throw error
  }
}

/** A conversation's own fields as they were imported: all of {@link Conversation} but its messages. */
export async function fieldsOf(
  library: Library,
  tree: ShownTree,
  messages: MessageReader,
): Promise<Omit<Conversation, 'messages'>> {
  const { registers } = tree.head
  const { title, created, updated, model, project, archived, starred, tags, current, inferred } = registers
  const stamps = await loadStamps(library.reader, tree.account.id, tree.row.id)
  const asOf = Math.max(...Object.values(registers).map(([, n]) => stamps.get(n)?.updated ?? 0))
  const extra = await readable(library.extra(tree))
  const shownAt = current && tree.entries.find((entry) => entry.id === current[0])
  let currentId: string | undefined
  if (shownAt) for await (const [, message] of messages.each([shownAt])) currentId = message.id
  return {
    source: tree.source,
    key: tree.head.key,
    ...(title && { title: title[0] }),
    ...(created && { created: created[0] }),
    ...(updated && { updated: updated[0] }),
    ...(updated && asOf > updated[0] && { asOf }),
    ...(model && { model: model[0] }),
    ...(project && { project: project[0] }),
    ...(archived && { archived: archived[0] }),
    ...(starred && { starred: starred[0] }),
    ...(tags && { tags: tags[0] }),
    ...(currentId !== undefined && { current: currentId }),
    ...(inferred && { inferred: inferred[0] }),
    // it came out of JSON, and through the log unchanged
    ...(extra && { extra: extra as NonNullable<Conversation['extra']> }),
  }
}

/** What the person said of a conversation; undefined where that is nothing. */
export async function personalOf(
  library: Library,
  tree: ShownTree,
  messages: MessageReader,
): Promise<ExportedPersonal | undefined> {
  const { account, row, head } = tree
  const { title, archived, starred } = head.edits
  const edits = {
    ...(title?.value != null && { title: title.value }),
    ...(archived?.value != null && { archived: archived.value }),
    ...(starred?.value != null && { starred: starred.value }),
  }
  const taggings = await taggingsIn(library, account, row.id)
  const written = await notesOf(library, account, row.id)
  if (Object.keys(edits).length + taggings.length + written.length === 0) return undefined

  const providerIds = await providerIdsOf(
    tree,
    messages,
    [...taggings, ...written].map(({ target }) => target),
  )
  /** Undefined for what hangs on a message that is no more. */
  const place = (target: EventTarget | null): { message?: string; unit?: number } | undefined => {
    if (!target?.message) return {}
    const message = providerIds.get(hexOf(target.message))
    return message === undefined ? undefined : { message, ...(target.unit !== undefined && { unit: target.unit }) }
  }
  const tags = taggings.flatMap(({ target, tag }) => {
    const at = place(target)
    return at ? [{ ...at, tag }] : []
  })
  const notes = written.flatMap(({ target, note }) => {
    const at = place(target)
    return at ? [{ ...at, ...note }] : []
  })
  tags.sort((a, b) => order(`${a.message ?? ''}\0${a.unit ?? -1}\0${a.tag}`, `${b.message ?? ''}\0${b.unit ?? -1}\0${b.tag}`))
  return { conversation: { source: tree.source, key: head.key }, ...(Object.keys(edits).length > 0 && { edits }), tags, notes }
}

/** The notes that hang on nothing. */
export const notesAlone = async (library: Library, account: AccountRef): Promise<ExportedPersonal['notes']> =>
  (await notesOf(library, account, 0)).map(({ note }) => note)

interface NoteRow {
  name: Uint8Array
  created: number
  updated: number
  sealed: Uint8Array
}

/** Notes inside a conversation, or (0) those on their own, the oldest first. */
async function notesOf(
  library: Library,
  account: AccountRef,
  local: number,
): Promise<{ target: EventTarget | null; note: ExportedPersonal['notes'][number] }[]> {
  const rows = await library.reader.all<NoteRow>(
    'SELECT name, created, updated, sealed FROM note WHERE account = ? AND conversation = ? AND deleted = 0',
    [account.id, local],
  )
  const notes = rows.map(({ name, created, updated, sealed }) => {
    const { id, target, update, edits } = openNote(account.id, library.keysOf(account.id), name, sealed)
    return { target, note: { id: toBase32(id), text: textIn(update), created, updated, ...(edits && { edits }) } }
  })
  return notes.sort(({ note: a }, { note: b }) => a.created - b.created || order(a.id, b.id))
}

/** The provider's ids of the messages that something hangs on, by our own. */
async function providerIdsOf(
  tree: ShownTree,
  messages: MessageReader,
  targets: readonly (EventTarget | null)[],
): Promise<Map<string, string>> {
  const wanted = new Set(targets.flatMap((target) => (target?.message ? [hexOf(target.message)] : [])))
  const found = new Map<string, string>()
  const entries = tree.entries.filter(({ id }) => wanted.has(id))
  for await (const [entry, message] of messages.each(entries)) found.set(entry.id, message.id)
  return found
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
