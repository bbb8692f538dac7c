/** What the parts of the stand-in share: how it was started, its browser, and what the app did that has no page. */
import { z } from 'zod'
import { type Chromium, program, startChromium } from './chromium.ts'

const variable = 'VIVIM_STAND_IN'
const setup = z.object({
  program,
  /** What `safeStorage` stands on. */
  storage: z.enum(['gnome_libsecret', 'kwallet6', 'basic_text', 'unavailable']),
  /** The system's languages, the first one preferred. */
  languages: z.array(z.string()).min(1),
  /** Runs first in every page, for what is measured there. */
  script: z.string().default(''),
})
export type Setup = z.input<typeof setup>

/** How it was started; the app and what it starts do not see the variable. */
const text = process.env[variable]
if (text === undefined) throw new Error('The stand-in for Electron is started by launchApp(): tests/electron/launch.ts')
delete process.env[variable]
export const given = setup.parse(JSON.parse(text))

/** When the app's first line is run: these modules are loaded before it. Milliseconds since 1970. */
export const begun = performance.timeOrigin + performance.now()

/** Something that the app asked of the system. */
export interface Noted {
  /** The member of Electron's that was used, as `shell.openExternal`. */
  readonly what: string
  readonly details: unknown
}
export const records: Noted[] = []
/** Keeps what the app asked for, and gives back its answer. */
export const noted = <T>(what: string, details: unknown, answer: T): T => {
  record(what, details)
  return answer
}
export const record = (what: string, details?: unknown): void => void records.push({ what, details })

let chromium: Promise<Chromium> | undefined
/** The browser; started when it is first asked for, on the app's folder. */
export function chromiumAt(folder: () => string): Promise<Chromium> {
  chromium ??= startChromium(given.program, folder())
  return chromium
}
