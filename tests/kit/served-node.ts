/** The built node as people run it: `vivim serve` in a process of its own, on a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const linkPattern = /http:\/\/127\.0\.0\.1:\d+\/#link=[A-Za-z0-9_-]{43}/

export interface ServedNode extends AsyncDisposable {
  /** The sign-in link that it printed when it was ready; works once. */
  readonly link: string
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly data: string
  /** Everything that it printed so far. */
  output(): string
}

/** Starts a node and waits for its link; stopping it removes its data. */
export async function serveNode(): Promise<ServedNode> {
  const folder = await mkdtemp(join(tmpdir(), 'vivim-served-'))
  const data = join(folder, 'data')
  const passphrase = join(folder, 'passphrase')
  await writeFile(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
  const args = [join(root, 'out/node/vivim.js'), 'serve', '--port', '0', '--data', data, '--passphrase-file', passphrase]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const stop = async (): Promise<void> => {
    await ended(child)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const link = await new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
          const printed = linkPattern.exec(output)?.[0]
          if (printed) resolve(printed)
        })
      }
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`The node ended with ${code} before it was ready:\n${output}`)))
    })
    return { link, origin: new URL(link).origin, data, output: () => output, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const end = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await end
}
