/** `ipcMain`: what pages ask and say, each with the frame that it came from. */
import { EventEmitter } from 'node:events'
import type { IpcMain, WebContents, WebFrameMain } from 'electron'
import { pack, unpack } from './clone.ts'
import { whole } from './whole.ts'

type Handler = (event: never, ...args: never[]) => unknown
const handlers = new Map<string, Handler>()
const emitter = new EventEmitter()

export const ipcMain = whole<IpcMain>(
  'ipcMain',
  {
    handle(channel: string, handler: Handler) {
      if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
      handlers.set(channel, handler)
    },
    handleOnce(channel: string, handler: Handler) {
      handlers.set(channel, (...args) => {
        handlers.delete(channel)
        return handler(...args)
      })
    },
    removeHandler: (channel: string) => void handlers.delete(channel),
  },
  emitter,
)

/** Who says something: a page's contents and the frame in them, null where it is gone. */
export interface Sender {
  readonly sender: WebContents
  readonly senderFrame: WebFrameMain | null
}

const eventOf = (from: Sender) => ({ ...from, frameId: 1, processId: 1, type: 'frame', ports: [] })

/** Asks the app's handler; answers packed text, or why there is none. */
export async function invoked(from: Sender, channel: string, args: string): Promise<{ text: string } | { error: string }> {
  try {
    const handler = handlers.get(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    return { text: pack(await handler(eventOf(from) as never, ...(unpack(args) as never[]))) }
  } catch (error) {
    return { error: String(error) }
  }
}

export function sent(from: Sender, channel: string, args: string): void {
  emitter.emit(
    channel,
    { ...eventOf(from), reply: (name: string, ...more: unknown[]) => from.sender.send(name, ...more) },
    ...(unpack(args) as unknown[]),
  )
}
