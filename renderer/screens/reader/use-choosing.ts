import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import type { UnitId } from '../../../node-core/contract/ids.ts'
import { useClient } from '../../app/client-context.tsx'
import { loadUnits, type UnitPath } from '../../queries/units.ts'
import type { Chosen } from './markdown-text.ts'
import { nothingChosen, type Selection, toggled, withAll } from './selection.ts'

export interface Choosing {
  readonly chosen: Selection
  has(unit: UnitId): boolean
  /** Chooses or leaves one; with `range` everything from the last one that was chosen. */
  choose(one: Chosen, range: boolean): void
  chooseAll(some: readonly Chosen[]): void
  clear(): void
}

/** Which units are chosen. `visible` says whether a row can be: what is hidden or folded away is left out of a range. */
export function useChoosing(path: UnitPath, visible: (index: number) => boolean): Choosing {
  const client = useClient()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<Selection>(nothingChosen)
  const anchor = useRef<number>(undefined)
  const latest = useRef({ path, visible })
  latest.current = { path, visible }

  const choose = useCallback(
    (one: Chosen, range: boolean) => {
      const from = anchor.current
      anchor.current = one.index
      if (!range || from === undefined) return setChosen((before) => toggled(before, one))
      const first = Math.min(from, one.index)
      const last = Math.max(from, one.index)
      void loadUnits(queries, client, latest.current.path, first, last + 1).then((units) =>
        setChosen((before) =>
          withAll(
            before,
            units.map((unit, n) => ({ unit, index: first + n })).filter(({ index }) => latest.current.visible(index)),
          ),
        ),
      )
    },
    [queries, client],
  )
  const chooseAll = useCallback((some: readonly Chosen[]) => {
    anchor.current = some.at(-1)?.index
    setChosen((before) => {
      const all = some.every(({ unit }) => before.has(unit.id))
      if (!all) return withAll(before, some)
      const next = new Map(before)
      for (const { unit } of some) next.delete(unit.id)
      return next
    })
  }, [])
  const clear = useCallback(() => {
    anchor.current = undefined
    setChosen(nothingChosen)
  }, [])
  return { chosen, has: (unit) => chosen.has(unit), choose, chooseAll, clear }
}
