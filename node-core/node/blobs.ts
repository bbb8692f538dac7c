/** Files of conversations, by `contract/api/store.ts`. */
import type { store } from '../contract/api/store.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import { usersOf } from '../library/blob-uses.ts'
import { isAwaited } from '../library/blobs-awaited.ts'
import { states } from '../library/tables.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'

export interface BlobParts {
  blobs: Blobs
  reader: Reader
  keysOf: KeysOf
  accountOf(did: Did): { id: number }
}

export function blobHandlers({ blobs, reader, keysOf, accountOf }: BlobParts): Pick<Handlers<typeof store>, 'blobs.get'> {
  return {
    async 'blobs.get'({ blob, type, name }, { account: did }) {
      const { id: account } = accountOf(did)
      // only what a conversation that is shown uses: a file whose conversation was deleted or undone is gone at once
      const users = await usersOf(reader, account, keysOf(account), blob)
      const used = await reader.get(
        'SELECT 1 FROM conversation WHERE account = ? AND state = ? AND id IN (SELECT value FROM json_each(?))',
        [account, states.shown, JSON.stringify(users)],
      )
      if (!used) throw new VivimError('blob-not-found')
      const size = await blobs.size(did, blob)
      if (size === undefined)
        throw new VivimError((await isAwaited(reader, account, keysOf(account), blob)) ? 'blob-awaited' : 'blob-not-found')
      return {
        mediaType: type ?? 'application/octet-stream',
        size,
        etag: blob,
        ...(name !== undefined ? { filename: name } : {}),
        open: (range, signal) => blobs.read(did, blob, range, signal),
      }
    },
  }
}
