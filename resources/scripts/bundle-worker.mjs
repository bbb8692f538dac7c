// @ts-check
// The page's service worker, built after the page: it holds the list of the page's files.
import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

/**
 * Writes `service-worker.js` beside the built page.
 * @param {string} root of the project
 * @param {string} folder the built page
 */
export async function bundleWorker(root, folder) {
  const files = globSync('**/*', { cwd: folder })
    .map((path) => path.replaceAll('\\', '/'))
    // Frames for somebody else's pages get their headers from the node alone.
    .filter((path) => statSync(join(folder, path)).isFile() && !/\.map$|^artifact-|^service-worker\.js$/.test(path))
    .sort()
    .map((path) => ({ path: `/${path}`, digest: sha256(readFileSync(join(folder, path))) }))
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: {
      BUILT_FILES: JSON.stringify(files),
      BUILD: JSON.stringify(sha256(JSON.stringify(files)).slice(0, 16)),
    },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2023',
      // One file of one name: it is what browsers compare to see whether there is a new version.
      rolldownOptions: {
        input: { 'service-worker': join(root, 'renderer/worker/service-worker.ts') },
        output: { format: 'iife', entryFileNames: '[name].js' },
      },
    },
  })
}

/** @param {Uint8Array | string} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
