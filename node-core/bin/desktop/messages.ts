/** What the desktop app and its node say to each other; the app's half is `main/messages.ts`. */
import { z } from 'zod'

export const fromApp = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    data: z.string().min(1).optional(),
    port: z.int().min(0).max(65_535).optional(),
    passphraseFile: z.string().min(1).optional(),
  }),
  z.object({ type: z.literal('stop') }),
])
export type Start = Extract<z.output<typeof fromApp>, { type: 'start' }>

export type ToApp =
  | { readonly type: 'ready'; readonly origin: string }
  | { readonly type: 'session'; readonly token: string; readonly expiresAt: number }
  | { readonly type: 'failed'; readonly code: string; readonly text: string }
