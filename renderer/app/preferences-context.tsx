import { createContext, useContext } from 'react'
import { type PreferenceKeeper, type Preferences, usePreferences } from './preferences.ts'

const Context = createContext<PreferenceKeeper | undefined>(undefined)
export const PreferenceProvider = Context

/** How this window looks and speaks, and how to change that. */
export function usePreference(): [Preferences, PreferenceKeeper['change']] {
  const keeper = useContext(Context)
  if (!keeper) throw new Error('There are no preferences above this component.')
  return [usePreferences(keeper), keeper.change]
}
