import type { z } from 'zod'
import type { unit } from '../../../node-core/contract/api/conversations.ts'

/** A unit as `conversations.units` and `units.get` answer it. */
export type Unit = z.output<typeof unit>
