/** What a person chose about updates, and when the app last looked, as a small file. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { updateChannels } from '../../node-core/contract/updates.ts'

const shape = z.object({ on: z.boolean(), channel: z.enum(updateChannels), looked: z.number().nullable() })
type Kept = z.output<typeof shape>

export interface Choices {
  kept(): Kept
  keep(change: Partial<Kept>): void
}

/** Keeps them at `path`. Nothing is looked for until a person switches it on. */
export function createChoices(path: string): Choices {
  let kept: Kept = { on: false, channel: 'stable', looked: null }
  try {
    kept = shape.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // The first run, or a damaged file: off, until somebody says otherwise.
  }
  return {
    kept: () => kept,
    keep(change) {
      kept = { ...kept, ...change }
      writeFileSync(`${path}.new`, JSON.stringify(kept))
      renameSync(`${path}.new`, path)
    },
  }
}
