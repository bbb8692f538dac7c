/** A note's text as a document that this page and others change at once; what is written here is never waited with. */
import * as Y from 'yjs'
import { liveNotes } from '../../../node-core/contract/api/live-notes.ts'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import type { NoteId } from '../../../node-core/contract/ids.ts'
import type { Output } from '../../../node-core/contract/method.ts'
import { cutUpdate } from '../../../node-core/contract/text-cut.ts'
import { textName } from '../../../node-core/contract/text-update.ts'
import { fromBase64url, toBase64url } from '../../base64url.ts'
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
  /**
   * Resolves once all that was written is on the node's disk, or held here for it while it does not answer; rejects with
   * the reason why it is neither.
   */
  save(): Promise<void>
  /**
   * Sends what is left, or has it held here, and lets go of the note. Where neither can be it tells so by `waits` and
   * follows the note until the node has the words, so long as the page is there.
   */
  close(waits?: () => void): Promise<void>
}

const FROM_NODE = 'node'
const pauses = { first: 500, longest: 15_000 }
/** An update that says nothing. */
const EMPTY = 2
/** A stream may end and another be opened while something is saved; more of that is not waited for. */
const mostTries = 4

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
  const text = doc.getText(textName)
  /** Whether something was written here since the node, or what holds it for the node, had all of it; and what it had. */
  let written = false
  let given = ''
  const isOwed = (): boolean => written && text.toString() !== given
  /** Resolved when a stream opened or ended. */
  let turned = Promise.withResolvers<void>()
  const turn = (): void => {
    turned.resolve()
    turned = Promise.withResolvers()
  }
  let wake = (): void => {}

  const become = (link = state.link): void => {
    state = { link, others: [...others.values()] }
    for (const listener of listeners) listener()
  }
  const has = (words: string): void => {
    given = words
    if (unsent.length === 0) written = false
  }
  /** Sends all that is written, one request at a time: what is written meanwhile goes along in the next. */
  const send = (): Promise<void> => {
    sending ??= (async () => {
      while (unsent.length > 0 && peer !== undefined) {
        const update = unsent.length === 1 ? (unsent[0] as Uint8Array) : Y.mergeUpdates(unsent)
        unsent = []
        const words = text.toString()
        await call(liveNotes['notes.change'], { note, peer, update: toBase64url(update) })
        has(words)
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
    written = true
    sendOrReopen()
  })

  const read = (letter: Letter): void => {
    switch (letter.event) {
      case 'changed':
        Y.applyUpdate(doc, fromBase64url(letter.data.update), FROM_NODE)
        return
      case 'opened': {
        peer = letter.data.peer
        others.clear()
        for (const other of letter.data.others) others.set(other.peer, other)
        const lacking = Y.encodeStateAsUpdate(doc, fromBase64url(letter.data.vector))
        unsent = lacking.length > EMPTY && !isFresh ? [lacking] : []
        if (isFresh) given = text.toString()
        isFresh = false
        sendOrReopen()
        turn()
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
      // Who waits for the next stream is told as well where there will be none.
      turn()
      if (stopping.signal.aborted) return
      become('away')
      await new Promise<void>((resolve) => {
        wake = resolve
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

  // What is nowhere else would go with the page. While the node answers it is on its way, and nobody is asked for that.
  const ask = (event: Event): void => {
    if (state.link === 'away' && isOwed()) event.preventDefault()
  }
  network.addEventListener('beforeunload', ask, { signal: stopping.signal })

  /** All of it, as what stands in for the node knows neither the stream nor what went over it. */
  const handOver = async (): Promise<void> => {
    const words = text.toString()
    for (const update of cutUpdate(Y.encodeStateAsUpdate(doc)))
      await call(liveNotes['notes.change'], { note, peer: nobody, update: toBase64url(update), save: true })
    if (text.toString() === words) unsent = []
    has(words)
  }
  const saveBy = async (open: string | undefined): Promise<void> => {
    if (open !== undefined)
      try {
        await send()
        if (peer === open) return void (await call(liveNotes['notes.change'], { note, peer, save: true }))
      } catch (error) {
        if (!isVivimError(error, 'unavailable')) throw error
      }
    await handOver()
  }
  const save = async (): Promise<void> => {
    for (let tries = 1; ; tries++) {
      const open = peer
      try {
        return await saveBy(open)
      } catch (error) {
        // The node answers and knows no such stream: it takes what another brings.
        if (!isVivimError(error, 'conflict') || tries === mostTries || stopping.signal.aborted) throw error
        if (peer !== open) continue
        const next = turned.promise
        stream.abort()
        wake()
        await next
      }
    }
  }

  return {
    text,
    get state() {
      return state
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    point,
    save,
    async close(waits) {
      await send().catch(() => {})
      for (let told = false; isOwed() && !stopping.signal.aborted; told = true) {
        const next = turned.promise
        const failed = await save().then(
          () => undefined,
          (error: unknown) => error,
        )
        if (failed === undefined || isVivimError(failed, 'not-found', 'unauthenticated', 'session-expired', 'forbidden')) break
        if (!told) waits?.()
        await next
      }
      stopping.abort()
      await following
    },
  }
}
/** No stream has this name: the node refuses what is said in it, and a device without its node holds it. */
const nobody = 'A'.repeat(22)
