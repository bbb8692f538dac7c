/** What becomes of the app when its last window was closed. */
import type { ComputerChoices } from '../../node-core/contract/computer.ts'

export interface Closed {
  readonly platform: NodeJS.Platform
  /** Whether there is a tray that shows the app's picture. */
  readonly tray: boolean
  readonly whenClosed: ComputerChoices['whenClosed']
}

/** `ask`: the app would be out of sight, and nobody said yet whether that is wanted. */
export function afterLastWindow({ platform, tray, whenClosed }: Closed): 'stay' | 'quit' | 'ask' {
  if (whenClosed !== 'auto') return whenClosed
  // On a Mac an app without windows is what people know; it stands in the dock.
  return tray || platform === 'darwin' ? 'stay' : 'ask'
}
