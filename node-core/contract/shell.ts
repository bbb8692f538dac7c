/** What travels on the channels between the page in the desktop window and the app. */
import { z } from 'zod'

/** How the window looks and speaks: JSON of short names and values. The app keeps it and does not read it. */
export const preferencesText = z
  .string()
  .max(2000)
  .refine((text) => flat.safeParse(jsonOf(text)).success, 'Preferences are one flat JSON object.')
const flat = z.record(z.string().max(40), z.union([z.string().max(40), z.boolean(), z.number()]))

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
