// @ts-check
// `npm run dist`: the desktop app's packages for this system, into dist/. `npm run dist:check` needs no Electron.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cache, fail, root, say } from '../scripts/runtime.mjs'
import { checkPackages } from './check.mjs'
import { packHeadless } from './headless.mjs'
import { pack } from './pack.mjs'
import { targets } from './product.mjs'
import { writeReleases } from './release.mjs'
import { billOfMaterials } from './sbom.mjs'
import { stage } from './stage.mjs'
import { updatesOf } from './updates.mjs'

const dist = join(root, 'dist')

/** @returns {Promise<number>} the exit code */
export async function distCheck() {
  const { findings, facts } = await checkPackages()
  for (const line of [...facts, ...findings.map((text) => `✗ ${text}`)]) say(line)
  say(findings.length ? 'Packages cannot be made like this.' : 'Packages can be made.')
  return findings.length ? 1 : 0
}

/** @returns {Promise<number>} the exit code */
export async function makePackages() {
  const system = process.platform
  if (!isTarget(system)) fail(`Packages are made on ${Object.keys(targets).join(', ')}, not on ${system}.`)
  const updates = updatesOf(process.env)
  const notarise = system === 'darwin' && Boolean(process.env['APPLE_API_KEY'])
  for (const line of warnings(system, updates !== undefined, notarise)) say(`ATTENTION: ${line}`)
  const app = join(dist, 'app')
  stage(system, app, { updates, fetch: fetchPackage })
  writeSbom(join(dist, 'vivim-desktop.cdx.json'), true)
  const output = join(dist, 'packages')
  const made = await pack(system, { app, output, updatesUrl: updates?.url, notarise }).catch((error) =>
    // Its own messages stand above; a stack says nothing more to whoever packs.
    fail(`The packages could not be made: ${error instanceof Error ? error.message : error}`),
  )
  const files = made.filter((path) => statSync(path).isFile()).sort()
  const sums = files.map((path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(path)}\n`)
  writeFileSync(join(output, `SHA256SUMS-${system}`), sums.join(''))
  say(`Made ${files.map((path) => basename(path)).join(', ')} in dist/packages.`)
  if (updates) signRelease(system, updates.key, output, files)
  return 0
}

/**
 * @param {keyof typeof targets} system
 * @param {string} key
 * @param {string} folder
 * @param {readonly string[]} files
 */
function signRelease(system, key, folder, files) {
  const secret = process.env['VIVIM_UPDATES_SIGNING_KEY_FILE']
  const notes = process.env['VIVIM_UPDATES_NOTES_FILE']
  if (!secret)
    return say('ATTENTION: there is no VIVIM_UPDATES_SIGNING_KEY_FILE, so installed apps are NOT TOLD of this release.')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const text = notes ? readFileSync(notes, 'utf8') : ''
  const made = writeReleases({ folder, files, system, version, notes: text, secret: readFileSync(secret, 'utf8'), key })
  say(`Signed ${made.map((path) => basename(path)).join(' and ')}; they go where the packages go.`)
}

/** The package for machines without a screen. @returns {Promise<number>} the exit code */
export async function makeHeadless() {
  mkdirSync(dist, { recursive: true })
  writeSbom(join(dist, 'vivim.cdx.json'), false)
  say(`Made ${basename(packHeadless(join(dist, 'npm')))} in dist.`)
  return 0
}

/**
 * What people who get these packages should know and whoever makes them should not overlook.
 * @param {keyof typeof targets} system
 * @param {boolean} updates
 * @param {boolean} notarise
 */
function warnings(system, updates, notarise) {
  const signs = Boolean(process.env['CSC_LINK'] ?? (system === 'win32' ? process.env['WIN_CSC_LINK'] : undefined))
  return [
    ...(system !== 'linux' && !signs ? ['there is no CSC_LINK, so the packages are NOT SIGNED.'] : []),
    ...(system === 'darwin' && !notarise ? ['there is no APPLE_API_KEY, so the app is NOT NOTARISED.'] : []),
    ...(updates ? [] : ['there is no VIVIM_UPDATES_URL and VIVIM_UPDATES_KEY, so these packages NEVER UPDATE themselves.']),
  ]
}

/**
 * @param {string} path
 * @param {boolean} electron
 */
function writeSbom(path, electron) {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `${JSON.stringify(billOfMaterials({ electron }), null, 2)}\n`)
}

/**
 * A package of another processor, which is not installed here, as the lockfile names it.
 * @param {string} name
 * @param {string} version
 * @param {string} integrity
 */
function fetchPackage(name, version, integrity) {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'fetched-'))
  const windows = process.platform === 'win32'
  const packed = spawnSync(windows ? 'npm.cmd' : 'npm', ['pack', `${name}@${version}`, '--silent'], {
    cwd: folder,
    encoding: 'utf8',
    shell: windows,
  })
  const archive = join(folder, packed.stdout.trim().split('\n').at(-1) ?? '')
  const hash = packed.status === 0 ? `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}` : 'nothing'
  if (hash !== integrity) fail(`${name} ${version} could not be fetched: wanted ${integrity}, got ${hash}.`)
  if (spawnSync('tar', ['-xzf', basename(archive)], { cwd: folder }).status !== 0) fail(`${name} could not be unpacked.`)
  rmSync(archive)
  return join(folder, 'package')
}

/**
 * @param {string} system
 * @returns {system is keyof typeof targets}
 */
const isTarget = (system) => system in targets
