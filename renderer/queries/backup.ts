import { backups } from '../../node-core/contract/api/backups.ts'
import { useClient } from '../app/client-context.tsx'
import { type SavingState, useSaving } from './saving.ts'

/** Saves a sealed copy of everything as a file. */
export function useBackup(): { standing: SavingState; start: (name: string) => void } {
  const { download } = useClient()
  const { standing, start } = useSaving('backup')
  return { standing, start: (name) => start((signal) => download(backups['backups.get'], {}, signal), name) }
}
