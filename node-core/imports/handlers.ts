/** One function per method of `contract/api/imports.ts`. */
import { basename, isAbsolute } from 'node:path'
import type { imports } from '../contract/api/imports.ts'
import { VivimError } from '../contract/errors.ts'
import { type Cursor, type Did, fromBase32, type ImportId, toBase32 } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeysOf } from '../ports/sealer.ts'
import type { Reader } from '../ports/storage.ts'
import { folderEntries, type Pack } from './folder-upload.ts'
import type { ImportJobs, LiveProgress } from './jobs.ts'
import { type ImportOwner, type ImportRecord, listImports } from './records.ts'

export interface ImportHandlerParts {
  jobs: ImportJobs
  reader: Reader
  keysOf: KeysOf
  accountOf(did: Did): ImportOwner
  clock: Clock
  /** Makes one file of several. */
  pack: Pack
}

/** Seconds after which a rate means something. */
const SURE_AFTER = 0.3

export function importHandlers({ jobs, reader, keysOf, accountOf, clock, pack }: ImportHandlerParts): Handlers<typeof imports> {
  const progressView = (progress: LiveProgress) => {
    const { since, ...rest } = progress
    const seconds = (clock.monotonic() - since) / 1000
    const amount = progress.phase === 'importing' ? progress.messages : progress.bytes
    // a rate over a moment is a guess
    const rate = seconds < SURE_AFTER ? 0 : amount / seconds
    const done = progress.totalBytes ? progress.bytes / progress.totalBytes : 0
    return {
      ...rest,
      rate,
      secondsLeft: done > 0.01 && seconds >= SURE_AFTER ? Math.max(0, (seconds / done) * (1 - done)) : null,
    }
  }
  return {
    'imports.upload': async ({ name }, { account, body }) => runView(await jobs.receive(accountOf(account), name, body.bytes)),
    'imports.upload-files': async ({ name }, { account, body }) =>
      runView(await jobs.receive(accountOf(account), name, pack(folderEntries(name, body.files)))),
    async 'imports.open'({ paths }, { account }) {
      if (!paths.every((path) => isAbsolute(path))) throw new VivimError('bad-request', 'paths: must be absolute.')
      const name = paths.length === 1 ? basename(paths[0] ?? '') : `${basename(paths[0] ?? '')} and ${paths.length - 1} more`
      return runView(await jobs.openPaths(accountOf(account), name, paths))
    },
    async 'imports.list'({ cursor, limit }, { account: did }) {
      const account = accountOf(did)
      const offset = cursor ? Number(Buffer.from(cursor, 'base64url').toString()) : 0
      if (!Number.isSafeInteger(offset) || offset < 0) throw new VivimError('bad-request', 'cursor: not of this listing.')
      const rows = await listImports(reader, account.id, keysOf(account.id), limit + 1, offset)
      const now = await Promise.all(rows.slice(0, limit).map((row) => jobs.get(account, row.id)))
      return {
        items: now.map(({ record }) => runView(record)),
        next: rows.length > limit ? (Buffer.from(String(offset + limit)).toString('base64url') as Cursor) : null,
      }
    },
    async 'imports.get'({ import: id }, { account }) {
      const { record, progress } = await jobs.get(accountOf(account), fromBase32(id))
      return { ...runView(record), progress: progress && progressView(progress) }
    },
    async 'imports.report'({ import: id }, { account }) {
      const { record } = await jobs.get(accountOf(account), fromBase32(id))
      if (!record.report) throw new VivimError('not-found', 'The import has not ended yet.')
      return { ...record.report, state: record.state }
    },
    'imports.cancel': async ({ import: id }, { account }) => runView(await jobs.cancel(accountOf(account), fromBase32(id))),
    'imports.resume': async ({ import: id }, { account }) => runView(await jobs.resume(accountOf(account), fromBase32(id))),
    'imports.undo': async ({ import: id }, { account }) => runView(await jobs.undo(accountOf(account), fromBase32(id))),
    async *'imports.events'({ import: id }, { account: did, signal }) {
      const account = accountOf(did)
      for (;;) {
        const { record, progress } = await jobs.get(account, fromBase32(id))
        if (!progress) {
          yield { event: 'done' as const, data: runView(record) }
          return
        }
        yield { event: 'progress' as const, data: progressView(progress) }
        await jobs.changed(fromBase32(id), signal)
        if (signal.aborted) return
      }
    },
  }
}

const runView = (record: ImportRecord) => ({
  id: toBase32(record.id) as ImportId,
  name: record.name,
  state: record.state,
  format: record.format,
  started: record.started,
  finished: record.finished,
  conversations: record.conversations,
  messages: record.messages,
  ...(record.watched ? { watched: record.watched } : {}),
  ...(record.error ? { error: record.error } : {}),
})
