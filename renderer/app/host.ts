/** What the page runs in: the desktop window, or a browser, which stands in for it. */
import { z } from 'zod'
import { browserPreferences, type PreferenceStore } from './preferences.ts'

export interface Host {
  /** The desktop app adds the session to every request outside the page, so that there is none in here. */
  readonly kind: 'desktop' | 'browser'
  readonly preferences: PreferenceStore
}

const bridge = z.object({
  platform: z.string(),
  version: z.string(),
  loadPreferences: z.custom<() => Promise<unknown>>((value) => typeof value === 'function'),
  savePreferences: z.custom<(text: string) => void>((value) => typeof value === 'function'),
})

/** The preload's object is in `window` where the page runs in the desktop window. */
export function hostOf(window: Window): Host {
  const found = bridge.safeParse(Reflect.get(window, 'vivim'))
  if (!found.success) return { kind: 'browser', preferences: browserPreferences(() => window.localStorage) }
  const { loadPreferences, savePreferences } = found.data
  const load = async () =>
    z
      .string()
      .nullable()
      .catch(null)
      .parse(await loadPreferences())
  return { kind: 'desktop', preferences: { load, save: savePreferences } }
}

/** The desktop window's access: the app has it. */
export const desktopAccess = { token: () => undefined, renew: async () => false }
