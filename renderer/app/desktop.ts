/** What the desktop app adds to the page, and its stand-in in a browser. */
import { z } from 'zod'

const shape = z.object({ platform: z.string(), version: z.string() })
export type Desktop = z.output<typeof shape>

/** The preload's object where the page runs in the desktop window; undefined in a browser. */
export function desktopOf(window: object): Desktop | undefined {
  const found = shape.safeParse(Reflect.get(window, 'vivim'))
  return found.success ? found.data : undefined
}

/** The desktop window's session: the app adds it to every request outside the page, so there is none in here. */
export const desktopAccess = { token: () => undefined, renew: async () => false }
