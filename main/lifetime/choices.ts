/** What a person chose about the app on this computer, in a small file of the app. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { computerChoices } from '../../node-core/contract/computer.ts'

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
  change(next: Partial<Kept>): void
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
      writeFileSync(`${path}.new`, JSON.stringify(now))
      renameSync(`${path}.new`, path)
      for (const listener of listeners) listener()
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
