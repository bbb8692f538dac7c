/** A person's own versions of units, for those who read the talk. */
import type { ConversationId, MessageId, UnitId } from '../../contract/ids.ts'
import { inPlaceOf, versionOf } from '../../contract/unit-version.ts'
import type { NodeClient, OutputOf } from '../client/client.ts'
import { gather } from './pages.ts'
import type { AsEdited } from './reader.ts'

type Note = OutputOf<'notes.list'>['items'][number]

export const asItCame: AsEdited = (unit) => ({ unit, edited: false })

/** Asks for the versions of everything in `target`. */
export async function versionsIn(
  node: NodeClient,
  target: ConversationId | MessageId | UnitId,
  signal: AbortSignal,
): Promise<AsEdited> {
  const { items } = await gather(Number.POSITIVE_INFINITY, (page) => node.call('notes.list', { target, ...page }, signal))
  const edits = new Map<string | null, Note[]>()
  for (const note of items) if (note.edits) edits.set(note.target, [...(edits.get(note.target) ?? []), note])
  return (unit) => {
    const version = versionOf(unit.text, edits.get(unit.id) ?? [])
    return version ? { unit: { ...unit, text: inPlaceOf(unit.text, version.text) }, edited: true } : { unit, edited: false }
  }
}
