/** Windows whose page ended unasked: a report of each, as of the node. */
import type { CrashReports } from '../node/crash-reports.ts'
import type { Windows } from '../windows/windows.ts'

export function reportWindows(windows: Pick<Windows, 'onOpened'>, reports: CrashReports, now: () => number): void {
  windows.onOpened(({ webContents }) => {
    webContents.on('render-process-gone', (_, { reason, exitCode }) => {
      // Ended by the app itself, as where a page did not answer any more.
      if (reason !== 'clean-exit' && reason !== 'killed')
        reports.write({ what: 'window', at: now(), code: exitCode, ran: null, ready: true, words: '' })
    })
  })
}
