/** The scripts that a window's every page begins with: the two ends of the context bridge, and the preload between. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bridge } from './bridge.ts'
import { pack, unpack } from './clone.ts'
import { preloadWorld, type World } from './preload-world.ts'
import { given } from './state.ts'

export const worldName = 'stand-in preload'
export const binding = 'standInSays'

/** The script of the page's own world and that of the preload's. Frames within a page have neither, as in Electron. */
export function preloadScripts(path: string | undefined, args: readonly string[]): { page: string; preload: string } {
  const [page, preload] = [randomUUID(), randomUUID()]
  const world: World = {
    binding,
    argv: [process.execPath, ...args],
    platform: process.platform,
    versions: { electron: process.versions['electron'] ?? '', node: process.versions.node },
  }
  const text = path === undefined ? '' : readFileSync(path, 'utf8')
  const parts = `{ expose: (${bridge})('${preload}', '${page}'), pack: ${pack}, unpack: ${unpack} }`
  const body = `(require, module, exports, process) => {\n${text}\n}`
  return {
    page: outermost(`(${bridge})('${page}', '${preload}')\n${given.script}`),
    preload: outermost(`(${preloadWorld})(${JSON.stringify(world)}, ${parts}, ${body})`),
  }
}

const outermost = (script: string) => `if (window === window.top) { ${script} }`
