// @ts-check
// Installs the dependencies when they are missing or are not those of the lockfile. No dependencies of its own.
import { existsSync, readFileSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { environmentWithoutPath, fail, outerPath, root, run, say } from './runtime.mjs'

/** Makes sure that node_modules is what the lockfile says; quick when it is. */
export async function ensureInstalled() {
  const problem = difference()
  if (problem === undefined) return
  say(`Installing dependencies (${problem}); this takes a minute or two …`)
  const started = performance.now()
  const code = await npm(installCommand())
  if (code !== 0) fail('The dependencies could not be installed: see npm’s message above. Nothing else was changed.')
  const left = difference()
  if (left !== undefined) fail(`npm installed without an error, but ${left}. Remove node_modules and try again.`)
  say(`Installed in ${Math.round((performance.now() - started) / 1000)} s.`)
}

/**
 * `npm ci` empties node_modules first. Windows cannot delete the running Node when that is the packaged one.
 */
function installCommand() {
  const inPlace = process.platform === 'win32' && existsSync(join(root, 'node_modules'))
  return inPlace ? ['install', '--no-save'] : ['ci']
}

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Entry */

/**
 * How npm's record of node_modules differs from the lockfile, or undefined when it does not. Optional packages may be
 * missing: they are for other platforms.
 */
function difference() {
  const record = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return 'nothing is installed'
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const there = packagesOf(record)
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue
    const installed = there[path]
    if (installed === undefined && entry.optional) continue
    if (installed === undefined) return `${path.slice('node_modules/'.length)} is missing`
    if (installed.version !== entry.version || installed.integrity !== entry.integrity)
      return `${path.slice('node_modules/'.length)} is not version ${entry.version}`
  }
  return undefined
}

/**
 * @param {string} path
 * @returns {Record<string, Entry>}
 */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {}
  } catch {
    // A record that was cut off in the middle of an install says that nothing can be relied on.
    return {}
  }
}

/**
 * Runs the npm that started this script, on its own Node: the packaged one may be about to be replaced.
 * @param {string[]} args
 */
function npm(args) {
  // NODE_ENV=production would leave the build's tools out.
  // No package here needs a script of its own to install; one that has one would want a compiler.
  const all = [...args, '--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const env = { ...environmentWithoutPath(), PATH: outerPath().join(delimiter) }
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['ignore', 2, 2]
  const cli = process.env['npm_execpath']
  const node = process.env['npm_node_execpath']
  if (cli && node && basename(cli) === 'npm-cli.js' && !node.startsWith(join(root, 'node_modules'))) {
    return run(node, [cli, ...all], { env, stdio })
  }
  const windows = process.platform === 'win32'
  return run(windows ? 'npm.cmd' : 'npm', all, { env, stdio, shell: windows })
}
