/** A least-recently-used cache bounded by bytes. */
export interface Cache<V> {
  get(key: string): V | undefined
  set(key: string, value: V, bytes: number): void
  delete(key: string): void
  clear(): void
}

export function createCache<V>(limit: number): Cache<V> {
  const entries = new Map<string, { value: V; bytes: number }>()
  let used = 0
  const drop = (key: string): void => {
    used -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      // a Map keeps the order of insertion: the first key is the one that was used longest ago
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, bytes) {
      drop(key)
      if (bytes > limit / 2) return
      entries.set(key, { value, bytes })
      used += bytes
      for (const oldest of entries.keys()) {
        if (used <= limit) break
        drop(oldest)
      }
    },
    delete: drop,
    clear() {
      entries.clear()
      used = 0
    },
  }
}
