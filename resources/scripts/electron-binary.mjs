// @ts-check
// Electron's own binary: it does not come with its npm package and is fetched only where it can be of use.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, pinnedEnvironment, pinnedNode, root, run, say } from './runtime.mjs'

const folder = join(root, 'node_modules/electron')
const seconds = 90

/** The binary's path where it is complete and of the installed version, else undefined. */
export function electronBinary() {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (readFileSync(join(folder, 'dist/version'), 'utf8').replace(/^v/, '').trim() !== version) return undefined
    const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(path) ? path : undefined
  } catch {
    // No package or no download: the same to the caller.
    return undefined
  }
}

/** Fetches the binary, at most once per version; answers its path, or undefined with one line that says so. */
export async function fetchElectron() {
  const there = electronBinary()
  if (there) return there
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const tried = join(cache, `electron-${version}-tried`)
  if (!existsSync(tried)) {
    mkdirSync(cache, { recursive: true })
    writeFileSync(tried, '')
    say('Fetching Electron for the desktop app (about 120 MB, once) …')
    await run(pinnedNode(), [join(folder, 'install.js')], {
      env: pinnedEnvironment(),
      stdio: 'ignore',
      timeout: seconds * 1000,
      killSignal: 'SIGKILL',
    })
  }
  const path = electronBinary()
  if (!path) say('Electron could not be fetched, so the node runs without a window (to try again: npx install-electron).')
  return path
}
