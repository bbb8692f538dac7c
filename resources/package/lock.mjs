// @ts-check
// What the lockfile says of the packages that end up with people.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/runtime.mjs'

/**
 * @typedef {object} Locked
 * @property {string} name
 * @property {string} path in the lockfile, such as `node_modules/a/node_modules/b`
 * @property {string} version
 * @property {string} integrity
 * @property {string | undefined} license SPDX expression as the package gives it
 * @property {boolean} system whether it is for some systems only
 * @property {readonly string[]} dependencies paths of what it depends on
 */

/**
 * @typedef {object} Entry
 * @property {string} [name] where it is another than the path says
 * @property {string} version
 * @property {string} integrity
 * @property {string} [license]
 * @property {readonly string[]} [os]
 * @property {Readonly<Record<string, string>>} [dependencies]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 * @property {Readonly<Record<string, string>>} [peerDependencies]
 * @property {Readonly<Record<string, { optional?: boolean }>>} [peerDependenciesMeta]
 */
/** @type {{ packages: Record<string, Entry> }} */
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const separator = 'node_modules/'

/**
 * The one version of a package at the top of the tree.
 * @param {string} name
 */
export function lockedPackage(name) {
  const entry = lock.packages[separator + name]
  if (!entry) throw new Error(`${name} is not in the lockfile`)
  return entry
}

/** Packages that run the product's own programs from the repository: no part of any package that people get. */
const notShipped = /^node_modules\/node-(bin-)?(linux|darwin|win)-/

/**
 * Every package of `dependencies` and what those need, by its path in the lockfile, sorted: what is bundled or packed.
 * @param {readonly string[]} [roots] names of direct dependencies; all of them where absent
 * @returns {Locked[]}
 */
export function shipped(roots = Object.keys(lock.packages['']?.dependencies ?? {})) {
  /** @type {Map<string, Locked>} */
  const found = new Map()
  const visit = (/** @type {string} */ path) => {
    if (found.has(path) || notShipped.test(path)) return
    const entry = lock.packages[path]
    if (!entry) throw new Error(`${path} is not in the lockfile`)
    const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies }
    const needs = Object.keys(wanted)
      .filter((name) => !entry.peerDependenciesMeta?.[name]?.optional)
      .map((name) => resolve(path, name))
    const name = entry.name ?? path.slice(path.lastIndexOf(separator) + separator.length)
    found.set(path, {
      name,
      path,
      version: entry.version,
      integrity: entry.integrity,
      license: entry.license,
      system: entry.os !== undefined,
      dependencies: needs,
    })
    for (const need of needs) visit(need)
  }
  for (const name of roots) visit(resolve('', name))
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/**
 * Where a package at `from` finds `name`: beside it or above, as Node looks.
 * @param {string} from
 * @param {string} name
 */
function resolve(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf(separator) - 1))) {
    const path = `${at === '' ? '' : `${at}/`}${separator}${name}`
    if (path in lock.packages) return path
    if (at === '') throw new Error(`${from} needs ${name}, which is not in the lockfile`)
  }
}
