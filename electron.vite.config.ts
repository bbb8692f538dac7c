import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { natives } from './resources/package/product.mjs'

const root = import.meta.dirname

/** KaTeX brings each font three times; every browser that the page runs in takes the smallest. */
const smallestFonts = {
  name: 'smallest-fonts',
  enforce: 'pre',
  transform: (code: string, id: string) =>
    /katex[^/]*\.css$/.test(id) ? code.replace(/,url\([^)]+\) format\("(?:woff|truetype)"\)/g, '') : undefined,
} as const

/** The tray's pictures stand beside the app's bundle. */
const trayPictures = {
  name: 'tray-pictures',
  generateBundle(this: { emitFile(file: { type: 'asset'; fileName: string; source: Uint8Array }): string }) {
    const folder = join(root, 'resources/tray')
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.png')))
      this.emitFile({ type: 'asset', fileName: `tray/${name}`, source: readFileSync(join(folder, name)) })
  },
}

// `npm run build` puts all of it into one folder; see resources/scripts/bundle.mjs for the node itself.
export default defineConfig({
  main: {
    plugins: [trayPictures],
    build: {
      target: 'node24',
      sourcemap: true,
      // One file starts faster than many, and what is packed beside it is machine code alone.
      externalizeDeps: false,
      rolldownOptions: {
        external: natives,
        input: { main: join(root, 'main/main.ts') },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node24',
      // A sandboxed preload cannot be an ES module, nor load one.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: join(root, 'preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: join(root, 'renderer'),
    // electron-vite makes addresses relative for file: pages; this page has deep addresses and a real origin.
    plugins: [react(), smallestFonts, { name: 'absolute-addresses', enforce: 'post', config: () => ({ base: '/' }) }],
    build: {
      target: 'es2023',
      cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
      modulePreload: { polyfill: false },
      // The content policy allows files of the page's own, not data: addresses.
      assetsInlineLimit: 0,
      minify: true,
      rolldownOptions: { input: join(root, 'renderer/index.html') },
    },
  },
})
