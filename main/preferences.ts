/** The page's preferences as a small file of the app: the window's own storage is in memory and ends with it. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { preferencesText } from '../node-core/contract/shell.ts'
import { mayNavigate } from './policy.ts'

/** Who sent a message: the frame's address, absent where the frame is gone. */
export interface Sender {
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null
}

/** Only the app's own page, as the window's outermost frame, may ask. */
export const isPage = ({ senderFrame }: Sender): boolean =>
  senderFrame !== null && senderFrame.parent === null && mayNavigate(senderFrame.url)

/** What was kept; null where nothing was, or the file is damaged. */
export function readPreferences(path: string): string | null {
  try {
    return preferencesText.parse(readFileSync(path, 'utf8'))
  } catch {
    // The first run, or a damaged file: the window looks as it does without preferences.
    return null
  }
}

/** Keeps `text` where it has the shape of preferences; anything else is not kept. */
export function writePreferences(path: string, text: unknown): void {
  const parsed = preferencesText.safeParse(text)
  if (!parsed.success) return
  writeFileSync(`${path}.new`, parsed.data)
  renameSync(`${path}.new`, path)
}
