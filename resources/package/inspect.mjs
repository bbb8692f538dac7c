// @ts-check
// What may be said against a staged app, before anybody packs it.
import { readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'
import { root } from '../scripts/runtime.mjs'
import { filesIn } from './stage.mjs'

/** Programs, pages and pictures that are found by their path, so that no import leads to them. */
const entries = [
  'main/main.js',
  'main/tray/on-dark.png',
  'main/tray/on-template.png',
  'preload/preload.cjs',
  'renderer/index.html',
  'node/child.js',
  'node/writer.js',
  'node/importer.js',
]
const forbidden =
  /\.(map|ts|tsx|test\.\w+|pem|key|p12|pfx|env|log|sqlite|db)$|(^|\/)(\.|tests?\/|fixtures\/|src\/|deps\/|coverage\/)/i
const mebibyte = 1 << 20
/** The app without Electron, in bytes. Twice of today's: something big that came along by mistake is seen. */
const budget = 32 * mebibyte

/**
 * Findings, one line each; none where all is well.
 * @param {string} folder staged by stage.mjs
 */
export function inspectStaged(folder) {
  const files = filesIn(folder)
  const size = files.reduce((sum, path) => sum + statSync(join(folder, path)).size, 0)
  return [
    ...entries
      .map((path) => `out/${path}`)
      .filter((path) => !files.includes(path))
      .map((path) => `${path} is missing`),
    ...files.filter((path) => forbidden.test(path)).map((path) => `${path} must not be packed`),
    ...files
      .filter((path) => /\.[cm]?js$/.test(path) && path.startsWith('out/'))
      .flatMap((path) => inspectImports(folder, path, files)),
    ...files.filter((path) => /\.(c?js|json|html|css|txt)$/.test(path)).flatMap((path) => inspectText(folder, path)),
    ...(size > budget ? [`the app has ${(size / mebibyte).toFixed(1)} MiB, more than ${budget / mebibyte}`] : []),
  ]
}

/**
 * Everything that a file of the main process, the preload or the node imports has to be there. Pages are bundled whole.
 * @param {string} folder
 * @param {string} path
 * @param {readonly string[]} files
 */
function inspectImports(folder, path, files) {
  if (path.startsWith('out/renderer/')) return []
  // Reads tokens, not text: what looks like an import within a string is none.
  const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, path), 'utf8'), true, true)
  const own = path.startsWith('out/node/') ? 'the node' : 'the app'
  return importedFiles.flatMap(({ fileName: wanted }) => {
    if (isBuiltin(wanted)) return []
    if (wanted === 'electron') return own === 'the app' ? [] : [`${path} imports electron: the node runs without it`]
    if (wanted.startsWith('.'))
      return files.includes(posix.join(dirname(path), wanted)) ? [] : [`${path} imports ${wanted}, which is not packed`]
    const name = wanted.split('/', wanted.startsWith('@') ? 2 : 1).join('/')
    return files.includes(`node_modules/${name}/package.json`) ? [] : [`${path} imports ${wanted}, which is not packed`]
  })
}

/**
 * @param {string} folder
 * @param {string} path
 */
function inspectText(folder, path) {
  const text = readFileSync(join(folder, path), 'utf8')
  return [
    ...(text.includes(root) ? [`${path} names a folder of the machine that built it`] : []),
    ...(/-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}/.test(text) ? [`${path} holds a private key`] : []),
  ]
}
