/** How this copy of the app came onto the machine, and so who brings it up to date. */
import { z } from 'zod'
import type { UpdatedBy } from '../../node-core/contract/updates.ts'

/** What the packed app's manifest says of updates; see resources/package/updates.mjs. */
const manifest = z.object({ updates: z.object({ url: z.url({ protocol: /^https$/ }), key: z.string() }).exactOptional() })
export type UpdatePlace = NonNullable<z.output<typeof manifest>['updates']>

/** Where updates are and whose signature counts; undefined where the app was packed without. */
export function updatePlaceOf(text: string): UpdatePlace | undefined {
  try {
    return manifest.parse(JSON.parse(text)).updates
  } catch {
    // Updates that cannot be checked are none.
    return undefined
  }
}

/** What can be seen of an installation. */
export interface Signs {
  readonly packaged: boolean
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  /** A shop's own build. */
  readonly store: boolean
  /** Whether the app was packed with a place to look and a key to believe. */
  readonly keyed: boolean
}

/** Who brings it up to date: on Linux only an AppImage can replace itself, everything else is the packages' business. */
export function updatedByOf({ packaged, platform, environment, store, keyed }: Signs): UpdatedBy {
  if (!packaged) return 'source'
  if (store || environment['SNAP'] || environment['FLATPAK_ID']) return 'system'
  if (platform === 'linux' && !environment['APPIMAGE']) return 'system'
  if (environment['PORTABLE_EXECUTABLE_DIR']) return 'portable'
  return keyed ? 'app' : 'keyless'
}
