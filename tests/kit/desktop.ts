/** Apart from the launchers, so that tests of the node do not draw the types of pages in. */
import { chromiumMissing } from './chromium.ts'

/** Why the app cannot be launched on this machine, or undefined where it can. */
export const desktopMissing = async (): Promise<string | undefined> =>
  process.env['VIVIM_DESKTOP'] === 'electron' ? undefined : await chromiumMissing()
