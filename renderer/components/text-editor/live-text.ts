/** A note's text as a document that this page and others change at once; what is written here is never waited with. */
import * as Y from 'yjs'
import { liveNotes } from '../../../node-core/contract/api/live-notes.ts'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import type { NoteId } from '../../../node-core/contract/ids.ts'
import type { Output } from '../../../node-core/contract/method.ts'
import { textName } from '../../../node-core/contract/text-update.ts'
import type { Client } from '../../client.ts'

type Letter = Output<(typeof liveNotes)['notes.follow']>
/** Where somebody else is in the text. */
export type Seen = Extract<Letter, { event: 'seen' }>['data']
/** Where one is in the text, as it is sent. */
export type Caret = Seen['caret']

export interface LiveState {
  /** `away`: the node does not answer; what is written is sent once it does. `gone`: the note was deleted. */
  readonly link: 'open' | 'away' | 'gone'
  readonly others: readonly Seen[]
}
export interface LiveText {
  readonly text: Y.Text
  readonly state: LiveState
  subscribe(changed: () => void): () => void
  point(caret: Caret): void
  /** Resolves once all that was written is on the node's disk; rejects with the reason why it is not. */
  save(): Promise<void>
  /** Sends what is left and lets go of the note. */
  close(): Promise<void>
}

const FROM_NODE = 'node'
const pauses = { first: 500, longest: 15_000 }
/** An update that says nothing. */
const EMPTY = 2

/**
 * Opens a note. Rejects where it cannot be opened: `unavailable` where the node does not answer, `not-found`.
 * `network` says `offline` and `online`, as a window does.
 */
export async function openLiveText(
  { call, listen }: Pick<Client, 'call' | 'listen'>,
  note: NoteId,
  network: EventTarget,
): Promise<LiveText> {
  const doc = new Y.Doc()
  const stopping = new AbortController()
  const listeners = new Set<() => void>()
  const others = new Map<string, Seen>()
  let state: LiveState = { link: 'away', others: [] }
  let peer: string | undefined
  let stream = new AbortController()
  let caret: Caret = null
  let unsent: Uint8Array[] = []
  let sending: Promise<void> | undefined

  const become = (link = state.link): void => {
    state = { link, others: [...others.values()] }
    for (const listener of listeners) listener()
  }
  /** Sends all that is written, one request at a time: what is written meanwhile goes along in the next. */
  const send = (): Promise<void> => {
    sending ??= (async () => {
      while (unsent.length > 0 && peer !== undefined) {
        const update = unsent.length === 1 ? (unsent[0] as Uint8Array) : Y.mergeUpdates(unsent)
        unsent = []
        await call(liveNotes['notes.change'], { note, peer, update: toText(update) })
      }
    })().finally(() => {
      sending = undefined
    })
    return sending
  }
  /** What was lost on the way is found when the stream opens again: the node says what it holds. */
  const sendOrReopen = (): void => void send().catch(() => stream.abort())
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === FROM_NODE) return
    unsent.push(update)
    sendOrReopen()
  })

  const read = (letter: Letter): void => {
    switch (letter.event) {
      case 'changed':
        Y.applyUpdate(doc, toBytes(letter.data.update), FROM_NODE)
        return
      case 'opened': {
        peer = letter.data.peer
        others.clear()
        for (const other of letter.data.others) others.set(other.peer, other)
        const lacking = Y.encodeStateAsUpdate(doc, toBytes(letter.data.vector))
        unsent = lacking.length > EMPTY && !isFresh ? [lacking] : []
        isFresh = false
        sendOrReopen()
        if (caret) point(caret)
        become('open')
        return
      }
      case 'seen':
        others.set(letter.data.peer, letter.data)
        become()
        return
      case 'left':
        others.delete(letter.data.peer)
        become()
        return
      case 'deleted':
        stopping.abort()
        become('gone')
        return
      case 'saved':
      case 'unsaved':
        return
    }
  }
  let isFresh = true
  const point = (next: Caret): void => {
    caret = next
    if (peer !== undefined) call(liveNotes['notes.point'], { note, peer, caret: next }).catch(() => {})
  }

  const opened = Promise.withResolvers<void>()
  const follow = async (): Promise<void> => {
    for (let pause = pauses.first; !stopping.signal.aborted; pause = Math.min(pause * 2, pauses.longest)) {
      stream = new AbortController()
      const signal = AbortSignal.any([stream.signal, stopping.signal])
      try {
        for await (const letter of listen(liveNotes['notes.follow'], { note }, signal)) {
          read(letter)
          if (letter.event !== 'opened') continue
          pause = pauses.first
          opened.resolve()
        }
      } catch (error) {
        opened.reject(error)
        if (isVivimError(error, 'not-found')) {
          stopping.abort()
          become('gone')
        }
      }
      peer = undefined
      others.clear()
      if (stopping.signal.aborted) return
      become('away')
      await new Promise<void>((resolve) => {
        setTimeout(resolve, pause)
        network.addEventListener('online', () => resolve(), { once: true, signal: stopping.signal })
        stopping.signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }
  // a connection that is cut says nothing for minutes
  network.addEventListener('offline', () => stream.abort(), { signal: stopping.signal })
  const following = follow()
  await opened.promise.catch((error: unknown) => {
    stopping.abort()
    throw error
  })

  return {
    text: doc.getText(textName),
    get state() {
      return state
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    point,
    async save() {
      await send()
      await call(liveNotes['notes.change'], { note, peer: peer ?? nobody, save: true })
    },
    async close() {
      await send().catch(() => {})
      stopping.abort()
      await following
    },
  }
}
/** No stream has this name: asking for it is refused, as saving is while none is open. */
const nobody = 'A'.repeat(22)

export const toBytes = (text: string): Uint8Array => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
}
export const toText = (bytes: Uint8Array): string => {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
