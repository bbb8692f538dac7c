/** Open notes over live connections: one connection may have several open. */
import { noteMessage } from '../contract/api/live-notes.ts'
import { VivimError } from '../contract/errors.ts'
import type { NoteId } from '../contract/ids.ts'
import type { LiveChannel, LiveEnd, LiveLink } from '../ports/live.ts'
import type { Letter } from './letter-box.ts'
import type { LiveNotes } from './live-notes.ts'

/** Notes that one connection may have open. */
const MOST = 32

export const noteChannel = (notes: LiveNotes): LiveChannel => ({
  type: 'note',
  capability: 'read',
  open: (link) => openEnd(notes, link),
})

interface Followed {
  peer: string
  stop(): void
}

function openEnd(notes: LiveNotes, link: LiveLink): LiveEnd {
  const { caller, signal } = link
  const followed = new Map<NoteId, Followed>()

  async function follow(note: NoteId): Promise<void> {
    if (followed.has(note)) throw new VivimError('conflict', 'The note is open on this connection already.')
    if (followed.size >= MOST) throw new VivimError('too-many-requests', 'Too many notes are open on this connection.')
    const { peer, letters, leave } = await notes.join(caller, note)
    followed.set(note, { peer, stop: letters.end })
    letters.deliver(
      (letter) => link.send(addressed(note, letter)),
      () => {
        if (followed.get(note)?.peer === peer) followed.delete(note)
        signal.removeEventListener('abort', letters.end)
        leave()
      },
    )
    if (signal.aborted) letters.end()
    else signal.addEventListener('abort', letters.end, { once: true })
  }

  return {
    async receive(payload, id) {
      const parsed = noteMessage.safeParse(payload)
      if (!parsed.success) throw new VivimError('bad-request')
      const { data } = parsed
      const { note } = data
      if (data.do === 'follow') return follow(note)
      const open = followed.get(note)
      if (!open) throw new VivimError('conflict', 'The note is not open: follow it first.')
      if (data.do === 'leave') open.stop()
      else if (!caller.capabilities.includes('write')) throw new VivimError('forbidden')
      else if (data.do === 'point') await notes.point(caller.account, { note, peer: open.peer, caret: data.caret })
      else await notes.change(caller.account, { ...data, peer: open.peer })
      if (id !== undefined) link.send({}, id)
    },
  }
}

/** One object for all connections, so that it is encoded once. */
const known = new WeakMap<Letter, object>()
function addressed(note: NoteId, letter: Letter): object {
  const one = known.get(letter) ?? { note, ...letter }
  known.set(letter, one)
  return one
}
