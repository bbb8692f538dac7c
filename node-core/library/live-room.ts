/**
 * One note that is open: the document as all who have it open see it, and what each of them has written that is not in
 * the log yet. What one writes goes to the others at once, and into the log after a rest, as one event.
 */
import * as Y from 'yjs'
import { VivimError } from '../contract/errors.ts'
import { cutUpdate } from '../contract/text-cut.ts'
import { readUpdate, type TextUpdate, textName, updateLimits } from '../contract/text-update.ts'
import { type Letter, letterBox } from './letter-box.ts'

/** A write is in the log after so many milliseconds in which its writer wrote nothing, and at the latest after so many. */
export const pace = { rest: 2000, work: 10_000, again: 10_000 } as const
/** UTF-16 code units that a note may grow to while it is open; a page stops its person far below. */
const LONGEST = 200_000

export type Caret = { anchor: string; head: string } | null
export interface RoomParts {
  /** The document's state as the log has it. */
  state: Uint8Array
  /** Puts updates into the log as one event. */
  save(updates: readonly Uint8Array[]): Promise<unknown>
  /** Runs something later; answers how to call it off. */
  after(milliseconds: number, run: () => void): () => void
  onError(error: unknown): void
}
interface Writer {
  readonly peer: string
  readonly name: string | null
  readonly letters: ReturnType<typeof letterBox>
  caret: Caret
  /** What is not in the log yet, in the order in which it was written. */
  pending: Uint8Array[]
  /** How many changes came, and how many are in the log. */
  came: number
  saved: number
  callOff: (() => void)[]
  saving: Promise<void>
}

