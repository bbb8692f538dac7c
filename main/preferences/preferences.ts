/** The page's preferences as a small file of the app: the window's own storage is in memory and ends with it. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { shellMethods } from '../../node-core/contract/shell.ts'
import type { ShellHandlers } from '../shell/answer.ts'

const text = shellMethods['preferences.save'].input

/** The methods of the page that keep its preferences at `path`. */
export function createPreferences(path: string): Pick<ShellHandlers, 'preferences.load' | 'preferences.save'> {
  return {
    'preferences.load': () => {
      try {
        return text.parse(readFileSync(path, 'utf8'))
      } catch {
        // The first run, or a damaged file: the window looks as it does without preferences.
        return null
      }
    },
    'preferences.save': (kept) => {
      writeFileSync(`${path}.new`, kept)
      renameSync(`${path}.new`, path)
    },
  }
}
