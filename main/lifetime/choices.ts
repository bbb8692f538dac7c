/** What a person chose about the app on this computer, in a small file of the app. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { computerChoices } from '../../node-core/contract/computer.ts'
import { writeSmallFile } from '../small-file.ts'

const { whenClosed, trayTitles, anyNetwork, meteredHere } = computerChoices.shape
/** Each by itself: one that is damaged, or of another version, takes the others along no more. */
const shape = z.object({
  whenClosed: whenClosed.catch('auto'),
  trayTitles: trayTitles.catch(true),
  anyNetwork: anyNetwork.catch(false),
  meteredHere: meteredHere.catch(false),
  /** Whether it was said that the app stays in the tray. */
  toldOfTray: z.boolean().catch(false),
})
export type Kept = z.output<typeof shape>

export interface Choices {
  readonly now: Kept
  /** Takes them for this run in any case; answers whether they are kept for the next. */
  change(next: Partial<Kept>): boolean
  /** Calls `listener` after each change. */
  on(listener: () => void): void
}

/** @param path where they are kept; a file that cannot be read is as none */
export function createChoices(path: string): Choices {
  const listeners: (() => void)[] = []
  let now = read(path)
  return {
    get now() {
      return now
    },
    change(next) {
      now = { ...now, ...next }
      const written = writeSmallFile(path, JSON.stringify(now))
      for (const listener of listeners) listener()
      return written
    },
    on: (listener) => void listeners.push(listener),
  }
}

function read(path: string): Kept {
  try {
    return shape.catch(shape.parse({})).parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return shape.parse({})
  }
}
