/** Writing the sample's conversations down without repeating what all of them have. */
import type { Conversation, Message, Part, Role } from '../../node-core/contract/content.ts'

/** One piece of a message: plain text, or a part. */
type Piece = string | Part
type Said = Omit<Message, 'time'>

const partOf = (piece: Piece): Part => (typeof piece === 'string' ? { type: 'text', text: piece.trim() } : piece)
const said = (role: Role, id: string, parent: string | null, pieces: readonly Piece[]): Said => ({
  id,
  parent,
  role,
  parts: pieces.map(partOf),
})
/** What the person asks. `parent`: the message that it follows. */
export const ask = (id: string, parent: string | null, ...pieces: Piece[]): Said => said('user', id, parent, pieces)
/** What the model answers. */
export const answer = (id: string, parent: string, ...pieces: Piece[]): Said => ({
  ...said('assistant', id, parent, pieces),
  model: 'sample-model',
})
/** What a tool gives back. */
export const tool = (id: string, parent: string, ...pieces: Piece[]): Said => said('tool', id, parent, pieces)

const minute = 60_000

/** A conversation of the sample; its messages are a minute or two apart. `begun`: ISO, in UTC. */
export function talk(key: string, title: string, begun: string, messages: readonly Said[], more: Partial<Conversation> = {}) {
  const created = Date.parse(begun)
  const timed = messages.map((message, index): Message => ({ ...message, time: created + index * 1.5 * minute }))
  return {
    source: 'vivim',
    key: `sample-${key}`,
    title,
    created,
    updated: timed.at(-1)?.time ?? created,
    project: { id: 'vivim-sample', name: 'Sample' },
    ...more,
    messages: timed,
  } satisfies Conversation
}
