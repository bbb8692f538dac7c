/** The built node as people run it, in a process of its own, on a given data folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { localAddress } from '../../../node-core/http/local.ts'

const root = join(import.meta.dirname, '../../..')

export interface Served {
  readonly origin: string
  readonly pid: number
  readonly token: string
  /** A GET as the signed-in person. */
  get(path: string): Promise<Answer>
  /** A call over the user's own socket. */
  local(method: string, path: string, body?: object): Promise<Answer>
  memory(): ProcessMemory
  stop(): Promise<void>
}
export interface Answer {
  status: number
  body: Buffer
}
/** Bytes: resident now, and the most there ever was. */
export interface ProcessMemory {
  resident: number
  most: number
}

/** Starts `vivim serve` over `folder` (its data, and its passphrase beside) and signs in. `flags`: Node's own. */
export async function serve(folder: string, flags: readonly string[] = []): Promise<Served> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const data = join(folder, 'data')
  const { child, output } = await startProcess(folder, flags)
  const link = new URL(output)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const ask = (target: object, method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ agent, method, path, headers, ...target }, (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('error', reject)
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces) })
        })
      })
      request.on('error', reject)
      request.end(body)
    })
  const web = { host: '127.0.0.1', port: Number(link.port) }
  const type = { 'content-type': 'application/json' }
  const signedIn = await ask(web, 'POST', '/api/v1/auth/link', type, JSON.stringify({ secret: link.hash.slice('#link='.length) }))
  const { accessToken } = z.object({ accessToken: z.string() }).parse(JSON.parse(signedIn.body.toString()))
  const bearer = { authorization: `Bearer ${accessToken}` }
  const socketPath = localAddress({
    dataDirectory: data,
    shortDirectory: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
    platform: process.platform,
  })
  const pid = child.pid ?? 0
  return {
    origin: link.origin,
    pid,
    token: accessToken,
    get: (path) => ask(web, 'GET', path, bearer),
    local: (method, path, body) =>
      ask({ socketPath, host: 'localhost' }, method, path, body ? type : {}, body && JSON.stringify(body)),
    memory: () => memoryOf(pid),
    async stop() {
      agent.destroy()
      await ended(child)
    },
  }
}

/** Starts the process; `output` is the sign-in link that it printed when it was ready. */
async function startProcess(folder: string, flags: readonly string[]): Promise<{ child: ChildProcess; output: string }> {
  const passphrase = join(folder, 'passphrase')
  await writeFile(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
  const args = [
    join(root, 'out/node/vivim.js'),
    'serve',
    '--port',
    '0',
    '--data',
    join(folder, 'data'),
    '--passphrase-file',
    passphrase,
  ]
  const child = spawn(process.execPath, [...flags, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // as resources/scripts/runtime.mjs starts it
    env: { MALLOC_ARENA_MAX: '2', ...process.env },
  })
  const output = await new Promise<string>((resolve, reject) => {
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (more: string) => {
        text += more
        const link = /http:\/\/127\.0\.0\.1:\d+\/#link=[\w-]{43}/.exec(text)?.[0]
        if (link) resolve(link)
      })
    }
    child.once('error', reject)
    child.once('exit', (code) => {
      reject(new Error(`The node ended with ${code}:\n${text}`))
    })
  })
  return { child, output }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await end
}

/** From Linux's own account of a process; nothing elsewhere. */
export function memoryOf(pid: number): ProcessMemory {
  if (process.platform !== 'linux') return { resident: Number.NaN, most: Number.NaN }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024
  return { resident: field('VmRSS'), most: field('VmHWM') }
}
