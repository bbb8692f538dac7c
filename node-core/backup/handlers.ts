/** `backups.create`. */
import type { store } from '../contract/api/store.ts'
import type { Handlers } from '../contract/method.ts'
import { type BackupDone, type BackupParts, createBackup } from './create.ts'

export interface BackupHandlerParts extends Pick<BackupParts, 'reader' | 'writer' | 'clock' | 'random'> {
  config: { readonly dataDirectory: string; readonly version: string }
}

export function backupHandlers({ config, ...parts }: BackupHandlerParts): Pick<Handlers<typeof store>, 'backups.create'> {
  // one at a time: each has the disk to itself, and the copy of the store one name
  let last: Promise<unknown> = Promise.resolve()
  return {
    'backups.create': ({ path }, { signal }) => {
      const own: Promise<BackupDone> = last.then(() =>
        createBackup({ ...parts, dataDirectory: config.dataDirectory, product: config.version }, path, signal),
      )
      last = own.catch(() => undefined)
      return own
    },
  }
}
