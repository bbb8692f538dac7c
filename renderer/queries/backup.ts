import { store } from '../../node-core/contract/api/store.ts'
import { useClient } from '../app/client-context.tsx'
import { type SavingState, useSaving } from './saving.ts'

/** Saves a sealed copy of everything as a file. */
export function useBackup(): { standing: SavingState; start: (name: string) => void } {
  const { download } = useClient()
  const { standing, start } = useSaving('backup')
  return { standing, start: (name) => start((signal) => download(store['backups.get'], {}, signal), name) }
}
