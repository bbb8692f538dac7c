// @ts-check
// Builds everything into out/ when the sources changed. No dependencies: the building itself is in bundle.mjs.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, fail, root, runNode, say } from './runtime.mjs'

const out = join(root, 'out')
const sources = [
  'node-core',
  'main',
  'preload',
  'renderer',
  'resources/sample',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
]
const tools = ['scripts/build.mjs', 'scripts/bundle.mjs', 'scripts/bundle-worker.mjs', 'package/product.mjs'].map(
  (name) => `resources/${name}`,
)

/**
 * Builds unless out/ was made from exactly these sources.
 * @param {{ force?: boolean }} [options]
 */
export async function ensureBuilt({ force = false } = {}) {
  const wanted = sourcesHash()
  if (!force && builtFrom(out) === wanted) return
  say('Building …')
  const started = performance.now()
  // Built beside and moved into place whole: a build that fails or runs twice at once leaves a working one.
  const fresh = join(cache, `build-${process.pid}`)
  let built = false
  mkdirSync(cache, { recursive: true })
  try {
    const code = await runNode([join(root, 'resources/scripts/bundle.mjs'), fresh], { stdio: ['ignore', 2, 2] })
    if (code === 0) {
      writeFileSync(join(fresh, '.built-from'), wanted)
      replace(fresh)
    }
    built = code === 0
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  if (!built) fail('The build failed: see the message above.')
  say(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
}

/** @param {string} fresh */
function replace(fresh) {
  const old = join(cache, `build-old-${process.pid}`)
  if (existsSync(out)) renameSync(out, old)
  try {
    renameSync(fresh, out)
  } catch (error) {
    // Another build was first; any complete one of the same sources will do.
    if (builtFrom(out) !== builtFrom(fresh)) throw error
  }
  rmSync(old, { recursive: true, force: true })
}

/** @param {string} folder */
function builtFrom(folder) {
  const stamp = join(folder, '.built-from')
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined
}

/** A hash of every file that the build reads. */
function sourcesHash() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const path of [...sources, ...tools].flatMap(filesOf)) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

/**
 * The file itself, or every file below the folder but tests, in one order on every machine.
 * @param {string} path relative to the root, with slashes
 * @returns {string[]}
 */
function filesOf(path) {
  const facts = statSync(join(root, path), { throwIfNoEntry: false })
  if (!facts) return []
  if (!facts.isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [path]
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesOf(`${path}/${name}`))
}
