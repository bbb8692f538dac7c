/** Watched folders over a test store, in a time that a test owns. */
import { lstat } from 'node:fs/promises'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { ImportJobs, StartImport } from '../../node-core/imports/jobs.ts'
import { listImports } from '../../node-core/imports/records.ts'
import { recogniseFile } from '../../node-core/imports/watching/recognise.ts'
import { createWatching } from '../../node-core/imports/watching/watching.ts'
import { createPace } from '../../node-core/node/pace.ts'
import type { FakeClock } from './clock.ts'
import type { TestStore } from './store.ts'

export interface FolderKitOptions {
  free?(): Promise<number>
  /** Before an import of these paths begins; true: it fails, by a name that leads out of the folder. */
  start?(paths: readonly string[]): boolean
  gate?(run: StartImport): Promise<void>
}

/** A session of Claude Code with one question, which is its title, and the answer. */
export const session = (id: string, question: string): string =>
  `${turn(id, 0, question)}${JSON.stringify({ type: 'custom-title', customTitle: question, sessionId: id })}\n`
/** The `n`th line of a session, a question, and its answer. */
export function turn(id: string, n: number, question: string, more: { uuid?: string } & Record<string, unknown> = {}): string {
  const name = more.uuid ?? id
  const line = (at: number, role: 'user' | 'assistant', content: unknown) =>
    JSON.stringify({
      ...more,
      type: role,
      uuid: `${name}-${at}`,
      parentUuid: at === 0 || (more.uuid && at % 10 === 0) ? null : `${name}-${at - 1}`,
      sessionId: id,
      cwd: '/home/ada/loom',
      version: '2.0.1',
      timestamp: new Date(Date.UTC(2026, 9, 1) + at * 1000).toISOString(),
      message: { role, content },
    })
  return `${line(n, 'user', question)}\n${line(n + 1, 'assistant', [{ type: 'text', text: 'Yes.' }])}\n`
}

export function folderKit(store: TestStore, jobs: ImportJobs, clock: FakeClock, options: FolderKitOptions = {}) {
  const timers = new Set<{ at: number; run(): void }>()
  const errors: unknown[] = []
  const pace = createPace()
  const watching = createWatching({
    reader: store.reader,
    keysOf: store.keyring.keysOf,
    write: (queries) => store.writer.write(queries),
    jobs: {
      ...jobs,
      openPaths(account, name, paths, watched) {
        const spoilt = options.start?.(paths) === true
        return jobs.openPaths(account, name, spoilt ? ['../x.jsonl'] : paths, watched)
      },
    },
    recognise: (folder, paths) => Promise.all(paths.map((path) => recogniseFile(folder, path))),
    free: options.free ?? (async () => 2 ** 40),
    importing: () => {
      const { running, waiting } = jobs.counts(store.account)
      return running + waiting > 0
    },
    clock,
    pace,
    after(milliseconds, run) {
      const timer = { at: clock.monotonic() + milliseconds, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    listen: () => ({ cover: () => false, close: () => {} }),
    onError: (error) => void errors.push(error),
  })

  /** Lets what is under way go on as far as it can without time: the disk answers in turn. */
  const breathe = async (): Promise<void> => {
    for (let n = 0; n < 50; n++) {
      await lstat('.')
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
  /** Moves time on to the next timer. */
  async function step(): Promise<void> {
    const next = [...timers].sort((a, b) => a.at - b.at)[0]
    if (!next) clock.advance(1000)
    else {
      timers.delete(next)
      clock.advance(Math.max(0, next.at - clock.monotonic()))
      next.run()
    }
    await breathe()
  }
  async function until(met: () => boolean): Promise<void> {
    for (let n = 0; n < 1000 && !met(); n++) await step()
    if (!met()) throw new VivimError('internal', 'It never came to that.')
  }
  return {
    watching,
    pace,
    jobs,
    errors,
    until,
    /** Lets so many milliseconds pass. */
    async run(milliseconds: number) {
      const end = clock.monotonic() + milliseconds
      await breathe()
      while ([...timers].some(({ at }) => at <= end)) await step()
      clock.advance(Math.max(0, end - clock.monotonic()))
    },
    /** Lets time pass until everything was looked at again and nothing waits. */
    async idle() {
      const end = clock.monotonic() + 700_000
      await until(() => {
        const { running, waiting } = jobs.counts(store.account)
        const calm = watching.list(store.account).every(({ pending, state }) => pending === 0 && state !== 'importing')
        return running + waiting === 0 && calm && clock.monotonic() >= end
      })
    },
    imports: () => listImports(store.reader, store.account.id, store.keys, 100, 0),
  }
}
