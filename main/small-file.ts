/** Small files of the app's own state. */
import { renameSync, writeFileSync } from 'node:fs'

/**
 * Writes a file whole or not at all. Answers false where the disk is full or does not take it: for state that is not worth
 * more than to be known again at the next start.
 */
export function writeSmallFile(path: string, text: string): boolean {
  try {
    writeFileSync(`${path}.new`, text, { mode: 0o600 })
    renameSync(`${path}.new`, path)
    return true
  } catch {
    return false
  }
}
