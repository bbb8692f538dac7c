// @ts-check
// The build proper: Electron's main and preload and the page by electron-vite, the node without Electron by Vite.
// Usage: node bundle.mjs OUT
import { globSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build as buildApp } from 'electron-vite'
import { build } from 'vite'
import { natives } from '../package/product.mjs'
import { bundleWorker } from './bundle-worker.mjs'

const root = resolve(import.meta.dirname, '../..')
const out = resolve(process.argv[2] ?? join(root, 'out'))

/** Programs of the node: what people and Electron start, and the threads that those start. */
const programs = ['bin/*.ts', 'threads/{writer,importer,recogniser}.ts', '**/*-thread.ts'].map(
  (pattern) => `node-core/${pattern}`,
)
const input = Object.fromEntries(
  globSync(programs, { cwd: root, exclude: ['**/*.test.ts'] }).map((path) => [basename(path, '.ts'), join(root, path)]),
)

await buildApp({ root, logLevel: 'warn', build: { outDir: out } })
await bundleWorker(root, join(out, 'renderer'))
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  // Native modules stay outside; everything else in one place starts faster than a thousand small files.
  ssr: { noExternal: true, external: natives },
  build: {
    ssr: true,
    outDir: join(out, 'node'),
    target: 'node24',
    sourcemap: true,
    rolldownOptions: {
      input,
      // All in one folder: the node finds its threads beside the file that starts them, whichever that is.
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
