/** A client that asks as fast as it is answered, on connections that it keeps: next to no work of its own. */
import { connect, type Socket } from 'node:net'

export interface Load {
  /** Asks `count` times; `next` names the path of each request. Answers the milliseconds of every one. */
  run(count: number, next: () => string): Promise<Float64Array>
  close(): void
}

const headEnd = Buffer.from('\r\n\r\n')

/** Opens `connections` to `origin`, each with one request under way at a time. An answer other than 200 is an error. */
export async function openLoad(origin: string, headers: Record<string, string>, connections: number): Promise<Load> {
  const { hostname, port } = new URL(origin)
  const lines = Object.entries({ host: `${hostname}:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const tail = ` HTTP/1.1\r\n${lines.join('')}\r\n`
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(hostname, Number(port))))
  return {
    async run(count, next) {
      const times = new Float64Array(count)
      let sent = 0
      await Promise.all(
        sockets.map(async (socket) => {
          for (;;) {
            const n = sent++
            if (n >= count) return
            const started = performance.now()
            await answered(socket, `GET ${next()}${tail}`)
            times[n] = performance.now() - started
          }
        }),
      )
      return times
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const opened = (host: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => {
      resolve(socket)
    }).once('error', reject)
  })

/** Sends one request and counts its answer's bytes; reads nothing but the status and the length. */
function answered(socket: Socket, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let head: Buffer = Buffer.alloc(0)
    /** Bytes of the body still to come; undefined before the head is there. */
    let left: number | undefined
    const done = (error?: Error) => {
      socket.off('data', onData).off('close', onClose)
      if (error) reject(error)
      else resolve()
    }
    const onClose = () => {
      done(new Error('The connection ended.'))
    }
    const onData = (bytes: Buffer) => {
      if (left === undefined) {
        head = head.length === 0 ? bytes : Buffer.concat([head, bytes])
        const end = head.indexOf(headEnd)
        if (end === -1) return
        const text = head.toString('latin1', 0, end)
        const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
        if (!text.startsWith('HTTP/1.1 200') || length === undefined) return done(new Error(`Answered: ${text}`))
        left = Number(length) - (head.length - end - headEnd.length)
      } else left -= bytes.length
      if (left === 0) done()
    }
    socket.on('data', onData).once('close', onClose)
    socket.write(request)
  })
}
