/**
 * The world that the app's preload runs in: `require('electron')` with its few members, and a `process`. Its source is
 * sent to the page, so it uses nothing from outside itself but what it is handed.
 */

// biome-ignore lint/suspicious/noExplicitAny: it is what pages see, in a world without modules.
type Any = any

export interface World {
  /** The binding that carries what the page says. */
  readonly binding: string
  readonly argv: readonly string[]
  readonly platform: string
  readonly versions: Readonly<Record<string, string>>
}
interface Given {
  readonly expose: (key: string, value: unknown) => void
  readonly pack: (value: unknown) => string
  readonly unpack: (text: string) => unknown
}

/** Makes the world and runs the preload in it; puts what the stand-in calls at `globalThis.standIn`. */
export function preloadWorld({ binding, argv, platform, versions }: World, given: Given, preload: (...module: Any[]) => void) {
  const { expose, pack, unpack } = given
  const say = (type: string, values: object) => (globalThis as Any)[binding](JSON.stringify({ type, ...values }))
  const asked = new Map<number, { channel: string; resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, { listener: Any; once: boolean }[]>()
  const files: { name: string; size: number; modified: number; path: string }[] = []
  let last = 0

  const add = (channel: string, listener: Any, once: boolean) => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, once }])
    return ipcRenderer
  }
  const remove = (channel: string, listener: Any) => {
    const left = (listeners.get(channel) ?? []).filter((one) => one.listener !== listener)
    listeners.set(channel, left)
    return ipcRenderer
  }
  const ipcRenderer: Any = {
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const packed = pack(args)
        last += 1
        asked.set(last, { channel, resolve, reject })
        say('invoke', { id: last, channel, args: packed })
      }),
    send: (channel: string, ...args: unknown[]) => say('send', { channel, args: pack(args) }),
    on: (channel: string, listener: Any) => add(channel, listener, false),
    addListener: (channel: string, listener: Any) => add(channel, listener, false),
    once: (channel: string, listener: Any) => add(channel, listener, true),
    off: remove,
    removeListener: remove,
    removeAllListeners(channel: string) {
      listeners.delete(channel)
      return ipcRenderer
    },
  }
  Object.assign(globalThis, {
    standIn: {
      settle(id: number, error: string | null, text: string) {
        const waiting = asked.get(id)
        asked.delete(id)
        if (error === null) waiting?.resolve(unpack(text))
        else waiting?.reject(new Error(`Error invoking remote method '${waiting.channel}': ${error}`))
      },
      deliver(channel: string, text: string) {
        const args = unpack(text) as unknown[]
        for (const { listener, once } of [...(listeners.get(channel) ?? [])]) {
          if (once) remove(channel, listener)
          listener({ sender: ipcRenderer, ports: [] }, ...args)
        }
      },
      /** Tells where files are that a person will drop or choose. */
      files: (...known: typeof files) => void files.push(...known),
    },
  })
  const webUtils = {
    /** A page's file says nothing of its place: it is known again by name, size and time. */
    getPathForFile: (file: File) =>
      files.findLast((one) => one.name === file.name && one.size === file.size && one.modified === file.lastModified)?.path ?? '',
  }
  let title = ''
  const look = () => {
    if (document.title === title) return
    title = document.title
    say('title', { title })
  }
  addEventListener('DOMContentLoaded', () => {
    look()
    new MutationObserver(look).observe(document.head, { childList: true, characterData: true, subtree: true })
  })
  addEventListener('contextmenu', (event) => {
    // What the page does about it comes first; the browser's own menu is no part of Electron.
    if (event.defaultPrevented || !(event.target instanceof Element)) return
    event.preventDefault()
    const { target } = event
    const text = target.closest('input, textarea, [contenteditable=""], [contenteditable="true"]')
    const image = target.closest('img')
    const link = target.closest('a')
    say('context-menu', {
      x: event.clientX,
      y: event.clientY,
      linkURL: link?.href ?? '',
      linkText: link?.textContent ?? '',
      srcURL: image?.src ?? '',
      mediaType: image ? 'image' : 'none',
      isEditable: text !== null,
      selectionText: String(getSelection() ?? '') || selected(text),
    })
  })
  const selected = (field: Element | null) =>
    field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
      ? field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)
      : ''
  // biome-ignore lint/suspicious/noExplicitAny: the preload's own `process`.
  const process: any = { platform, argv, versions, type: 'renderer', sandboxed: true, contextIsolated: true, env: {}, arch: '' }
  const modules: Any = {
    electron: { contextBridge: { exposeInMainWorld: expose }, ipcRenderer, webUtils },
  }
  const require = (name: string) => {
    const found = modules[name] ?? modules[name.replace(/\/(renderer|common)$/, '')]
    if (!found) throw new Error(`module not found: ${name}`)
    return found
  }
  const module = { exports: {} }
  preload(require, module, module.exports, process)
}
