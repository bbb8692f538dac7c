// @ts-check
// `npm run dev`: the node from source, started again at every change, on a data folder of its own; the page live.
import { join } from 'node:path'
import { createServer } from 'vite'

const port = 4747
const page = await createServer({
  configFile: false,
  root: join(import.meta.dirname, '../../renderer'),
  plugins: [(await import('@vitejs/plugin-react')).default()],
  server: {
    port: 5173,
    // The node answers only its own pages, and this one stands in for them.
    proxy: {
      '/api': { target: `http://127.0.0.1:${port}`, changeOrigin: true, headers: { origin: `http://127.0.0.1:${port}` } },
    },
  },
})
await page.listen()
console.error('The page, live: http://127.0.0.1:5173/ + the sign-in link’s part from # on.')
