/** How this window looks and speaks. Kept by this browser or app alone; nothing of the library is in it. */
import { useSyncExternalStore } from 'react'
import { z } from 'zod'
import { languages } from './languages.ts'

const shape = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  language: z.enum(['system', ...languages, 'pseudo']).catch('system'),
  textSize: z.enum(['usual', 'large', 'larger']).catch('usual'),
  readingFont: z.enum(['sans', 'serif']).catch('sans'),
  /** Whether the first run was gone through or skipped. */
  welcomed: z.boolean().catch(false),
  /** Devices that were told of and dismissed, as `known-devices.ts` marks them. */
  devicesKnown: z.string().catch(''),
  /** What was said until then of keys in use twice, in milliseconds since 1970, was told of and dismissed. */
  devicesSeen: z.number().catch(0),
  /** Whether this browser holds conversations, where it is one of the account’s devices. */
  holds: z.boolean().catch(true),
  /** Whether it held some: what is gone then was removed by the browser. */
  held: z.boolean().catch(false),
})
export type Preferences = z.output<typeof shape>
/** The language of the catalogue to show; `pseudo` shows which words are in none. */
export type Language = Exclude<Preferences['language'], 'system'>

/** Where preferences rest: the browser's storage, or the desktop app. */
export interface PreferenceStore {
  load(): Promise<string | null>
  save(text: string): void
}

export interface PreferenceKeeper {
  readonly current: Preferences
  change(some: Partial<Preferences>): void
  subscribe(changed: () => void): () => void
}

/** Loads what was kept; what cannot be read counts as not set. */
export async function keepPreferences(store: PreferenceStore): Promise<PreferenceKeeper> {
  let current = shape.parse(readJson(await store.load()))
  const listeners = new Set<() => void>()
  return {
    get current() {
      return current
    },
    change(some) {
      current = { ...current, ...some }
      store.save(JSON.stringify(current))
      for (const listener of listeners) listener()
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
  }
}

/** The browser's own storage; where a person forbids it, preferences last as long as the page. */
export const browserPreferences = (storage: () => Storage): PreferenceStore => ({
  async load() {
    try {
      return storage().getItem('preferences')
    } catch {
      return null
    }
  },
  save(text) {
    try {
      storage().setItem('preferences', text)
    } catch {
      // Forbidden or full: they hold until the page closes.
    }
  },
})

export const usePreferences = (keeper: PreferenceKeeper): Preferences =>
  useSyncExternalStore(keeper.subscribe, () => keeper.current)

/** Puts what style sheets ask for on the document. */
export function applyPreferences({ theme, textSize, readingFont }: Preferences, root: HTMLElement): void {
  root.dataset['theme'] = theme
  root.dataset['textSize'] = textSize
  root.dataset['readingFont'] = readingFont
}

function readJson(text: string | null): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
