/** Import jobs over a test store, run in the test's own thread, with real staged files in a folder. */

import { VivimError } from '../../node-core/contract/errors.ts'
import type { ExportSource } from '../../node-core/imports/formats/format.ts'
import { createImportJobs, type ImportJobs, type StartImport } from '../../node-core/imports/jobs.ts'
import { openSource } from '../../node-core/imports/reading/source.ts'
import { runImport } from '../../node-core/imports/run.ts'
import { openStaging } from '../../node-core/threads/files.ts'
import { createIntake } from '../../node-core/threads/intake.ts'
import { countItems, isTakenBack } from '../../node-core/threads/intake-reads.ts'
import type { TestStore } from './store.ts'

export interface TestJobsOptions {
  /** Where staged files are. */
  directory: string
  /** What paths stand for, by the first of them. */
  sources?: Record<string, ExportSource>
  /** Waited for before a run begins. */
  gate?(run: StartImport): Promise<void>
}

export function testJobs(store: TestStore, { directory, sources = {}, gate }: TestJobsOptions) {
  const staging = openStaging(directory, store.account, store.random)
  const errors: unknown[] = []
  const ends: number[] = []

  async function run({ input, import: importId, onFormat, onProgress }: StartImport, signal: AbortSignal) {
    const opened =
      'staged' in input
        ? await openSource(
            [{ kind: 'file', name: input.name, access: await staging.open(input.staged) }],
            staging.spool,
            undefined,
            signal,
          )
        : input.within === undefined
          ? undefined
          : await openSource([{ kind: 'files', folder: input.within, paths: input.paths }], staging.spool, undefined, signal)
    const source = opened ?? ('paths' in input ? sources[input.paths[0] ?? ''] : undefined)
    if (!source) throw new VivimError('not-found')
    try {
      const put = async (bytes: AsyncIterable<Uint8Array>) => (await store.blobs.put(store.account.did, bytes, signal)).id
      return await runImport(
        { source, intake: createIntake(store.intakeParts(importId)), store: put, clock: store.clock, onFormat, onProgress },
        signal,
      )
    } finally {
      await opened?.[Symbol.asyncDispose]()
    }
  }

  const jobs: ImportJobs = createImportJobs({
    reader: store.reader,
    keysOf: store.keyring.keysOf,
    write: (queries) => store.writer.write(queries),
    append: (account, changes) => store.writer.append(account, changes),
    start(asked) {
      const stopping = new AbortController()
      const begun = (async () => {
        await gate?.(asked)
        return run(asked, stopping.signal)
      })()
      return { done: begun, cancel: () => stopping.abort(new VivimError('cancelled')) }
    },
    staged: { put: (_, bytes, onBytes) => staging.put(bytes, onBytes), remove: (_, name) => staging.remove(name) },
    clock: store.clock,
    random: store.random,
    counts: (account, importId) => countItems(store.reader, account, importId),
    takenBack: (account, importId) => isTakenBack(store.reader, account, importId),
    onEnd: (account) => void ends.push(account),
    onError: (error) => void errors.push(error),
  })
  return {
    jobs,
    errors,
    ends,
    staging,
    /** Resolves with the record when the run is over. */
    async over(id: Uint8Array) {
      while (await jobs.changed(id, new AbortController().signal));
      return (await jobs.get(store.account, id)).record
    },
  }
}
