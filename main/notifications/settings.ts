/** Whether the app may speak up, and how much it says; kept as a small file. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { shellMethods } from '../../node-core/contract/shell.ts'

const shape = shellMethods['notifications.set'].input
export type NoticeSettings = ReturnType<typeof shape.parse>

/** Without contents until the person allows it. */
const first: NoticeSettings = { quiet: false, details: false }

export function createNoticeSettings(file: string): { readonly current: NoticeSettings; set(next: NoticeSettings): void } {
  let current = first
  try {
    current = shape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // The first run, or a damaged file.
  }
  return {
    get current() {
      return current
    },
    set(next) {
      current = next
      writeFileSync(`${file}.new`, JSON.stringify(next))
      renameSync(`${file}.new`, file)
    },
  }
}
