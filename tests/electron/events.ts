/** Events of Electron's objects: what a listener gets first, and can prevent. */
import type { EventEmitter } from 'node:events'

export interface Preventable {
  defaultPrevented: boolean
  preventDefault(): void
}

/** An event with these further members. */
export function eventWith<T extends object>(more: T): T & Preventable {
  const event = {
    ...more,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true
    },
  }
  return event
}

/** Emits one and answers whether nobody prevented it. */
export function allowed(emitter: EventEmitter, name: string, more: object = {}, ...args: unknown[]): boolean {
  const event = eventWith(more)
  emitter.emit(name, event, ...args)
  return !event.defaultPrevented
}
