// @ts-check
// `npm run dist:check`: whether packages could be made, without Electron's binary. Stages for every system twice,
// packs around a blank Electron twice, and looks at what came out.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { getRawHeader, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { cache, root } from '../scripts/runtime.mjs'
import { blankElectron } from './blank-electron.mjs'
import { configuration } from './electron-builder.mjs'
import { packHeadless } from './headless.mjs'
import { inspectStaged } from './inspect.mjs'
import { lockedPackage } from './lock.mjs'
import { pack } from './pack.mjs'
import { fuses, natives, product, targets } from './product.mjs'
import { filesIn, stage } from './stage.mjs'

/** @typedef {import('./stage.mjs').System} System */
/** @typedef {{ findings: string[], facts: string[] }} Report findings are faults, facts are for people to read */

const electronVersion = lockedPackage('electron').version
const systems = /** @type {System[]} */ (Object.keys(targets))

/** @returns {Promise<Report>} */
export async function checkPackages() {
  mkdirSync(cache, { recursive: true })
  // Within the project: electron-builder packs folders of the project alone.
  const folder = mkdtempSync(join(cache, 'dist-check-'))
  try {
    const reports = systems.map((system) => checkStaged(system, join(folder, system)))
    reports.push({ findings: [...(await schemaFindings(folder)), ...lockFindings()], facts: [] })
    reports.push(await checkPacked(folder), checkHeadless(join(folder, 'npm')))
    return { findings: reports.flatMap((one) => one.findings), facts: reports.flatMap((one) => one.facts) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {System} system
 * @param {string} folder
 * @returns {Report}
 */
function checkStaged(system, folder) {
  stage(system, folder)
  const first = hashes(folder)
  stage(system, folder)
  const differing = differences(first, hashes(folder)).map((path) => `${path} differs when it is staged again`)
  const size = [...first.keys()].reduce((sum, path) => sum + statSync(join(folder, path)).size, 0)
  return {
    findings: [...inspectStaged(folder), ...differing].map((text) => `${system}: ${text}`),
    facts: [`${system}: ${first.size} files, ${(size / 2 ** 20).toFixed(1)} MiB without Electron`],
  }
}

/**
 * What electron-builder's own schema says of the configuration, signed and unsigned.
 * @param {string} folder
 */
async function schemaFindings(folder) {
  const builder = createRequire(import.meta.url)('app-builder-lib/out/util/config/config.js')
  const { DebugLogger } = createRequire(import.meta.url)('builder-util')
  const findings = []
  for (const notarise of [false, true]) {
    const config = configuration({ app: folder, output: folder, electronVersion, notarise })
    try {
      await builder.validateConfiguration(config, new DebugLogger(false))
    } catch (error) {
      findings.push(`the configuration: ${error instanceof Error ? error.message : error}`)
    }
    for (const icon of [config.mac?.icon, config.win?.icon, `${config.linux?.icon}/512x512.png`])
      if (!existsSync(join(root, 'resources/package', String(icon)))) findings.push(`the icon ${icon} is missing`)
  }
  return findings
}

/** Machine code has to be locked for every processor of every system: what is not is not in anybody's package. */
function lockFindings() {
  const prebuilt = systems.flatMap((system) => targets[system].prebuilt.map((file) => `better-sqlite3/prebuilds/${file}`))
  const missing = prebuilt.filter((path) => !existsSync(join(root, 'node_modules', path))).map((path) => `${path} is missing`)
  for (const name of [...natives, ...systems.flatMap((system) => targets[system].packages)]) {
    try {
      if (!lockedPackage(name).integrity.startsWith('sha512-')) missing.push(`${name} is locked without a strong hash`)
    } catch (error) {
      missing.push(error instanceof Error ? error.message : String(error))
    }
  }
  return missing
}

/**
 * @param {string} folder where Linux is staged in `linux`
 * @returns {Promise<Report>}
 */
async function checkPacked(folder) {
  const electronDist = join(folder, 'electron')
  blankElectron(electronDist, electronVersion)
  const app = join(folder, 'linux')
  const archives = []
  const findings = []
  for (const turn of ['first', 'second']) {
    const output = join(folder, turn)
    await pack('linux', { app, output, unpacked: true, electronDist })
    archives.push(join(output, 'linux-unpacked/resources/app.asar'))
  }
  const [first = '', second = ''] = archives
  if (hash(first) !== hash(second)) findings.push('app.asar differs when it is packed again')
  const packed = listPackage(first, { isPack: false }).map((path) => path.slice(1).replaceAll('\\', '/'))
  const staged = filesIn(app)
  findings.push(...staged.filter((path) => !packed.includes(path)).map((path) => `${path} was not packed`))
  const folders = new Set(
    staged.flatMap((path) =>
      path
        .split('/')
        .slice(0, -1)
        .map((_, index, all) => all.slice(0, index + 1).join('/')),
    ),
  )
  findings.push(
    ...packed.filter((path) => !staged.includes(path) && !folders.has(path)).map((path) => `${path} was packed unasked`),
  )
  const unpacked = filesIn(`${first}.unpacked`)
  if (unpacked.some((path) => !path.endsWith('.node'))) findings.push(`outside the archive lies ${unpacked.join(', ')}`)
  if (!unpacked.some((path) => path.endsWith('linux-x64.node'))) findings.push('the store’s machine code is inside the archive')
  if (!/"integrity":\{"algorithm":"SHA256"/.test(getRawHeader(first).headerString))
    findings.push('app.asar names no hashes of its files')
  findings.push(...(await fuseFindings(join(first, '../..', product.executable))))
  return { findings, facts: [`app.asar: ${(statSync(first).size / 2 ** 20).toFixed(1)} MiB, sha256 ${hash(first)}`] }
}

/**
 * @param {string} folder
 * @returns {Report}
 */
function checkHeadless(folder) {
  const archive = packHeadless(folder)
  const first = hash(archive)
  const findings = hash(packHeadless(folder)) === first ? [] : ['the npm package differs when it is packed again']
  return { findings, facts: [`npm package: ${(statSync(archive).size / 2 ** 20).toFixed(1)} MiB, sha256 ${first}`] }
}

/**
 * Reads the fuses back from a packed binary.
 * @param {string} binary
 */
export async function fuseFindings(binary) {
  const wire = await getCurrentFuseWire(binary)
  return Object.entries(FuseV1Options)
    .filter(([, index]) => typeof index === 'number')
    .flatMap(([name, index]) => {
      const key = /** @type {keyof typeof fuses} */ (name[0]?.toLowerCase() + name.slice(1))
      const found = Object.entries(wire).find(([place]) => place === String(index))?.[1]
      // On the wire, a fuse is the letter 1 or 0.
      const right = found === (fuses[key] ? '1' : '0').charCodeAt(0)
      return key in fuses && right ? [] : [`the fuse ${name} is not ${fuses[key] ? 'on' : 'off'}`]
    })
}

/** @param {string} folder */
const hashes = (folder) => new Map(filesIn(folder).map((path) => [path, hash(join(folder, path))]))

/**
 * @param {ReadonlyMap<string, string>} a
 * @param {ReadonlyMap<string, string>} b
 */
const differences = (a, b) => [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path))

/** @param {string} path */
const hash = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')
