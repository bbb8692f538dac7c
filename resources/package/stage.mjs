// @ts-check
// Lays out exactly what the desktop app packs, in a folder of its own: the built bundles, the packages of machine code
// that they leave outside, licences and a manifest. Packers get this folder and choose nothing themselves.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../scripts/runtime.mjs'
import { licenceTexts } from './licences.mjs'
import { lockedPackage } from './lock.mjs'
import { natives, product, targets } from './product.mjs'

/** @typedef {keyof typeof targets} System */

/** What is packed of out/: bundles and the page, without maps and what the build notes for itself. */
const built = (/** @type {string} */ path) => !/\.map$|(^|\/)\.[^/]*$/.test(path)

/**
 * Stages for one system and answers the files, relative to the folder, with slashes, sorted.
 * @param {System} system
 * @param {string} folder emptied first
 * @param {{ updates?: { url: string, key: string } | undefined, fetch?: (name: string, version: string, integrity: string) => string }} [options]
 *   `updates`: where updates come from and the public key that signs them, absent where there are none.
 *   `fetch`: answers the folder of a package that is locked but not installed here, as packages of other systems are.
 * @returns {string[]}
 */
export function stage(system, folder, { updates, fetch } = {}) {
  rmSync(folder, { recursive: true, force: true })
  for (const path of filesIn(join(root, 'out')).filter(built)) copy(join(root, 'out', path), join(folder, 'out', path))
  for (const name of [...natives, ...targets[system].packages]) {
    const installed = join(root, 'node_modules', name)
    const { version, integrity } = lockedPackage(name)
    const from = existsSync(installed) ? installed : fetch?.(name, version, integrity)
    // Without a way to fetch, a check on one system leaves out what only another could load.
    if (from === undefined) continue
    const to = join(folder, 'node_modules', name)
    for (const path of filesIn(from).filter((file) => runs(name, file, system))) copy(join(from, path), join(to, path))
    writeFileSync(join(to, 'package.json'), nativeManifest(join(from, 'package.json')))
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(appManifest(system, updates), null, 2)}\n`)
  copy(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licenceTexts())
  return filesIn(folder)
}

/**
 * The packed app's own manifest.
 * @param {System} system
 * @param {{ url: string, key: string } | undefined} updates
 */
function appManifest(system, updates) {
  const { version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const outside = [...natives, ...targets[system].packages.filter((name) => existsSync(join(root, 'node_modules', name)))]
  return {
    name: product.executable,
    productName: product.name,
    version,
    description,
    license,
    author: product.maintainer,
    homepage: product.homepage,
    private: true,
    type: 'module',
    main: 'out/main/main.js',
    desktopName: `${product.executable}.desktop`,
    ...(updates ? { updates } : {}),
    dependencies: Object.fromEntries(outside.map((name) => [name, lockedPackage(name).version])),
  }
}

/**
 * A native package's manifest with what loads it: what it would want for compiling is not there.
 * @param {string} path
 */
function nativeManifest(path) {
  const { name, version, license, main, exports } = JSON.parse(readFileSync(path, 'utf8'))
  return `${JSON.stringify({ name, version, license, main, exports }, null, 2)}\n`
}

/**
 * Whether a file of a native package is needed to run it on `system`: no sources to compile, no types, and no machine
 * code for other systems.
 * @param {string} name
 * @param {string} path
 * @param {System} system
 */
function runs(name, path, system) {
  if (/^LICEN[CS]E/i.test(path)) return true
  if (name !== 'better-sqlite3') return /\.(js|node)$/.test(path)
  return /^lib\/.*\.js$/.test(path) || targets[system].prebuilt.some((file) => path === `prebuilds/${file}`)
}

/**
 * Every file below `folder`, relative to it, with slashes, in one order on every machine.
 * @param {string} folder
 * @returns {string[]}
 */
export const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, readFileSync(from), { mode: 0o644 })
}
