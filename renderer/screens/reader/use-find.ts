import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useClient } from '../../app/client-context.tsx'
import { loadUnits, type Unit, type UnitPath } from '../../queries/units.ts'
import { type Match, matchesIn } from './find.ts'

/** So many units are looked through: more than any conversation that anybody has had. */
const most = 50_000

export interface Finding {
  readonly query: string
  setQuery(query: string): void
  /** How many there are, as far as was looked. */
  readonly matches: number
  /** Which of them is shown, from 0. */
  readonly current: number
  readonly match: Match | undefined
  readonly searching: boolean
  /** True where the conversation goes on behind what is looked through. */
  readonly partial: boolean
  move(step: 1 | -1): void
}

/**
 * Looks through all units of a path, which are loaded for it. `top`: where the person is; the first match shown is the
 * next from there. `show` brings a match onto the screen.
 */
export function useFind(
  path: UnitPath,
  options: { open: boolean; total: number; showHidden: boolean; top: () => number; show: (match: Match) => void },
): Finding {
  const { open, total, showHidden } = options
  const client = useClient()
  const queries = useQueryClient()
  const [query, setQuery] = useState('')
  const [units, setUnits] = useState<readonly Unit[]>([])
  const [at, setAt] = useState<{ query: string; match: Match } | undefined>()
  const { conversation, leaf } = path
  const latest = useRef(options)
  latest.current = options
  const wanted = Math.min(total, most)

  useEffect(() => {
    if (!open || wanted === 0) return
    const abort = new AbortController()
    const all: Unit[] = []
    let shown = 0
    const loaded = (some: readonly Unit[]) => {
      all.push(...some)
      // Few steps, the first one soon.
      if (all.length < wanted && all.length < shown * 2) return
      shown = all.length
      setUnits([...all])
    }
    loadUnits(queries, client, { conversation, leaf }, 0, wanted, { signal: abort.signal, loaded }).catch(() => {
      // What is there is looked through; the talk itself says what could not be loaded.
    })
    return () => abort.abort()
  }, [open, wanted, queries, client, conversation, leaf])

  const matches = useMemo(() => (open ? matchesIn(units, query.trim(), showHidden) : []), [open, units, query, showHidden])
  const same = (one: Match, other: Match) => one.index === other.index && one.nth === other.nth
  const current = at?.query === query ? matches.findIndex((match) => same(match, at.match)) : -1

  const go = useCallback((match: Match | undefined, of: string) => {
    if (!match) return
    setAt({ query: of, match })
    latest.current.show(match)
  }, [])
  // A new query shows the next match from where the person is, as soon as there is one.
  useEffect(() => {
    if (!open || current !== -1 || matches.length === 0) return
    const top = latest.current.top()
    go(matches.find(({ index }) => index >= top) ?? matches[0], query)
  }, [open, current, matches, query, go])

  return {
    query,
    setQuery,
    matches: matches.length,
    current: Math.max(current, 0),
    match: current === -1 ? undefined : matches[current],
    searching: open && units.length < wanted,
    partial: total > most,
    move: (step) => go(matches[(current + step + matches.length) % matches.length], query),
  }
}
