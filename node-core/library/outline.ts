/** What a path can be skimmed by: a person's questions and the headings of the answers. */
import { setImmediate } from 'node:timers/promises'
import type { conversations } from '../contract/api/conversations.ts'
import type { Message, Part } from '../contract/content.ts'
import { unitIdOf } from '../contract/ids.ts'
import type { Output } from '../contract/method.ts'
import { cursorAt, type Place, unitsBefore } from './paths.ts'
import type { Library, ShownTree } from './read.ts'
import type { TreeEntry } from './tree-block.ts'
import { unitsOf } from './units.ts'
import { idOfEntry } from './views.ts'

type Outline = Output<(typeof conversations)['conversations.outline']>
type OutlineEntry = Outline['items'][number]

/** In UTF-16 code units. */
const LONGEST = 120
/** So much of a text is looked at for its first line's sake. */
const LOOKED_AT = 1000
/** Messages that are opened before others get their turn. */
const PER_TURN = 50

/** One page of at most `limit` entries from a place of the path on. Hidden and folded messages have none. */
export async function outlineOf(
  library: Library,
  tree: ShownTree,
  path: readonly TreeEntry[],
  from: Place,
  limit: number,
): Promise<Outline> {
  const items: OutlineEntry[] = []
  let index = unitsBefore(path, { at: from.at, unit: 0 })
  for (let at = from.at; at < path.length; at += PER_TURN) {
    if (at > from.at) await setImmediate()
    const some = path.slice(at, at + PER_TURN)
    const read = some.filter((entry) => !entry.hidden && !entry.folded)
    const messages = await library.messagesAt(tree, read)
    for (const entry of some) {
      const message = messages[read.indexOf(entry)]
      const id = idOfEntry(tree.id, entry.id)
      for (const { unit, ...found } of message ? entriesOf(message) : []) {
        if (entry === path[from.at] && unit < from.unit) continue
        if (items.length === limit) return { items, next: cursorAt(entry, unit) }
        items.push({ unit: unitIdOf(id, unit), message: id, index: index + unit, ...found })
      }
      index += entry.units
    }
  }
  return { items, next: null }
}

/** What of a message stands in an outline; `unit` is its number in the message. */
export function entriesOf(message: Message): (Pick<OutlineEntry, 'kind' | 'level' | 'text'> & { unit: number })[] {
  if (message.role === 'user') {
    return message.parts.length === 0 ? [] : [{ unit: 0, kind: 'question', level: 0, text: questionOf(message.parts) }]
  }
  // cutting a text into blocks takes far longer than seeing that it has no headings
  if (!message.parts.some((part) => part.type === 'text' && mayHaveHeading.test(part.text))) return []
  return unitsOf(message)
    .filter((unit) => unit.kind === 'heading')
    .map(({ index, text }) => ({ unit: index, kind: 'heading', ...headingOf(text) }))
}

const mayHaveHeading = /^ {0,3}(?:#{1,6}(?:\s|$)|(?:=+|-+)[ \t]*$)/m

/** The first words of what was asked; of files alone, their names. */
function questionOf(parts: readonly Part[]): string {
  for (const part of parts) {
    const text = part.type === 'text' ? oneLine(part.text) : ''
    if (text) return text
  }
  return oneLine(parts.flatMap((part) => (part.type === 'attachment' ? [part.name] : [])).join(', '))
}

/** Level and words of a heading, in either of Markdown's two forms. */
export function headingOf(unit: string): { level: number; text: string } {
  const lines = unit.trim().split(/\r\n|\r|\n/)
  const hashes = /^#{1,6}(?=\s|$)/.exec(lines[0] ?? '')?.[0]
  if (hashes) return { level: hashes.length, text: plainLine((lines[0] ?? '').slice(hashes.length).replace(/\s#+\s*$/, '')) }
  return { level: lines.at(-1)?.trim().startsWith('=') ? 1 : 2, text: plainLine(lines.slice(0, -1).join(' ')) }
}

/** Without the marks of Markdown within a line. */
const plainLine = (text: string): string =>
  oneLine(
    text
      .slice(0, LOOKED_AT)
      .replace(/!?\[([^\][]*)\]\([^()]*\)/g, '$1')
      .replace(/(\*\*|~~|`|\*)(?=\S)([^*~`]+)\1/g, '$2')
      .replace(/(?<!\w)(__|_)(?=\S)([^_]+)\1(?!\w)/g, '$2')
      .replace(/\\(?=[!-/:-@[-`{-~])/g, ''),
  )

function oneLine(text: string): string {
  const line = text.slice(0, LOOKED_AT).replace(/\s+/g, ' ').trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
