// The build proper: Electron's main and preload and the page by electron-vite, the node without Electron by Vite.
// Usage: node bundle.mjs OUT
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build as buildApp } from 'electron-vite'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '../..')
const out = resolve(process.argv[2] ?? join(root, 'out'))

/** Programs of the node: what people and Electron start, and the threads that those start. */
const entries = ['bin/vivim', 'bin/child', 'threads/writer', 'threads/importer', 'threads/maintenance', 'threads/reader']

await buildApp({ root, logLevel: 'warn', build: { outDir: out } })
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true, external: ['better-sqlite3', '@napi-rs/keyring'] },
  build: {
    ssr: true,
    outDir: join(out, 'node'),
    emptyOutDir: true,
    target: 'node24',
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(
        entries
          .map((entry) => [entry.slice(entry.indexOf('/') + 1), join(root, 'node-core', `${entry}.ts`)])
          .filter(([, path]) => existsSync(/** @type {string} */ (path))),
      ),
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared/[name]-[hash].js' },
    },
  },
})
