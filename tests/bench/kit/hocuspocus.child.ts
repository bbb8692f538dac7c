/** The peer for live documents: a Hocuspocus server as it comes, without a store. */
import { Server } from '@hocuspocus/server'

const server = new Server({ address: '127.0.0.1', port: 0, quiet: true, stopOnSignals: false })
await server.listen()
process.send?.(server.address.port)
process.once('disconnect', () => {
  process.exit(0)
})
