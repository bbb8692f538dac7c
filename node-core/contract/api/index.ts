/** Every method of the interface, by name. */
import { accounts } from './account.ts'
import { auth } from './auth.ts'
import { backups } from './backups.ts'
import { conversations } from './conversations.ts'
import { devices } from './devices.ts'
import { imports } from './imports.ts'
import { liveNotes } from './live-notes.ts'
import { nodes } from './nodes.ts'
import { notes } from './notes.ts'
import { pairings } from './pairings.ts'
import { records } from './records.ts'
import { roots } from './roots.ts'
import { search } from './search.ts'
import { snippets } from './snippets.ts'
import { store } from './store.ts'
import { sync } from './sync.ts'
import { watching } from './watching.ts'

export const api = {
  ...auth,
  ...accounts,
  ...roots,
  ...records,
  ...devices,
  ...pairings,
  ...nodes,
  ...conversations,
  ...snippets,
  ...notes,
  ...liveNotes,
  ...search,
  ...imports,
  ...watching,
  ...store,
  ...backups,
  ...sync,
}
export type Api = typeof api
