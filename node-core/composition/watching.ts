/** What imports by itself out of folders of this machine. */
import { freeBytes } from '../adapters/storage-sqlite/free-disk.ts'
import type { ImportJobs } from '../imports/jobs.ts'
import { listenTo } from '../imports/watching/changes.ts'
import { watchingHandlers } from '../imports/watching/handlers.ts'
import { createWatching } from '../imports/watching/watching.ts'
import { recogniseFiles } from '../node/threads.ts'
import type { OpenedStore } from './store.ts'

export function createFolderWatching(store: OpenedStore, jobs: ImportJobs) {
  const { config, reader, keysOf, keyring, accountOf, clock, pace, after, write } = store
  const watching = createWatching({
    ...{ reader, keysOf, write, jobs, clock, pace, after },
    recognise: recogniseFiles,
    free: () => freeBytes(config.dataDirectory),
    importing: () =>
      keyring.accounts.some((account) => {
        const { running, waiting } = jobs.counts(account)
        return running + waiting > 0
      }),
    listen: listenTo(config.platform === 'darwin' || config.platform === 'win32'),
    onError: store.failed('watching a folder'),
  })
  const { dataDirectory, places } = config
  return { watching, handlers: watchingHandlers({ watching, reader, accountOf, dataDirectory, places }) }
}
