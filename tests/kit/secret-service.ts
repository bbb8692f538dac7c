/** A session bus of the test's own with a real Secret Service (gnome-keyring) on it, or without one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { vi } from 'vitest'

const SECRETS = 'org.freedesktop.secrets'
/** A bus that starts no service by itself: what is there is what the test started. */
const config = (socket: string): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`

export class SessionBus {
  readonly address: string
  readonly #folder: string
  readonly #bus: ChildProcess
  #keyring: ChildProcess | undefined

  static async start(): Promise<SessionBus> {
    // The path of a socket has room for about 100 bytes.
    const folder = await mkdtemp(join(tmpdir(), 'vivim-bus-'))
    await mkdir(join(folder, 'run'), { mode: 0o700 })
    await mkdir(join(folder, 'data'), { mode: 0o700 })
    await writeFile(join(folder, 'bus.conf'), config(join(folder, 'bus')))
    const bus = spawn('dbus-daemon', [`--config-file=${join(folder, 'bus.conf')}`, '--nofork', '--print-address=1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [address] = await once(createInterface(bus.stdout), 'line')
    return new SessionBus(folder, bus, String(address))
  }

  private constructor(folder: string, bus: ChildProcess, address: string) {
    this.#folder = folder
    this.#bus = bus
    this.address = address
  }

  /** Starts the keyring, unlocked, with the entries of the one before. */
  async startKeyring(): Promise<void> {
    const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
      env: this.#env(),
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    keyring.stdin.end('a password')
    this.#keyring = keyring
    await vi.waitFor(() => {
      if (this.#send('org.freedesktop.DBus', '/', 'org.freedesktop.DBus.GetNameOwner', `string:${SECRETS}`) !== 0)
        throw new Error('not there yet')
    }, 20_000)
  }

  async stopKeyring(): Promise<void> {
    await stop(this.#keyring)
  }

  /** Locks every entry; nobody is there to unlock it. */
  lockKeyring(): void {
    const collections = 'array:objpath:/org/freedesktop/secrets/collection/login'
    const status = this.#send(SECRETS, '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', collections)
    if (status !== 0) throw new Error('the keyring could not be locked')
  }

  /** Ends the bus; the keyring goes with it. */
  async stop(): Promise<void> {
    await stop(this.#keyring)
    await stop(this.#bus)
    await rm(this.#folder, { recursive: true, force: true })
  }

  #send(to: string, path: string, method: string, ...args: string[]): number | null {
    const message = [`--bus=${this.address}`, '--print-reply', `--dest=${to}`, path, method, ...args]
    return spawnSync('dbus-send', message, { stdio: 'ignore', timeout: 10_000 }).status
  }
  #env(): NodeJS.ProcessEnv {
    const { PATH } = process.env
    return {
      PATH,
      HOME: this.#folder,
      DBUS_SESSION_BUS_ADDRESS: this.address,
      XDG_RUNTIME_DIR: join(this.#folder, 'run'),
      XDG_DATA_HOME: join(this.#folder, 'data'),
    }
  }
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
