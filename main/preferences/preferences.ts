/** The page's preferences as a small file of the app: the window's own storage is in memory and ends with it. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { shellMethods } from '../../node-core/contract/shell.ts'
import type { ShellHandlers } from '../shell/answer.ts'

const chosen = z.object({ language: z.string() })
const text = shellMethods['preferences.save'].input

export interface Preferences {
  /** The methods of the page that keep its preferences. */
  readonly handlers: Pick<ShellHandlers, 'preferences.load' | 'preferences.save'>
  /** The language that the person chose for the page; undefined where it is the system's. */
  readonly language: string | undefined
  /** Calls `changed` whenever another language was chosen. */
  onLanguage(changed: () => void): void
}

/** Keeps the page's preferences at `path`. */
export function createPreferences(path: string): Preferences {
  const listeners = new Set<() => void>()
  const load = () => {
    try {
      return text.parse(readFileSync(path, 'utf8'))
    } catch {
      // The first run, or a damaged file: the window looks as it does without preferences.
      return null
    }
  }
  let language = languageOf(load())
  return {
    handlers: {
      'preferences.load': load,
      'preferences.save': (kept) => {
        writeFileSync(`${path}.new`, kept)
        renameSync(`${path}.new`, path)
        const next = languageOf(kept)
        if (next === language) return
        language = next
        for (const listener of listeners) listener()
      },
    },
    get language() {
      return language
    },
    onLanguage(changed) {
      listeners.add(changed)
    },
  }
}

function languageOf(kept: string | null): string | undefined {
  const { data } = chosen.safeParse(JSON.parse(kept ?? '{}'))
  return data?.language === 'system' ? undefined : data?.language
}