export function openRoom({ state, save, after, onError }: RoomParts) {
  const writers = new Map<string, Writer>()
  let leaving = 0
  let ended = false
  const tell = (letter: Letter, but?: unknown): void => {
    for (const writer of writers.values()) if (writer !== but) writer.letters.put(letter)
  }
  let made: Y.Doc | undefined
  /** Made when something changes first: who only opens the note is sent what the log has. */
  const docOf = (): Y.Doc => {
    if (made) return made
    const doc = new Y.Doc({ gc: true })
    Y.applyUpdate(doc, state)
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      const writer = origin as Writer | null
      writer?.pending.push(update)
      if (writers.size > (writer ? 1 : 0)) for (const letter of changed(update)) tell(letter, writer)
    })
    made = doc
    return doc
  }
  const find = (peer: string): Writer => {
    const writer = writers.get(peer)
    if (!writer) throw new VivimError('conflict', 'This stream is not open: follow the note again.')
    return writer
  }
  const calm = (writer: Writer): void => {
    for (const callOff of writer.callOff.splice(0)) callOff()
  }

  /** Puts what one has written into the log, behind what of it is on its way. Rejects where it could not be; it is kept then. */
  function settle(writer: Writer): Promise<void> {
    calm(writer)
    writer.saving = writer.saving
      .catch(() => {})
      .then(async () => {
        const { pending, came } = writer
        if (pending.length > 0) {
          writer.pending = []
          try {
            await save(cutUpdate(pending.length === 1 ? (pending[0] as Uint8Array) : Y.mergeUpdates(pending)))
          } catch (error) {
            writer.pending = [...pending, ...writer.pending]
            throw error
          }
        }
        if (came === writer.saved) return
        writer.saved = came
        writer.letters.put({ event: 'saved', data: { count: came } })
      })
    return writer.saving
  }
  function settleLater(writer: Writer): void {
    const later = () =>
      void settle(writer).catch((error: unknown) => {
        onError(error)
        writer.letters.put({ event: 'unsaved', data: { code: error instanceof VivimError ? error.code : 'internal' } })
        calm(writer)
        writer.callOff = [after(pace.again, later)]
      })
    const [rest, work] = writer.callOff
    rest?.()
    writer.callOff = [after(pace.rest, later), work ?? after(pace.work, later)]
  }

  return {
    /** Opens the note for one more; its letters begin with the whole state. */
    join(peer: string, name: string | null) {
      const letters = letterBox()
      const writer: Writer = {
        peer,
        name,
        letters,
        caret: null,
        pending: [],
        came: 0,
        saved: 0,
        callOff: [],
        saving: Promise.resolve(),
      }
      const whole = made ? Y.encodeStateAsUpdate(made) : state
      for (const letter of changed(whole)) letters.put(letter)
      const others = [...writers.values()].map(({ peer: other, name: called, caret }) => ({ peer: other, name: called, caret }))
      letters.put({ event: 'opened', data: { peer, vector: textOf(Y.encodeStateVectorFromUpdate(whole)), others } })
      writers.set(peer, writer)
      return letters
    },
    /** Applies a change. Errors: `bad-request` for what is no update of a text, `conflict` where something before it is missing. */
    change(peer: string, update: Uint8Array): void {
      const writer = find(peer)
      const doc = docOf()
      if (doc.getText(textName).length + lengthIn(update) > LONGEST)
        throw new VivimError('bad-request', 'The note would be too long.')
      Y.applyUpdate(doc, update, writer)
      writer.came++
      settleLater(writer)
      const { store } = doc
      if (store.pendingStructs || store.pendingDs) {
        store.pendingStructs = null
        store.pendingDs = null
        throw new VivimError('conflict', 'Something before this change is missing: follow the note again.')
      }
    },
    /** Errors: `conflict`, and what saving answers. */
    settle: (peer: string): Promise<void> => settle(find(peer)),
    /** Puts what each has written so far into the log. */
    async settleAll(): Promise<void> {
      for (const writer of writers.values()) await settle(writer)
    },
    point(peer: string, caret: Caret): void {
      const writer = find(peer)
      writer.caret = caret
      tell({ event: 'seen', data: { peer, name: writer.name, caret } }, writer)
    },
    /** Takes in what came into the log from elsewhere. */
    take(update: Uint8Array): void {
      Y.applyUpdate(docOf(), update)
    },
    /** One is gone: what it wrote goes into the log now, or as soon as the log takes it. */
    async leave(peer: string): Promise<void> {
      const writer = writers.get(peer)
      if (!writer) return
      writers.delete(peer)
      tell({ event: 'left', data: { peer } })
      leaving++
      for (;;) {
        const error: unknown = await settle(writer).then(
          () => undefined,
          (cause: unknown) => cause ?? 'failed',
        )
        if (error !== undefined) onError(error)
        if (error === undefined || ended) break
        await new Promise<void>((resolve) => after(pace.again, resolve))
      }
      leaving--
    },
    /** The node stops: all that was written goes into the log, or is told to `onError`. */
    async close(): Promise<void> {
      ended = true
      const last = [...writers.values()]
      writers.clear()
      for (const writer of last) writer.letters.end()
      await Promise.all(last.map((writer) => settle(writer).catch(onError)))
    },
    /** The note is gone: nothing of it is written any more. */
    end(): void {
      ended = true
      for (const writer of writers.values()) {
        calm(writer)
        writer.pending = []
        writer.letters.put({ event: 'deleted', data: {} })
        writer.letters.end()
      }
      writers.clear()
    },
    isEnded: (): boolean => ended,
    isEmpty: (): boolean => writers.size === 0 && leaving === 0,
  }
}
export type Room = ReturnType<typeof openRoom>

/** Letters that bring an update, as many as its size takes. */
const changed = (update: Uint8Array): Letter[] =>
  (update.length <= updateLimits.bytes ? [update] : cutUpdate(update)).map((one) => ({
    event: 'changed',
    data: { update: textOf(one) },
  }))
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
/** Characters that an update may add, less those that it deletes. Error: `bad-request` for what is no update of a text. */
function lengthIn(update: Uint8Array): number {
  const { clients, deletions } = parsed(update)
  let length = 0
  for (const { structs } of clients) for (const struct of structs) if (struct.kind === 'text') length += struct.length
  for (const { ranges } of deletions) for (const [, gone] of ranges) length -= gone
  return length
}
function parsed(update: Uint8Array): TextUpdate {
  try {
    if (update.length <= updateLimits.bytes) return readUpdate(update)
  } catch {
    // answered below
  }
  throw new VivimError('bad-request', 'update: not an update of a text.')
}
