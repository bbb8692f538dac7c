import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Upload, Uploads } from './uploads.ts'

const Context = createContext<Uploads | undefined>(undefined)
export const UploadsContext = Context

/** What is on its way to the node, and how to send more. */
export function useUploads(): [readonly Upload[], Uploads] {
  const uploads = useContext(Context)
  if (!uploads) throw new Error('There are no uploads above this component.')
  return [useSyncExternalStore(uploads.subscribe, () => uploads.current), uploads]
}
