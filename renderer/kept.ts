/** One thing that this browser keeps between visits: in IndexedDB, the one place that takes a key without showing it. */
export interface Kept<T> {
  load(): Promise<T | undefined>
  save(kept: T): Promise<void>
  clear(): Promise<void>
}

/** Keeps it in memory, for as long as the page is open. */
export function keptInMemory<T>(): Kept<T> {
  let kept: T | undefined
  return {
    load: async () => kept,
    save: async (next) => {
      kept = next
    },
    clear: async () => {
      kept = undefined
    },
  }
}

/** Keeps it in the database of that name, which holds nothing else, in its store of the other. */
export function keptInBrowser<T>(factory: IDBFactory, database: string, stored: string): Kept<T> {
  const open = async (): Promise<IDBDatabase> => {
    const request = factory.open(database, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(stored)
    return await result(request)
  }
  const inStore = async <R>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<R>): Promise<R> => {
    const opened = await open()
    try {
      return await result(work(opened.transaction(stored, mode).objectStore(stored)))
    } finally {
      opened.close()
    }
  }
  return {
    load: async () => await inStore<T | undefined>('readonly', (store) => store.get('current')),
    save: async (kept) => {
      await inStore('readwrite', (store) => store.put(kept, 'current'))
    },
    clear: async () => {
      await inStore('readwrite', (store) => store.delete('current'))
    },
  }
}

const result = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
