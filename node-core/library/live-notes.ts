/** Notes that are open: a room for each, opened by the first who follows it and closed behind the last. */
import type { liveNotes } from '../contract/api/live-notes.ts'
import { VivimError } from '../contract/errors.ts'
import { type Did, fromBase32, type NoteId } from '../contract/ids.ts'
import type { Call, Handlers, Input } from '../contract/method.ts'
import type { Change } from '../log/append.ts'
import type { RandomBytes } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import type { LetterBox } from './letter-box.ts'
import { openRoom, type Room, type RoomParts } from './live-room.ts'
import { noteName, openNote } from './notes.ts'
import type { AccountRef } from './read.ts'

export interface LiveNoteParts extends Pick<RoomParts, 'after' | 'onError'> {
  reader: Reader
  keysOf: KeysOf
  accountOf(did: Did): AccountRef
  append(account: number, changes: readonly Change[]): Promise<unknown>
  random: RandomBytes
  /** What a session is called; null where it has no name. */
  nameOf(caller: Caller): string | null
}
type Caller = Pick<Call<(typeof liveNotes)['notes.follow']>, 'account' | 'session'>
export interface LiveNotes {
  readonly handlers: Handlers<typeof liveNotes>
  /** Opens a note for one more. Error: `not-found`. */
  join(caller: Caller, note: NoteId): Promise<{ peer: string; letters: LetterBox; leave(): void }>
  /** As the methods of the same names. */
  change(account: Did, input: Input<(typeof liveNotes)['notes.change']>): Promise<void>
  point(account: Did, input: Input<(typeof liveNotes)['notes.point']>): Promise<void>
  /** There is something new in an account's log. */
  touched(account: number): void
  /** Puts what was written so far into the log; what could not be is told to `onError`, and kept. */
  settle(): Promise<void>
  /** Puts what was written into the log. */
  close(): Promise<void>
}
interface Open {
  readonly account: number
  readonly name: Uint8Array
  readonly room: Room
  /** Its row's ordinal, which every write changes. */
  ordinal: number
  looking: Promise<void>
  /** Whether the next look at the log has not begun yet. */
  waits: boolean
}

export function createLiveNotes({ reader, keysOf, accountOf, append, random, nameOf, after, onError }: LiveNoteParts): LiveNotes {
  const rooms = new Map<string, Promise<Open>>()
  const leaving = new Set<Promise<void>>()
  const keyOf = (account: AccountRef, note: NoteId): string => `${account.id}/${note}`

  const read = async (account: number, name: Uint8Array) => {
    const row = await reader.get<{ ordinal: number; sealed: Uint8Array | null }>(
      'SELECT ordinal, sealed FROM note WHERE account = ? AND name = ? AND deleted = 0',
      [account, name],
    )
    return row?.sealed ? { ordinal: row.ordinal, ...openNote(account, keysOf(account), name, row.sealed) } : undefined
  }
  async function open(account: AccountRef, note: NoteId): Promise<Open> {
    const name = noteName(keysOf(account.id), fromBase32(note))
    const stored = await read(account.id, name)
    if (!stored) throw new VivimError('not-found')
    const { id, target, edits } = stored
    const room = openRoom({
      state: stored.update,
      save: (updates) =>
        append(account.id, [
          {
            type: 'library.note-written',
            parts: updates.map((update) => ({ note: id, target, update, ...(edits && { edits }) })),
          },
        ]),
      after,
      onError,
    })
    return { account: account.id, name, room, ordinal: stored.ordinal, looking: Promise.resolve(), waits: false }
  }
  /** The room of a note that is open. Errors: `not-found`, `conflict`. */
  const roomOf = async (account: AccountRef, note: NoteId): Promise<Room> => {
    const found = await rooms.get(keyOf(account, note))
    if (found) return found.room
    if (!(await read(account.id, noteName(keysOf(account.id), fromBase32(note))))) throw new VivimError('not-found')
    throw new VivimError('conflict', 'The note is not open: follow it first.')
  }
  /** Joins the room of a note, which is opened for the first. Error: `not-found`. */
  async function enter(account: AccountRef, note: NoteId, peer: string, name: string | null) {
    const key = keyOf(account, note)
    for (;;) {
      let opening = rooms.get(key)
      if (!opening) {
        opening = open(account, note)
        rooms.set(key, opening)
      }
      try {
        const held = await opening
        // what came into the log while it was being opened
        await look(held)
        if (held.room.isEnded()) throw new VivimError('not-found')
        // else the last one left it meanwhile
        if (rooms.get(key) === opening) return { held, letters: held.room.join(peer, name) }
      } catch (error) {
        if (rooms.get(key) === opening) rooms.delete(key)
        throw error
      }
    }
  }
  async function leave(account: AccountRef, note: NoteId, { room }: Open, peer: string): Promise<void> {
    await room.leave(peer)
    const key = keyOf(account, note)
    const held = await rooms.get(key)?.catch(() => undefined)
    if (held?.room === room && room.isEmpty()) rooms.delete(key)
  }

  /** Reads what the log has of a note by now; what is asked for while it waits its turn is answered by one reading. */
  function look(open: Open): Promise<void> {
    if (open.waits) return open.looking
    open.waits = true
    open.looking = open.looking
      .catch(() => {})
      .then(async () => {
        open.waits = false
        const stored = await read(open.account, open.name)
        if (!stored) open.room.end()
        else if (stored.ordinal !== open.ordinal) {
          open.ordinal = stored.ordinal
          open.room.take(stored.update)
        }
      })
    return open.looking
  }

  const join: LiveNotes['join'] = async (caller, note) => {
    const account = accountOf(caller.account)
    const peer = Buffer.from(random(16)).toString('base64url')
    const { held, letters } = await enter(account, note, peer, nameOf(caller))
    return {
      peer,
      letters,
      leave() {
        const left = leave(account, note, held, peer)
        leaving.add(left)
        void left.finally(() => leaving.delete(left))
      },
    }
  }
  const change: LiveNotes['change'] = async (did, { note, peer, update, save }) => {
    const room = await roomOf(accountOf(did), note)
    if (update !== undefined) room.change(peer, Buffer.from(update, 'base64url'))
    if (save === true) await room.settle(peer)
  }
  const point: LiveNotes['point'] = async (did, { note, peer, caret }) => (await roomOf(accountOf(did), note)).point(peer, caret)

  return {
    join,
    change,
    point,
    handlers: {
      async *'notes.follow'({ note }, call) {
        const { letters, leave: left } = await join(call, note)
        try {
          yield* letters.read(call.signal)
        } finally {
          left()
        }
      },
      async 'notes.change'(input, { account }) {
        await change(account, input)
        return {}
      },
      async 'notes.point'(input, { account }) {
        await point(account, input)
        return {}
      },
    },
    touched(account) {
      for (const opening of rooms.values())
        void opening.then((held) => (held.account === account ? look(held) : undefined)).catch(onError)
    },
    async settle() {
      for (const opening of rooms.values()) await opening.then(({ room }) => room.settleAll()).catch(onError)
    },
    async close() {
      for (const opening of rooms.values()) await opening.then(({ room }) => room.close()).catch(onError)
      await Promise.all(leaving)
    },
  }
}
