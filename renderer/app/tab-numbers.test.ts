import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { forgetEntry, forgetNumbers, tabNumbers } from './tab-numbers.ts'

/** A tab's storage; `refused` throws at everything, as a browser does that keeps nothing. */
function storageOf(items: Record<string, string> = {}): Storage {
  const kept = items
  const methods = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      kept[key] = value
    },
    removeItem: (key: string) => void delete kept[key],
  }
  return new Proxy(kept, {
    get: (_, key) => Reflect.get(methods, key) ?? Reflect.get(kept, key),
  }) as unknown as Storage
}
const refused = () => {
  throw new Error('refused')
}

let storage: Storage
beforeEach(() => {
  storage = storageOf()
})
const load = (most = 3) => tabNumbers('reader', most, () => storage)

describe('numbers of a tab', () => {
  it('are there again when the page is loaded again, the newest of them', () => {
    const first = load()
    for (const [at, key] of ['a', 'b', 'a', 'c', 'd'].entries()) first.set(key, [at, 0.5])
    const again = load()
    expect(['a', 'b', 'c', 'd'].map((key) => again.get(key)?.[0])).toEqual([2, undefined, 3, 4])
    again.delete('c')
    expect(load().get('c')).toBeUndefined()
    expect(load(1).get('a')).toBeUndefined()
    expect(load(1).get('d')).toEqual([4, 0.5])
  })

  it('are gone with the session, from storage and memory, also those of parts that are not loaded', () => {
    const map = load()
    map.set('a', [1])
    storage.setItem('numbers elsewhere', '{}')
    storage.setItem('other', 'stays')
    forgetNumbers(() => storage)
    expect(map.get('a')).toBeUndefined()
    expect(storage.getItem('numbers reader')).toBeNull()
    expect(storage.getItem('numbers elsewhere')).toBeNull()
    expect(storage.getItem('other')).toBe('stays')
    map.set('b', [2])
    expect(load().get('a')).toBeUndefined()
    expect(load().get('b')).toEqual([2])
  })

  it('are forgotten of one entry of the history', () => {
    const map = load()
    map.set('here talk', [1])
    map.set('there talk', [2])
    forgetEntry('here', () => storage)
    expect(load().get('here talk')).toBeUndefined()
    expect(load().get('there talk')).toEqual([2])
    expect(() => forgetEntry('here', refused)).not.toThrow()
  })

  it('are nothing where the storage holds anything else, and stay in memory where it is refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((entries) => `{"version":1,"entries":${entries}}`),
        ),
        (kept) => {
          storage.setItem('numbers reader', kept)
          const numbers = load().get('a')
          expect(numbers === undefined || numbers.every((n) => Number.isFinite(n))).toBe(true)
        },
      ),
    )
    storage.setItem('numbers reader', '{"version":1,"entries":[["a",["x"]],["b",[null]],[5,[1]],"c",["d",[1,2]]]}')
    const map = load()
    expect(['a', 'b', 'd'].map((key) => map.get(key))).toEqual([undefined, undefined, [1, 2]])
    storage.setItem('numbers reader', '{"version":2,"entries":[["d",[1,2]]]}')
    expect(load().get('d')).toBeUndefined()
    const only = tabNumbers('reader', 3, refused)
    only.set('a', [1])
    expect(only.get('a')).toEqual([1])
    expect(() => forgetNumbers(refused)).not.toThrow()
  })
})
