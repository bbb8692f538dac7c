/** A conversation as a Markdown page: the path that is shown first, then what lies beside it. */
import type { Attachment, Message } from '../contract/content.ts'
import type { ExportedPersonal } from '../contract/export.ts'
import { byIdOf, childrenOf, pathTo } from '../contract/tree.ts'
import type { MessageReader } from './export-read.ts'
import { closed, details, inline, type LinkOf, partMarkdown } from './markdown-export-parts.ts'
import type { ShownTree } from './read.ts'
import type { TreeEntry } from './tree-block.ts'
import { summaryOf } from './views.ts'

export interface Page {
  tree: ShownTree
  messages: MessageReader
  /** The person's own tags and notes. */
  personal: ExportedPersonal | undefined
  /** The path of an attachment's file from the archive's root. */
  fileOf(attachment: Attachment): string | undefined
}

/** The page, piece by piece; long conversations are read as they are written. */
export async function* markdownOf({ tree, messages, personal, fileOf }: Page): AsyncGenerator<string> {
  const summary = summaryOf(
    tree,
    (personal?.tags ?? []).filter(({ message }) => message === undefined).map(({ tag }) => tag),
  )
  const facts: [string, unknown][] = [
    ['title', summary.title ?? 'Untitled'],
    ['source', summary.source],
    ['id', tree.head.key],
    ['created', summary.created && when(summary.created)],
    ['updated', summary.updated && when(summary.updated)],
    ['models', summary.models],
    ['project', summary.project],
    ['tags', summary.tags],
    ['starred', summary.starred],
    ['archived', summary.archived],
  ]
  // JSON is YAML
  const lines = facts.filter(([, value]) => isSaid(value)).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
  yield `---\n${lines.join('')}---\n\n# ${inline(summary.title ?? 'Untitled')}\n`
  if (summary.inferred) yield '\n*The provider keeps no conversations: this one was put together from single messages.*\n'

  const linkOf: LinkOf = (attachment) => {
    const path = fileOf(attachment)
    return path === undefined ? undefined : `../${path}`
  }
  const written = new Set<string>()
  for await (const [entry, message] of messages.each(pathTo(byIdOf(tree.entries), tree.view.leaf))) {
    written.add(entry.id)
    yield messageMarkdown(entry, message, linkOf)
  }
  yield* otherBranches(tree, messages, written, linkOf)
  yield notesMarkdown(personal)
}

async function* otherBranches(
  tree: ShownTree,
  messages: MessageReader,
  written: Set<string>,
  linkOf: LinkOf,
): AsyncGenerator<string> {
  const parents = childrenOf(tree.entries)
  const byId = byIdOf(tree.entries)
  const leaves = tree.entries.filter((entry) => !parents.has(entry.id) && entry !== tree.view.leaf)
  for (const [n, leaf] of leaves.entries()) {
    const path = pathTo(byId, leaf).filter((entry) => !written.has(entry.id))
    const [first] = path
    if (!first) continue
    const above = first.parent === null ? undefined : byId.get(first.parent)
    const from = above
      ? `Branches off after: ${who(above)}${above.time === undefined ? '' : ` · ${when(above.time)}`}`
      : 'From the beginning'
    yield `\n---\n\n# Branch ${n + 2} of ${leaves.length + 1}\n\n*${from}*\n`
    for await (const [entry, message] of messages.each(path)) {
      written.add(entry.id)
      yield messageMarkdown(entry, message, linkOf)
    }
  }
}

function messageMarkdown(entry: TreeEntry, message: Message, linkOf: LinkOf): string {
  const marks = [
    message.author && inline(message.author),
    entry.model && inline(entry.model),
    entry.time !== undefined && when(entry.time),
    entry.hidden && 'hidden by the provider',
  ].filter(Boolean)
  const heading = `\n## ${who(entry)}${marks.length > 0 ? ` · ${marks.join(' · ')}` : ''}\n\n`
  const folded = entry.folded || entry.hidden
  const body = message.parts.map((part) => partMarkdown(part, linkOf, folded)).filter((text) => text !== '')
  const text = body.join('\n\n') || '*(empty)*'
  return `${heading}${folded ? details('Not part of the talk', text) : text}\n`
}

function notesMarkdown(personal: ExportedPersonal | undefined): string {
  if (!personal || personal.notes.length === 0) return ''
  const notes = personal.notes.map(({ text, updated, edits }) => {
    const instead = edits ? `*In place of:*\n\n${quoted(edits.original)}\n\n` : ''
    return `${updated ? `*${when(updated)}*\n\n` : ''}${instead}${closed(text).trim()}\n`
  })
  return `\n---\n\n# Your notes\n\n${notes.join('\n')}`
}

const quoted = (text: string): string => text.trim().replace(/^/gm, '> ')
const names = { user: 'You', assistant: 'Assistant', system: 'System', tool: 'Tool' } as const
const who = ({ role }: TreeEntry): string => names[role]
const isSaid = (value: unknown): boolean => value !== null && value !== false && (!Array.isArray(value) || value.length > 0)

/** `2026-05-01 12:30 UTC` of milliseconds since 1970. */
const when = (time: number): string =>
  Math.abs(time) <= 8.64e15 ? `${new Date(time).toISOString().slice(0, -8).replace('T', ' ')} UTC` : String(time)
