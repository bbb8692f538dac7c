import { useQuery } from '@tanstack/react-query'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import { type MessageId, splitUnitId, type UnitId } from '../../../node-core/contract/ids.ts'
import { useClient } from '../../app/client-context.tsx'
import { placeOf, type UnitPath } from '../../queries/units.ts'

export interface Start {
  readonly unit: UnitId
  /** Its place in the path; undefined where the conversation does not hold it any more. */
  readonly index: number | undefined
  /** The branch that it is in, where the path asked for does not lead there. */
  readonly leaf?: MessageId
}

/** Finds the unit that an address names, in another branch where need be. */
export function useStart(path: UnitPath, unit: UnitId | undefined) {
  const client = useClient()
  return useQuery({
    queryKey: ['units', path.conversation, path.leaf ?? null, 'start', unit ?? null],
    queryFn: async ({ signal }): Promise<Start | null> => {
      if (!unit) return null
      const missing = (error: unknown) => {
        if (isVivimError(error, 'not-found')) return undefined
        throw error
      }
      const index = await placeOf(client, path, unit, signal).catch(missing)
      if (index !== undefined) return { unit, index }
      const leaf = splitUnitId(unit).message
      const there = await placeOf(client, { ...path, leaf }, unit, signal).catch(missing)
      return there === undefined ? { unit, index: undefined } : { unit, index: there, leaf }
    },
    enabled: unit !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}
