/** What the stand-in has of Electron's objects, in the shape of the whole: what it has not says so by its name. */
import type { EventEmitter } from 'node:events'

/** Some of an object's members, with the types that Electron gives them; listening is Node's own. */
export type Part<T> = { [Name in Exclude<keyof T, keyof EventEmitter>]?: T[Name] | undefined }

/**
 * Wraps what there is of one of Electron's objects. The type of `mine` is checked against Electron's own, so that a
 * change there fails the type check; a member that is missing throws as soon as it is read.
 * @param events what is listened to, where that is not `mine` itself
 */
export function whole<T extends object>(name: string, mine: Part<T>, events?: EventEmitter): T {
  const bound = new Map<PropertyKey, { from: unknown; to: unknown }>()
  const proxy = new Proxy(mine, {
    get(own, key) {
      const target = key in own || !events ? own : events
      if (!(key in target)) return missingMember(name, key)
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function' || key === 'constructor') return value
      const known = bound.get(key)
      if (known?.from === value) return known.to
      const to: unknown = value.bind(target)
      bound.set(key, { from: value, to })
      return to
    },
    has: (own, key) => key in own || (events !== undefined && key in events),
    set: (target, key, value) => Reflect.set(target, key, value),
  })
  // The proxy answers for every member, with an error where there is none.
  return proxy as unknown as T
}

/** A module of Electron's that the stand-in has nothing of. */
export const missing = <T extends object>(name: string): T => whole<T>(name, {})

/** Reading a member to see whether a value is a promise, or to print it, is no use of it. */
function missingMember(name: string, key: string | symbol): undefined {
  if (typeof key === 'symbol' || key === 'then' || key === 'toJSON' || key === 'asymmetricMatch' || key === '$$typeof') return
  throw new Error(`The stand-in for Electron has no ${name}.${key}.`)
}
