/** How the app stands with its updates, as the page shows it. */
import { z } from 'zod'

export const updateChannels = ['stable', 'beta'] as const
export type UpdateChannel = (typeof updateChannels)[number]

/** Who brings this installation up to date; where it is not the app itself, why not. */
export const updatedBy = z.enum([
  'app',
  /** The system's packages or a shop. */
  'system',
  /** A portable program: whoever put it there. */
  'portable',
  /** It was packed without a place to look and a key to believe. */
  'keyless',
  /** It runs from a repository. */
  'source',
])
export type UpdatedBy = z.output<typeof updatedBy>

/** Why an update did not come about: no answer, not signed for this app, other bytes than were signed, or the system refused. */
export const updateFailure = z.enum(['unreachable', 'untrusted', 'damaged', 'refused'])
export type UpdateFailure = z.output<typeof updateFailure>

const version = z.string().max(64)
const phase = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('idle') }),
  z.strictObject({ is: z.literal('looking') }),
  /** `share`: 0 to 1 of it is here. */
  z.strictObject({ is: z.literal('loading'), version, share: z.number().min(0).max(1) }),
  /** Installed when the app quits; `notes` is Markdown, what is new in it. */
  z.strictObject({ is: z.literal('ready'), version, notes: z.string().max(20_000) }),
  z.strictObject({ is: z.literal('failed'), why: updateFailure }),
])

export const updatesState = z.strictObject({
  by: updatedBy,
  /** The version that runs. */
  version,
  on: z.boolean(),
  channel: z.enum(updateChannels),
  /** Milliseconds since 1970 of the last look; null before the first. */
  looked: z.number().nullable(),
  phase,
})
export type UpdatesState = z.output<typeof updatesState>

/** What a person decides about updates; what is left out stays. */
export const updatesChoice = z.strictObject({
  on: z.boolean().exactOptional(),
  channel: z.enum(updateChannels).exactOptional(),
})
