import { createContext, useContext } from 'react'

/** So many bytes that nobody can guess. */
export type Random = (length: number) => Uint8Array

const Context = createContext<Random | undefined>(undefined)
export const ChanceProvider = Context

export function useRandom(): Random {
  const random = useContext(Context)
  if (!random) throw new Error('There is no chance above this component.')
  return random
}
