/** Where the window was, kept between runs as a small file of numbers. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const side = z.int().min(-100_000).max(100_000)
const shape = z.object({
  x: side.exactOptional(),
  y: side.exactOptional(),
  width: z.int().min(360).max(20_000),
  height: z.int().min(320).max(20_000),
})
export type Place = z.output<typeof shape>
/** A rectangle of a screen that windows may use. */
export interface Area {
  x: number
  y: number
  width: number
  height: number
}

const usual: Place = { width: 1120, height: 760 }

/** What was kept, or the usual size where nothing was or the file is damaged. */
export function readPlace(path: string): Place {
  try {
    return shape.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // The first run, or a damaged file: the position of a window is not worth a word to the person.
    return usual
  }
}

export function writePlace(path: string, place: Place): void {
  writeFileSync(`${path}.new`, JSON.stringify(place))
  renameSync(`${path}.new`, path)
}

/** The place without a position that no screen shows any more: a screen may have been unplugged. */
export function onScreen(place: Place, areas: readonly Area[]): Place {
  const { x, y, width, height } = place
  if (x === undefined || y === undefined) return { width, height }
  // A hand's breadth of the title bar has to be within reach.
  const reachable = areas.some(
    (area) => x + width - 80 > area.x && x + 80 < area.x + area.width && y >= area.y && y + 40 < area.y + area.height,
  )
  return reachable ? place : { width, height }
}
