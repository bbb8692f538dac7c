/**
 * One who writes and several who read one document over WebSockets: raw ones, so that what is measured is the server.
 * Nobody is more than a window of updates behind the writer.
 */
import { once } from 'node:events'
import { decode, encode } from '@ipld/dag-cbor'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import WebSocket from 'ws'
import { writeUpdate } from 'y-protocols/sync'
import { livePath, liveProtocols, tokenProtocol } from '../../../node-core/contract/live.ts'

/** How one of the servers is spoken to. */
export interface Speech {
  /** Connects; resolves when the document is open. */
  open(): Promise<WebSocket>
  change(update: Uint8Array): Uint8Array
  /** Whether a message brings an update of somebody else. */
  isUpdate(message: Buffer): boolean
}

/** Resolves when a message comes that `is` takes; several may come at once. */
export function heard(socket: WebSocket, is: (message: Buffer) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (message: Buffer): void => {
      if (!is(message)) return
      socket.off('message', hear)
      socket.off('close', close)
      resolve()
    }
    const close = (code: number, reason: Buffer): void => reject(new Error(`closed: ${code} ${reason}`))
    socket.on('message', hear)
    socket.once('close', close)
  })
}

/** The node's, as programs speak it. */
export function speechOfNode(origin: string, token: string, note: string) {
  return {
    async open() {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}${livePath}`, [liveProtocols.cbor, tokenProtocol + token])
      await once(socket, 'open')
      socket.send(encode({ type: 'note', payload: { do: 'follow', note } }))
      await heard(socket, (data) => data.includes('opened'))
      return socket
    },
    change: (update: Uint8Array) =>
      encode({ type: 'note', payload: { do: 'change', note, update: Buffer.from(update).toString('base64url') } }),
    isUpdate: (message: Buffer) => message.includes('changed'),
    /** Asks that everything is put on the disk. */
    save: (id: number) => encode({ type: 'note', id, payload: { do: 'change', note, save: true } }),
    isAnswer: (message: Buffer, id: number): boolean => decode<{ id?: number }>(message).id === id,
  }
}

/** The other's: a name, a kind of message, then y-protocols. */
export function speechOfHocuspocus(port: number, name: string): Speech {
  const [SYNC, AUTH, TOKEN, STEP1, UPDATE] = [0, 2, 0, 0, 2]
  const message = (write: (encoder: encoding.Encoder) => void): Uint8Array => {
    const encoder = encoding.createEncoder()
    encoding.writeVarString(encoder, name)
    write(encoder)
    return encoding.toUint8Array(encoder)
  }
  /** A message's kind, and within sync its step. */
  const kindOf = (data: Buffer): [number, number] => {
    const decoder = decoding.createDecoder(data)
    decoding.readVarString(decoder)
    const kind = decoding.readVarUint(decoder)
    return [kind, kind === SYNC ? decoding.readVarUint(decoder) : -1]
  }
  return {
    async open() {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`)
      await once(socket, 'open')
      socket.send(
        message((encoder) => {
          encoding.writeVarUint(encoder, AUTH)
          encoding.writeVarUint(encoder, TOKEN)
          encoding.writeVarString(encoder, 'token')
        }),
      )
      socket.send(
        message((encoder) => {
          encoding.writeVarUint(encoder, SYNC)
          encoding.writeVarUint(encoder, STEP1)
          encoding.writeVarUint8Array(encoder, new Uint8Array([0]))
        }),
      )
      await heard(socket, (data) => {
        const [kind, step] = kindOf(data)
        return kind === SYNC && step === 1
      })
      return socket
    },
    change: (update) =>
      message((encoder) => {
        encoding.writeVarUint(encoder, SYNC)
        writeUpdate(encoder, update)
      }),
    isUpdate: (data) => {
      const [kind, step] = kindOf(data)
      return kind === SYNC && step === UPDATE
    },
  }
}

/** Sends every update from one and waits until all readers have them; answers milliseconds. */
export async function run(speech: Speech, updates: readonly Uint8Array[], readers: number, window: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: readers }, () => speech.open()))
  const writer = await speech.open()
  const seen = sockets.map(() => 0)
  let wake = (): void => {}
  for (const [n, socket] of sockets.entries())
    socket.on('message', (data: Buffer) => {
      if (!speech.isUpdate(data)) return
      const count = (seen[n] ?? 0) + 1
      seen[n] = count
      if (count % 64 === 0 || count === updates.length) wake()
    })
  const messages = updates.map((update) => speech.change(update))
  const started = performance.now()
  for (let sent = 0; ; ) {
    const slowest = Math.min(...seen)
    if (slowest === updates.length) break
    for (const end = Math.min(messages.length, slowest + window); sent < end; sent++) writer.send(messages[sent] ?? '')
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  const milliseconds = performance.now() - started
  for (const socket of [writer, ...sockets]) {
    socket.close()
    await once(socket, 'close')
  }
  return milliseconds
}

/** A connection that opens notes one after the other; each answers its document's updates. */
export async function openNotes(origin: string, token: string) {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${livePath}`, [liveProtocols.cbor, tokenProtocol + token])
  await once(socket, 'open')
  return {
    async open(note: string): Promise<Uint8Array[]> {
      const updates: Uint8Array[] = []
      const opened = heard(socket, (data) => {
        const { payload } = decode<{ payload: { event?: string; data?: { update?: string } } }>(data)
        if (payload.data?.update !== undefined) updates.push(Buffer.from(payload.data.update, 'base64url'))
        return payload.event === 'opened'
      })
      socket.send(encode({ type: 'note', payload: { do: 'follow', note } }))
      await opened
      return updates
    },
    close: () => socket.terminate(),
  }
}
