/** The operating system's word that something in a folder has changed. A hint: what it misses, the next look finds. */
import { type FSWatcher, watch } from 'node:fs'

export interface Changes {
  /** Which folders to listen at, the most important first. Answers whether all of them are covered. */
  cover(folders: readonly string[]): boolean
  close(): void
}
/** Calls `onChange` when something happened in the folders that are covered; `whole`: the system listens to folders in folders. */
export type ListenTo = (onChange: () => void) => Changes

/** Folders that are listened at one by one, where the system does not do it for a whole tree. */
const MOST = 200

export const listenTo =
  (whole: boolean): ListenTo =>
  (onChange) => {
    const watchers = new Map<string, FSWatcher>()
    const drop = (folder: string): void => {
      watchers.get(folder)?.close()
      watchers.delete(folder)
    }
    return {
      cover(folders) {
        const wanted = folders.slice(0, whole ? 1 : MOST)
        for (const folder of [...watchers.keys()]) if (!wanted.includes(folder)) drop(folder)
        for (const folder of wanted) {
          if (watchers.has(folder)) continue
          try {
            const watcher = watch(folder, { persistent: false, recursive: whole }, () => onChange())
            watcher.on('error', () => {
              drop(folder)
              onChange()
            })
            watchers.set(folder, watcher)
          } catch {
            // none left, or the folder is gone: it is looked at from time to time instead
          }
        }
        return watchers.size === (whole ? Math.min(1, folders.length) : folders.length)
      },
      close() {
        for (const folder of [...watchers.keys()]) drop(folder)
      },
    }
  }
