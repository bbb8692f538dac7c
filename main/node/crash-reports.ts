/**
 * What is kept of crashes: on this machine, for the person, never sent. A report says when, what, how it ended and where
 * in the program, and nothing of what the person has.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CrashReport, crashReport } from '../../node-core/contract/computer.ts'
import { scrub } from './scrub.ts'

/** Reports that are kept: the newest. */
const most = 20

export interface CrashReports {
  readonly folder: string
  /** Keeps a report of what `what` wrote last, without what is the person's; never throws: the disk may be full. */
  write(crash: { what: CrashReport['what']; at: number; code: number; ran: number | null; ready: boolean; words: string }): void
  /** The newest first. */
  list(): CrashReport[]
  clear(): void
}

/** @param folder where they are kept; made when the first one is written */
export function createCrashReports(folder: string, about: Pick<CrashReport, 'version' | 'system'>): CrashReports {
  const names = (): string[] => {
    try {
      return readdirSync(folder)
        .filter((name) => /^\d{13,15}-\d+\.json$/.test(name))
        .sort()
        .reverse()
    } catch {
      // no crash so far
      return []
    }
  }
  return {
    folder,
    write({ words, ...crash }) {
      const report: CrashReport = { ...about, ...crash, lines: scrub(words) }
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        const used = names()
        const taken = used.filter((name) => name.startsWith(`${crash.at}-`)).length
        const path = join(folder, `${crash.at}-${taken}.json`)
        writeFileSync(`${path}.new`, `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 })
        renameSync(`${path}.new`, path)
        for (const name of names().slice(most)) rmSync(join(folder, name), { force: true })
      } catch {
        // A report that cannot be kept is worth less than what the app goes on with.
      }
    },
    list: () =>
      names().flatMap((name) => {
        try {
          return [crashReport.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))]
        } catch {
          // another's file, or a damaged one
          return []
        }
      }),
    clear() {
      for (const name of names()) rmSync(join(folder, name), { force: true })
    },
  }
}
