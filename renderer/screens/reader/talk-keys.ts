import type { LoadedUnits } from '../../queries/units.ts'
import type { RowActions } from './actions.ts'
import { numberOf, type Rows } from './rows.ts'
import { targetOf } from './selection.ts'
import type { Choosing } from './use-choosing.ts'
import type { useGo } from './use-go.ts'
import type { TalkKeys } from './use-keys.ts'

/** What the keys of the talk do. `top`: the unit at the top of the screen. */
export function talkKeys(options: {
  units: LoadedUnits
  rows: Rows
  total: number
  choosing: Choosing
  jump: ReturnType<typeof useGo>
  actions: RowActions
  top: () => number
}): TalkKeys {
  const { units, rows, total, choosing, jump, actions, top } = options
  const { current } = jump
  const next = (step: Parameters<TalkKeys['move']>[0]) => {
    if (step === 'first') return rows.shown(0, 1)
    if (step === 'last') return rows.shown(total - 1, -1)
    return current === undefined ? rows.shown(top(), 1) : rows.shown(current + step, step)
  }
  return {
    underWay: jump.underWay,
    move: (step, extend) => {
      const to = next(step)
      if (to === undefined) return
      if (extend) {
        if (choosing.chosen.size === 0) actions.choose(current ?? top(), false)
        actions.choose(to, true)
      }
      void jump.go(to, { focus: true, align: typeof step === 'number' ? 'nearest' : 'start' })
    },
    choose: () => {
      if (current !== undefined) actions.choose(current, false)
    },
    branch: (step) => {
      const index = current ?? top()
      const unit = units.at(index)
      const start = unit ? index - numberOf(unit) : -1
      const siblings = units.at(start)?.siblings
      if (!siblings) return false
      const to = step === 1 ? siblings.next : siblings.previous
      if (to) actions.switchTo(start, to)
      return true
    },
    note: () => {
      const unit = units.at(current ?? -1)
      if (unit) actions.write(targetOf(choosing.chosen) ?? unit.id)
    },
    tag: () => {
      const unit = units.at(current ?? -1)
      if (unit) actions.tag(unit.id)
    },
    edit: () => {
      const unit = units.at(current ?? -1)
      if (unit) actions.edit(unit)
    },
    clear: () => {
      const some = choosing.chosen.size > 0
      if (some) choosing.clear()
      return some
    },
  }
}
