/** When a window's page ends, hangs, or holds something unfinished as it is closed. */
import { type BrowserWindow, dialog } from 'electron'
import type { Words } from '../messages/index.ts'
import { createCrashes } from './crashes.ts'
import { pageOrigin } from './policy.ts'

export interface RecoveryParts {
  readonly words: () => Words
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Whether pages go without being asked: nobody may be there to answer. */
  readonly leaving: () => boolean
  /** Told when a person stays with what is unfinished: who wanted to quit does not. */
  readonly stayed: () => void
}

/** Loads the page again where it ended; after the third time it explains, and the person decides. */
export function recover(window: BrowserWindow, { words, now, leaving, stayed }: RecoveryParts): void {
  const { webContents: contents } = window
  const crashes = createCrashes(now)
  const explain = async () => {
    const say = words()
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message: say('crash.title'),
      detail: say('crash.text'),
      buttons: [say('crash.again'), say('crash.close')],
      cancelId: 1,
    })
    if (window.isDestroyed()) return
    if (response === 1) return window.destroy()
    crashes.forget()
    void window.loadURL(`${pageOrigin}/`)
  }
  contents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return
    if (crashes.next() === 'explain') void explain()
    // Electron has not yet put the old page away.
    else setImmediate(() => window.isDestroyed() || contents.reload())
  })

  let hanging: AbortController | undefined
  const ask = async (signal: AbortSignal) => {
    const say = words()
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: say('hang.title'),
      detail: say('hang.text'),
      buttons: [say('hang.wait'), say('hang.reload')],
      cancelId: 0,
      signal,
    })
    hanging = undefined
    // A page that does not answer cannot be asked to leave.
    if (response === 1 && !signal.aborted && !window.isDestroyed()) contents.forcefullyCrashRenderer()
  }
  window.on('unresponsive', () => {
    if (hanging) return
    hanging = new AbortController()
    void ask(hanging.signal)
  })
  window.on('responsive', () => hanging?.abort())

  contents.on('will-prevent-unload', (event) => {
    // A question would hold up the whole app, with the library on the screen or the system waiting.
    if (leaving()) return event.preventDefault()
    const say = words()
    const answer = dialog.showMessageBoxSync(window, {
      type: 'question',
      message: say('unload.title'),
      detail: say('unload.text'),
      buttons: [say('unload.stay'), say('unload.leave')],
      defaultId: 0,
      cancelId: 0,
    })
    // To prevent the page's prevention is to let it go.
    if (answer === 1) event.preventDefault()
    else stayed()
  })
}
