/**
 * Which entries of the keychain belong to which store: names without secrets, in a small file of the app. What is missing
 * in it costs a question at the next start and nothing else, so that a damaged file is an empty one.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { writeSmallFile } from '../small-file.ts'

const shape = z.record(z.string(), z.array(z.string().min(1).max(300)).max(1000))

export interface EntryNames {
  readonly all: readonly string[]
  add(entry: string): void
  remove(entry: string): void
}

/**
 * @param path the file
 * @param store which store, by whatever the app tells stores apart by
 */
export function openEntryNames(path: string, store: string): EntryNames {
  const stores = read(path)
  const names = new Set(stores[store] ?? [])
  const write = () => {
    stores[store] = [...names]
    // A key that the keychain has kept is no failure because its name was not written down.
    writeSmallFile(path, JSON.stringify(stores))
  }
  return {
    get all() {
      return [...names]
    },
    add(entry) {
      if (names.has(entry)) return
      names.add(entry)
      write()
    },
    remove(entry) {
      if (names.delete(entry)) write()
    },
  }
}

function read(path: string): z.output<typeof shape> {
  try {
    return shape.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // The first run, or a damaged file.
    return {}
  }
}
