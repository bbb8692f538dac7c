/** What is kept and how it comes in, is found, goes out: files, library, search, imports, upkeep. */

import { rotateKeys } from '../identity/rotate.ts'
import { importHandlers } from '../imports/handlers.ts'
import { createImportJobs } from '../imports/jobs.ts'
import { exportHandlers } from '../library/export.ts'
import { archiveOf } from '../library/export-archive.ts'
import { foundTexts } from '../library/found.ts'
import { libraryHandlers } from '../library/handlers.ts'
import { noteHandlers } from '../library/note-handlers.ts'
import { createLibrary } from '../library/read.ts'
import { snippetHandlers } from '../library/snippets.ts'
import { blobHandlers } from '../node/blobs.ts'
import { changeStream } from '../node/changes.ts'
import { doctorHandlers } from '../node/doctor.ts'
import { createSearchIndexes } from '../node/search-indexes.ts'
import { startImporter } from '../node/threads.ts'
import { createUpkeep } from '../node/upkeep.ts'
import { searchHandlers } from '../search/handlers.ts'
import { openBlobs, openStaging, readWhole } from '../threads/files.ts'
import { countItems, isTakenBack } from '../threads/intake-reads.ts'
import type { Closing } from './closing.ts'
import type { OpenedStore } from './store.ts'
import { createFolderWatching } from './watching.ts'

/** Bytes of memory for content that was opened: trees and chunks, pages as they were sent, blocks of the index. */
const MEMORY = { opened: 6 * 1024 * 1024, pages: 58 * 1024 * 1024, index: 16 * 1024 * 1024 } as const

export type Content = Awaited<ReturnType<typeof createContent>>

export async function createContent(store: OpenedStore, closing: Closing) {
  const { config, reader, writer, keyring, keysOf, accountOf, accountAt, append, random, clock, generation } = store
  const blobs = await openBlobs(config.dataDirectory, accountOf, random)
  const library = createLibrary({
    ...{ reader, keysOf, cacheBytes: MEMORY.opened },
    readBlob: (owner, id) => readWhole(blobs, owner, id),
  })
  const indexes = createSearchIndexes(reader, (account) => keyring.searchSealer(account), MEMORY.index)
  closing.push(() => indexes.close())

  const countSeals = async (): Promise<void> => {
    await writer.countSeals(keyring.takeUsed())
    for (const account of keyring.accounts) {
      const rotated = await rotateKeys({ reader, keychain: store.keychain, random, writer }, account)
      if (!rotated) continue
      await writer.open(rotated)
      keyring.open(rotated)
      indexes.forget(account.id)
    }
  }
  await countSeals()

  const staging = (account: { did: Parameters<typeof accountOf>[0] }) =>
    openStaging(config.dataDirectory, accountOf(account.did), random)
  const jobs = createImportJobs({
    ...{ reader, keysOf, clock, random, append, write: store.write },
    start: (run) =>
      startImporter(config.dataDirectory, accountAt(run.account.id), writer, run, (seals) => {
        writer.countSeals(seals).catch(() => {})
      }),
    staged: {
      put: (account, bytes, onBytes) => staging(account).put(bytes, onBytes),
      remove: (account, name) => staging(account).remove(name),
    },
    counts: (account, importId) => countItems(reader, account, importId),
    takenBack: (account, importId) => isTakenBack(reader, account, importId),
    onError: store.failed('importing'),
    onEnd: (account) => {
      upkeep.touched(account)
      upkeep.imported(accountAt(account))
    },
  })
  const upkeep = createUpkeep({
    ...{ reader, writer, keysOf, blobs, clock, countSeals },
    ...{ tailOf: store.tailOf, transactor: store.transactor, after: store.after, onError: store.failed('upkeep') },
    pace: store.pace,
    importing: () => keyring.accounts.some((account) => jobs.counts(account).running > 0),
  })
  const { watching, handlers: ofWatching } = createFolderWatching(store, jobs)
  closing.push(() => upkeep.close())
  closing.push(() => watching.close())
  closing.push(() => jobs.close())
  closing.push(() => watching.stop())
  store.onCommit((account) => upkeep.touched(account))

  /** Forgets what was opened: the store holds something else now. */
  const forget = (): void => {
    store.stale()
    library.release()
    indexes.release()
  }
  const parts = { library, accountOf }
  const handlers = {
    ...libraryHandlers({ ...parts, append, generation, pageBytes: MEMORY.pages }),
    ...snippetHandlers({ ...parts, append, clock, random }),
    ...noteHandlers({ ...parts, append, random }),
    ...searchHandlers({
      accountOf,
      indexOf: (account) => indexes.of(account),
      texts: foundTexts(library, accountAt, generation),
    }),
    ...importHandlers({ jobs, reader, keysOf, accountOf, clock, pack: archiveOf }),
    ...ofWatching,
    ...blobHandlers({ blobs, reader, keysOf, accountOf }),
    ...exportHandlers({ ...parts, blobs, clock }),
    ...doctorHandlers({ reader, writer, keysOf, blobs, clock, accounts: () => keyring.accounts, forget }),
    'events.stream': changeStream({ tailOf: store.tailOf, accountOf, reader }),
  }
  return { blobs, jobs, upkeep, watching, forget, handlers }
}
