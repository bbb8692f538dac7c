/** What becomes of the app when its last window was closed. */
import type { ComputerChoices } from '../../node-core/contract/computer.ts'

export interface Closed {
  readonly platform: NodeJS.Platform
  /** Whether there is a tray that shows the app's picture. */
  readonly tray: boolean
  /** Whether it was a window of the library: the small one for quick capture comes and goes. */
  readonly ordinary: boolean
  readonly whenClosed: ComputerChoices['whenClosed']
}

/** `ask`: the app would be out of sight, and nobody said yet whether that is wanted. */
export function afterLastWindow({ platform, tray, ordinary, whenClosed }: Closed): 'stay' | 'quit' | 'ask' {
  if (!ordinary) return 'stay'
  if (whenClosed !== 'auto') return whenClosed
  // On a Mac an app without windows is what people know; it stands in the dock.
  return tray || platform === 'darwin' ? 'stay' : 'ask'
}
