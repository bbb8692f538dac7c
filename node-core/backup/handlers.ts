/** One function per method of backups in `contract/api/store.ts`. */
import type { store } from '../contract/api/store.ts'
import { VivimError } from '../contract/errors.ts'
import type { Handlers } from '../contract/method.ts'
import { type BackupDone, type BackupParts, backupBytes, createBackup } from './create.ts'

export interface BackupHandlerParts extends Pick<BackupParts, 'reader' | 'writer' | 'clock' | 'random'> {
  config: { readonly dataDirectory: string; readonly version: string }
}

export function backupHandlers({
  config,
  ...parts
}: BackupHandlerParts): Pick<Handlers<typeof store>, 'backups.create' | 'backups.get'> {
  const whole = { ...parts, dataDirectory: config.dataDirectory, product: config.version }
  // one at a time: each has the disk to itself, and the copy of the store one name
  let last: Promise<unknown> = Promise.resolve()
  let handingOut = false
  return {
    'backups.create': ({ path }, { signal }) => {
      const own: Promise<BackupDone> = last.then(() => createBackup(whole, path, signal))
      last = own.catch(() => undefined)
      return own
    },
    async 'backups.get'(_, { caller, account }) {
      const created = parts.clock.now()
      const only = caller === 'local' ? {} : { only: account }
      return {
        mediaType: 'application/octet-stream',
        filename: `vivim-${new Date(created).toISOString().slice(0, 10)}.backup`,
        async *open(_range, signal) {
          // whoever asks for a second one would wait as long as the first one's network takes
          if (handingOut) throw new VivimError('storage-busy', 'Another backup is being downloaded.')
          handingOut = true
          try {
            yield* backupBytes(whole, { copy: 'handing-out.db', created, ...only }, signal)
          } finally {
            handingOut = false
          }
        },
      }
    },
  }
}
