/** A map that keeps what was put into it last: what a page remembers must not grow for as long as it is open. */

/** `most`: entries; the one that was set longest ago is forgotten first. */
export function recentMap<Value>(
  most: number,
): Pick<Map<string, Value>, 'get' | 'has' | 'delete'> & { set(key: string, value: Value): void } {
  const entries = new Map<string, Value>()
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    delete: (key) => entries.delete(key),
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= most) return
      for (const oldest of entries.keys()) {
        entries.delete(oldest)
        return
      }
    },
  }
}
