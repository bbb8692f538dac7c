/** What is the matter where the system's keychain cannot be used, as far as its library says. */

import { VivimError } from '../../contract/errors.ts'

/** `none`: there is none. `locked`: nobody unlocked it. `silent`: it does not answer, or says nothing that is known. */
export type Trouble = 'none' | 'locked' | 'silent'

const signs: readonly (readonly [RegExp, Trouble])[] = [
  [/no session bus|not provided by any|ServiceUnknown|NameHasNoOwner/, 'none'],
  // GNOME and KDE; macOS where nobody may be asked, or said no.
  [/dismissed|is locked|interaction is not allowed|user canceled|user name or passphrase/i, 'locked'],
]

/** @param error as the keychain threw it, with its causes */
export function troubleOf(error: unknown): Trouble {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    // The catalogue's own words name every trouble at once.
    const message = at instanceof VivimError ? (at.detail ?? '') : at.message
    const found = signs.find(([sign]) => sign.test(message))
    if (found) return found[1]
  }
  return 'silent'
}
