/**
 * Values between processes as Electron's messages carry them: what the structured clone takes, and nothing else.
 * The functions stand alone: their source runs in pages as well.
 */

/** JSON text of a value; throws where the structured clone would. */
export function pack(value: unknown): string {
  const encode = (one: unknown): unknown => {
    if (one === null || typeof one === 'boolean' || typeof one === 'string') return one
    if (typeof one === 'number') return Number.isFinite(one) ? one : ['number', String(one)]
    if (one === undefined) return ['undefined']
    if (typeof one === 'bigint') return ['bigint', String(one)]
    if (typeof one === 'function' || typeof one === 'symbol') throw new Error('An object could not be cloned.')
    if (Array.isArray(one)) return ['array', one.map(encode)]
    if (one instanceof Date) return ['date', one.getTime()]
    if (one instanceof Map) return ['map', [...one].map(([key, item]) => [encode(key), encode(item)])]
    if (one instanceof Set) return ['set', [...one].map(encode)]
    if (one instanceof Error) return ['error', one.name, one.message]
    if (one instanceof ArrayBuffer) return ['bytes', 'ArrayBuffer', Array.from(new Uint8Array(one))]
    if (ArrayBuffer.isView(one)) {
      const bytes = new Uint8Array(one.buffer, one.byteOffset, one.byteLength)
      return ['bytes', one.constructor.name === 'Buffer' ? 'Uint8Array' : one.constructor.name, Array.from(bytes)]
    }
    if (one instanceof Promise || one instanceof WeakMap) throw new Error('An object could not be cloned.')
    return ['object', Object.entries(one as object).map(([key, item]) => [key, encode(item)])]
  }
  return JSON.stringify(encode(value))
}

/** The value of `pack`'s text. */
export function unpack(text: string): unknown {
  // biome-ignore lint/suspicious/noExplicitAny: the text is `pack`'s own.
  const decode = (one: any): unknown => {
    if (!Array.isArray(one)) return one
    const [tag, first, second] = one
    if (tag === 'undefined') return undefined
    if (tag === 'number') return Number(first)
    if (tag === 'bigint') return BigInt(first)
    if (tag === 'array') return first.map(decode)
    if (tag === 'date') return new Date(first)
    if (tag === 'map') return new Map(first.map(([key, item]: [unknown, unknown]) => [decode(key), decode(item)]))
    if (tag === 'set') return new Set(first.map(decode))
    if (tag === 'error') return Object.assign(new Error(second), { name: first })
    if (tag === 'bytes') {
      const { buffer } = Uint8Array.from(first === undefined ? [] : second)
      return first === 'ArrayBuffer' ? buffer : Reflect.construct(Reflect.get(globalThis, first), [buffer])
    }
    return Object.fromEntries(first.map(([key, item]: [string, unknown]) => [key, decode(item)]))
  }
  return decode(JSON.parse(text))
}
