import type { z } from 'zod'
import type { unit } from '../../../node-core/contract/api/conversations.ts'

/** A unit as `conversations.units` and `units.get` answer it. */
export type Unit = z.output<typeof unit>

/** A unit of a long message whose text is still on another node of the person's: all that is known is that there is one. */
export const isAwaited = ({ kind, name, data }: Unit): boolean =>
  kind === 'unknown' && name === 'awaited' && (data === null || data === undefined)
