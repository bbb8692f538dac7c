// @ts-check
// `npm run check`: format and lint, types of each environment, import layers, dead code, and the meta tests. Every
// step runs, whatever the ones before it said.
import { join } from 'node:path'
import { root, runNode, say } from './runtime.mjs'

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path)
const steps = {
  'format and lint (biome)': [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
  'types (tsc)': [bin('typescript/bin/tsc'), '--build'],
  'import layers (dependency-cruiser)': [
    bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
    ...['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'node-core', 'main', 'preload', 'renderer', 'tests'],
  ],
  'dead code and unused dependencies (knip)': [bin('knip/bin/knip.js')],
  'packages of the desktop app (dist:check)': [join(root, 'resources/scripts/run.mjs'), 'dist:check'],
  'rules of the code (tests/meta)': [bin('vitest/vitest.mjs'), 'run', '--project', 'node', 'tests/meta'],
}

/** @returns {Promise<number>} the exit code: 1 when any step failed */
export async function check() {
  const failed = []
  for (const [name, args] of Object.entries(steps)) {
    say(`\n— ${name}`)
    if ((await runNode(args)) !== 0) failed.push(name)
  }
  say(failed.length ? `\nCheck failed: ${failed.join('; ')}.` : '\nCheck passed.')
  return failed.length ? 1 : 0
}
