/** What a row of the talk can ask for; one object for as long as the reader is open, so that rows need not be drawn again. */
import { createContext, useContext } from 'react'
import type { MessageId } from '../../../node-core/contract/ids.ts'
import type { Note, Target } from '../../queries/notes.ts'
import type { Unit } from '../../queries/units.ts'
import type { Fold } from './rows.ts'

export interface RowActions {
  toggleFold(fold: Fold): void
  /** Chooses a unit or lets go of it; with `range`, everything from the last one that was chosen. */
  choose(index: number, range: boolean): void
  /** Chooses or leaves the whole message whose first unit is at `index`. */
  chooseMessage(index: number): void
  focused(index: number): void
  switchTo(index: number, message: MessageId): void
  write(target: Target, note?: Note): void
  /** Begins, or goes on with, the person's own version of a unit's text. */
  edit(unit: Unit): void
  tag(target: Target): void
  untag(target: Target, tag: string): void
  /** `returns`: whether the focus goes back to the unit, as it does unless told otherwise. */
  closeEditor(returns?: boolean): void
  copyMessage(index: number): void
  copyLink(unit: string): void
  again(): void
}

const Context = createContext<RowActions | undefined>(undefined)
export const RowActionsProvider = Context

export function useRowActions(): RowActions {
  const actions = useContext(Context)
  if (!actions) throw new Error('There is no reader above this component.')
  return actions
}

/** What is being written, and on what. */
export type Editor =
  | { readonly kind: 'note'; readonly target: Target; readonly note?: Note }
  | { readonly kind: 'edit'; readonly target: Target; readonly note: Note }
  | { readonly kind: 'tag'; readonly target: Target }
