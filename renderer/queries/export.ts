import type { z } from 'zod'
import { store } from '../../node-core/contract/api/store.ts'
import { useClient } from '../app/client-context.tsx'
import { type SavingState, useSaving } from './saving.ts'

/** What of the library is taken out; nothing chosen: everything. */
export type ExportChoice = z.input<(typeof store)['export.get']['input']>

/** Saves an export as a file. */
export function useExport(): { standing: SavingState; start: (choice: ExportChoice, name: string) => void } {
  const { download } = useClient()
  const { standing, start } = useSaving('export')
  return { standing, start: (choice, name) => start((signal) => download(store['export.get'], choice, signal), name) }
}
