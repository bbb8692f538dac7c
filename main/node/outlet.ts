/** Passing on what the node writes: where nobody reads it any more, as the terminal was closed, it goes nowhere. */
import type { Writable } from 'node:stream'

/** A writer to `to` whose end ends nothing else: no pipe, which would stop reading its source at the first error. */
export function createOutlet(to: Writable): (text: string) => void {
  // Without a listener the error of a closed terminal would end in a box of Electron's.
  to.on('error', () => undefined)
  return (text) => void to.write(text)
}
