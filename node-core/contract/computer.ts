/** How the desktop app lives on its computer: what is kept of crashes. */
import { z } from 'zod'

/** One crash. Times are milliseconds since 1970. */
export const crashReport = z.object({
  what: z.enum(['node', 'window', 'app']),
  at: z.int().min(0),
  /** The process's exit code. */
  code: z.int(),
  /** How long it ran, in milliseconds; null where that is not known. */
  ran: z.int().min(0).nullable(),
  /** Whether it had come as far as being of use. */
  ready: z.boolean(),
  version: z.string().max(40),
  /** The system and its kind of processor: `linux x64`. */
  system: z.string().max(80),
  /** The last that it said, without what is the person's. */
  lines: z.array(z.string().max(240)).max(40),
})
export type CrashReport = z.output<typeof crashReport>
