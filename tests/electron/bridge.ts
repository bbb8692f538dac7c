/**
 * The context bridge: the same function runs in the page's own world and in the preload's, and what one exposes the
 * other sees. Values cross as clones within DOM events that nobody else knows the name of; functions and promises stay
 * where they are and are called across. Its source is sent to the page, so it uses nothing from outside itself.
 */

// biome-ignore lint/suspicious/noExplicitAny: what crosses is any value.
type Any = any

/** Joins this world with the other; answers what exposes a value there. */
export function bridge(mine: string, theirs: string): (key: string, value: unknown) => void {
  // Taken before any script of the page runs, so that a page cannot put its own in its place.
  const { document, CustomEvent, DragEvent, DataTransfer, File } = globalThis
  const dispatch = document.dispatchEvent.bind(document)
  const functions: ((...args: unknown[]) => unknown)[] = []
  const numbers = new Map<unknown, number>()
  const promises = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  const files = new Map<number, File | undefined>()
  let lastPromise = 0
  let sentFiles = 0
  let returned: Any
  const post = (...message: unknown[]) => void dispatch(new CustomEvent(theirs, { detail: message }))

  const encode = (value: Any): Any => {
    if (typeof value === 'function') {
      const number = numbers.get(value) ?? functions.push(value) - 1
      numbers.set(value, number)
      return ['function', number]
    }
    if (value instanceof File) {
      // A clone would lose it; what is dragged is the same in both worlds.
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(value)
      dispatch(new DragEvent(`${theirs} file`, { dataTransfer }))
      return ['file', ++sentFiles]
    }
    if (value instanceof Promise) {
      const number = ++lastPromise
      value.then(
        (result) => post('settle', number, true, encode(result)),
        (error) => post('settle', number, false, encode(error)),
      )
      return ['promise', number]
    }
    if (value instanceof Error) return ['error', value.name, value.message]
    if (Array.isArray(value)) return ['array', value.map(encode)]
    const prototype = value !== null && typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
    if (prototype === Object.prototype || prototype === null)
      return ['object', Object.entries(value).map(([key, item]) => [key, encode(item)])]
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.')
    return ['value', value]
  }
  const decode = ([tag, first, second]: Any): Any => {
    if (tag === 'function')
      return (...args: unknown[]) => {
        post('call', first, args.map(encode))
        const [how, value] = returned
        if (how === 'throw') throw decode(value)
        return decode(value)
      }
    if (tag === 'promise') return new Promise((resolve, reject) => promises.set(first, { resolve, reject }))
    if (tag === 'file') return files.get(first)
    if (tag === 'error') return Object.assign(new Error(second), { name: first })
    if (tag === 'array') return first.map(decode)
    if (tag === 'object') return Object.fromEntries(first.map(([key, item]: Any) => [key, decode(item)]))
    return first
  }
  const hear = (what: string, ...rest: Any[]) => {
    if (what === 'expose') {
      const [key, value] = rest
      if (key in globalThis) throw new Error(`Cannot bind an API on top of an existing property on the window object: ${key}`)
      Object.defineProperty(globalThis, key, { value: Object.freeze(decode(value)), enumerable: true })
    } else if (what === 'call') {
      const [number, args] = rest
      try {
        post('return', ['return', encode(functions[number]?.(...args.map(decode)))])
      } catch (error) {
        post('return', ['throw', encode(error)])
      }
    } else if (what === 'return') [returned] = rest
    else if (what === 'settle') {
      const [number, kept, value] = rest
      const waiting = promises.get(number)
      promises.delete(number)
      if (kept) waiting?.resolve(decode(value))
      else waiting?.reject(decode(value))
    }
  }
  document.addEventListener(`${mine} file`, (event) => files.set(files.size + 1, (event as DragEvent).dataTransfer?.files[0]))
  document.addEventListener(mine, (event) => hear(...((event as Any).detail as [string, ...Any[]])))
  return (key, value) => post('expose', key, encode(value))
}
