// @ts-check
// An Electron with nothing in it but what packing touches: its files' names, and a binary that is only the wire of
// fuses. With it electron-builder really packs where Electron's binary cannot be had; nothing of it ever runs.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What Electron's own tools look for in its binary; behind it stand a version, a count and one sign per fuse. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** Every fuse the wrong way round, so that each has to be set: see `fuses` in product.mjs for the order's meaning. */
const wire = '101100110'
const files = [
  'LICENSE',
  'LICENSES.chromium.html',
  'chrome-sandbox',
  ...['ar', 'de', 'en-US', 'es', 'fr', 'ja'].map((l) => `locales/${l}.pak`),
]

/**
 * @param {string} folder
 * @param {string} version of Electron
 */
export function blankElectron(folder, version) {
  for (const name of files) write(join(folder, name), `${name}\n`)
  write(join(folder, 'version'), version)
  write(join(folder, 'electron'), Buffer.concat([Buffer.from(sentinel), Buffer.from([1, wire.length]), Buffer.from(wire)]))
}

/**
 * @param {string} path
 * @param {string | Uint8Array} content
 */
function write(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
