/** One function per method of `contract/api/backups.ts`, and the node's own backups. */
import { stat } from 'node:fs/promises'
import type { backups } from '../contract/api/backups.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import type { Handlers } from '../contract/method.ts'
import type { Pace } from '../ports/pace.ts'
import { type BackupDone, type BackupParts, backupBytes, createBackup } from './create.ts'
import { backUpInto, checkFolder } from './folder.ts'
import { keepPlan, readPlan } from './plan.ts'
import { createBackupSchedule } from './schedule.ts'

export interface BackupHandlerParts extends Pick<BackupParts, 'reader' | 'writer' | 'clock' | 'random'> {
  config: { readonly dataDirectory: string; readonly version: string }
  pace: Pick<Pace, 'allows'>
  /** Runs something later; answers how to call it off. */
  after(milliseconds: number, run: () => void): () => void
  onError(error: unknown): void
}
export interface Backups {
  handlers: Handlers<typeof backups>
  close(): Promise<void>
}

/** Goes on with what a person planned before. */
export async function createBackups({ config, pace, after, onError, ...parts }: BackupHandlerParts): Promise<Backups> {
  const { dataDirectory } = config
  const whole = { ...parts, dataDirectory, product: config.version }
  // one at a time: each has the disk to itself, and the copy of the store one name
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = (work: () => Promise<BackupDone>): Promise<BackupDone> => {
    const own = turn.then(work)
    turn = own.catch(() => undefined)
    return own
  }
  const schedule = createBackupSchedule({
    ...(await readPlan(dataDirectory)),
    clock: parts.clock,
    pace,
    make: ({ folder, keep }, signal) => inTurn(() => backUpInto(whole, folder, { keep }, signal)),
    keep: (standing) => keepPlan(dataDirectory, standing),
    after,
    onError,
  })
  /** Whoever is signed in to one account has no say about a node that holds others' as well. */
  async function only(caller: string, account: Did): Promise<void> {
    if (caller === 'local') return
    if (await parts.reader.get('SELECT id FROM account WHERE did <> ?', [account]))
      throw new VivimError('forbidden', 'The node holds other accounts too; its owner sees to its backups.')
  }
  let handingOut = false
  return {
    close: () => schedule.close(),
    handlers: {
      'backups.create': ({ path }, { signal }) =>
        inTurn(async () =>
          (await isFolder(path))
            ? backUpInto(whole, path, { keep: schedule.standing().keep }, signal)
            : createBackup(whole, path, signal),
        ),
      async 'backups.get'(_, { caller, account }) {
        const created = parts.clock.now()
        const limits = caller === 'local' ? {} : { only: account }
        return {
          mediaType: 'application/octet-stream',
          filename: `vivim-${new Date(created).toISOString().slice(0, 10)}.backup`,
          async *open(_range, signal) {
            // whoever asks for a second one would wait as long as the first one's network takes
            if (handingOut) throw new VivimError('storage-busy', 'Another backup is being downloaded.')
            handingOut = true
            try {
              yield* backupBytes(whole, { copy: 'handing-out.db', created, ...limits }, signal)
            } finally {
              handingOut = false
            }
          },
        }
      },
      async 'backups.schedule'(_, { caller, account }) {
        await only(caller, account)
        return schedule.standing()
      },
      async 'backups.set-schedule'(plan, { caller, account }) {
        await only(caller, account)
        if (plan.folder !== null) await checkFolder(plan.folder, dataDirectory)
        await schedule.change(plan)
        return schedule.standing()
      },
    },
  }
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isDirectory() === true
