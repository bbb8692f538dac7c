// @ts-check
// The node without a screen as an npm package of its own, `vivim`: the built node and page, and as dependencies exactly
// what the bundles leave outside.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../scripts/runtime.mjs'
import { licenceTexts } from './licences.mjs'
import { lockedPackage } from './lock.mjs'
import { natives } from './product.mjs'
import { filesIn } from './stage.mjs'

/** The node and the page; neither maps nor what only the desktop app starts. */
const part = (/** @type {string} */ path) =>
  /^(node|renderer)\//.test(path) && !/\.map$|(^|\/)\.[^/]*$/.test(path) && path !== 'node/child.js'

/**
 * Lays the package out and packs it. Answers the archive's path, `vivim-<version>.tgz` beside the folder.
 * @param {string} folder emptied first
 */
export function packHeadless(folder) {
  rmSync(folder, { recursive: true, force: true })
  for (const path of filesIn(join(root, 'out')).filter(part)) {
    const to = join(folder, 'out', path)
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(to, readFileSync(join(root, 'out', path)), { mode: path === 'node/vivim.js' ? 0o755 : 0o644 })
  }
  const { version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const manifest = {
    name: 'vivim',
    version,
    description,
    license,
    type: 'module',
    engines: { node: '>=24' },
    bin: { vivim: 'out/node/vivim.js' },
    files: ['out', 'THIRD-PARTY-LICENSES.txt'],
    dependencies: Object.fromEntries(natives.map((name) => [name, lockedPackage(name).version])),
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  copyFileSync(join(root, 'resources/deploy/README.md'), join(folder, 'README.md'))
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licenceTexts())
  const windows = process.platform === 'win32'
  const packed = spawnSync(windows ? 'npm.cmd' : 'npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', '..'], {
    cwd: folder,
    encoding: 'utf8',
    shell: windows,
  })
  if (packed.status !== 0) throw new Error(`npm could not pack the package: ${packed.stderr}`)
  return join(folder, '..', `vivim-${version}.tgz`)
}
