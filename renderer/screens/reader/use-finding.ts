import { type RefObject, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { MessageId } from '../../../node-core/contract/ids.ts'
import type { LoadedUnits, UnitPath } from '../../queries/units.ts'
import type { Rows } from './rows.ts'
import { useFind } from './use-find.ts'
import type { useGo } from './use-go.ts'
import { useMarks } from './use-marks.ts'

/** The find bar: whether it is open, what it found, and how that is shown in the talk. */
export function useFinding(options: {
  path: UnitPath
  total: number
  units: LoadedUnits
  rows: Rows
  showHidden: boolean
  top: () => number
  reveal: (message: MessageId) => void
  jump: ReturnType<typeof useGo>
  virtual: RefObject<VirtualizerHandle | null>
  scroller: RefObject<HTMLElement | null>
}) {
  const { path, total, units, rows, showHidden, top, reveal, jump, virtual, scroller } = options
  const [open, setOpen] = useState(false)
  const find = useFind(path, {
    open,
    total,
    showHidden,
    top,
    show: ({ index }) => {
      const unit = units.at(index)
      if (unit && rows.at(index).kind !== 'unit') reveal(unit.message)
      if (!scroller.current?.querySelector(`article[data-index="${index}"]`)) void jump.go(index)
    },
  })
  useMarks(scroller, { query: open ? find.query : '', match: find.match }, (pixels) => virtual.current?.scrollBy(pixels))
  return {
    open,
    find,
    /** Opens the bar, or goes back into it; false where the person is in it already and means the browser’s own. */
    show: () => {
      const field = document.querySelector<HTMLInputElement>('[data-find]')
      if (field && document.activeElement === field) return false
      field?.select()
      setOpen(true)
      return true
    },
    close: () => {
      setOpen(false)
      const at = find.match?.index
      if (at === undefined) scroller.current?.focus({ preventScroll: true })
      else jump.focus(at)
    },
  }
}
