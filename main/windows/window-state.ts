/** Where the windows were and what they showed, kept between runs as a small file: numbers, and addresses of the page. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { writeSmallFile } from '../small-file.ts'

const side = z.int().min(-100_000).max(100_000)
/** Path and query of an address of the page: ids and names of screens, never words of the library. */
const path = z
  .string()
  .max(500)
  .regex(/^\/(?!\/)[A-Za-z0-9/._?=&-]*$/)
const place = z.object({
  x: side.exactOptional(),
  y: side.exactOptional(),
  width: z.int().min(360).max(20_000),
  height: z.int().min(320).max(20_000),
})
export type Place = z.output<typeof place>

const window = place.extend({ mode: z.enum(['normal', 'maximized', 'full-screen']).catch('normal'), path: path.catch('/') })
/** One window: its place when it is neither maximised nor full screen, how it is, and what it shows. */
export type WindowState = z.output<typeof window>

/** Beyond these nothing can be read, or hit. */
const zoom = z.number().min(-3).max(5)
const kept = z.object({ zoom: zoom.catch(0), windows: z.array(window).max(20) })
export type KeptWindows = z.output<typeof kept>

/** A rectangle of a screen that windows may use. */
export interface Area {
  x: number
  y: number
  width: number
  height: number
}

export const usual: WindowState = { width: 1120, height: 760, mode: 'normal', path: '/' }

/** What was kept, or one window of the usual size where nothing was or the file is damaged. */
export function readWindows(file: string): KeptWindows {
  try {
    const found = kept.parse(JSON.parse(readFileSync(file, 'utf8')))
    return found.windows.length > 0 ? found : { ...found, windows: [usual] }
  } catch {
    // The first run, or a damaged file: the position of a window is not worth a word to the person.
    return { zoom: 0, windows: [usual] }
  }
}

/** Where it cannot be written, the next start shows what was kept before. */
export function writeWindows(file: string, windows: KeptWindows): void {
  writeSmallFile(file, JSON.stringify(windows))
}

/** What of an address is kept: nothing where it is not one that would be read again. */
export function pathOf(url: string): string {
  const { pathname, search } = URL.canParse(url) ? new URL(url) : { pathname: '/', search: '' }
  const whole = path.safeParse(pathname + search)
  return whole.success ? whole.data : '/'
}

/** The nearest level that still can be read; one step is a fifth. */
export const zoomed = (level: number, step: 1 | 0 | -1): number => (step === 0 ? 0 : Math.min(5, Math.max(-3, level + step / 2)))

/** The place without a position that no screen shows any more: a screen may have been unplugged. */
export function onScreen<P extends Place>(wanted: P, areas: readonly Area[]): P {
  const { x, y, ...rest } = wanted
  // A hand's breadth of the title bar has to be within reach.
  const reachable =
    x !== undefined &&
    y !== undefined &&
    areas.some(
      (area) => x + wanted.width - 80 > area.x && x + 80 < area.x + area.width && y >= area.y && y + 40 < area.y + area.height,
    )
  return reachable ? wanted : (rest as P)
}

/** A new window beside one that is there, not on it. */
export const beside = ({ x, y, width, height }: Area): Place => ({ x: x + 28, y: y + 28, width, height })
