// @ts-check
// `npm start`: the desktop app where there is a screen and Electron, else the node without a screen.
import { join } from 'node:path'
import { fetchElectron } from './electron-binary.mjs'
import { callerFolder, pinnedEnvironment, root, run, runNode } from './runtime.mjs'

/**
 * @param {string[]} args the person's own: `--headless`, and what `vivim serve` takes
 * @returns {Promise<number>} the exit code
 */
export async function start(args) {
  const electron = args.includes('--headless') || !hasScreen() ? undefined : await fetchElectron()
  const rest = args.filter((arg) => arg !== '--headless')
  if (electron) {
    // Set by editors that are themselves Electron apps; it would make this one start without windows.
    const env = Object.fromEntries(Object.entries(pinnedEnvironment()).filter(([name]) => name !== 'ELECTRON_RUN_AS_NODE'))
    return run(electron, [root, ...rest], { cwd: callerFolder, env })
  }
  // Where there is neither a keychain nor a terminal to ask in, the node makes itself a passphrase file and says so.
  const own = rest.some((arg) => arg.startsWith('--passphrase-file')) ? [] : ['--generate-passphrase']
  return runNode([join(root, 'out/node/vivim.js'), 'serve', '--open', ...own, ...rest], { cwd: callerFolder })
}

/** Whether a window could be shown; Chromium refuses to run as root on Linux without giving up its sandbox. */
function hasScreen() {
  if (process.env['CI'] === 'true' || process.env['SSH_CONNECTION']) return false
  if (process.platform !== 'linux') return true
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) && process.getuid?.() !== 0
}
