/** The app's updates over Electron: who brings this installation up to date, and when a restart would not be noticed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, net, powerMonitor } from 'electron'
import { z } from 'zod'
import type { Start } from '../../node-core/contract/desktop.ts'
import type { UpdatesState } from '../../node-core/contract/updates.ts'
import type { Later } from '../node/node-process.ts'
import type { NodeAddress } from '../node/node-state.ts'
import { createChoices } from './choices.ts'
import { type UpdatePlace, updatedByOf, updatePlaceOf } from './installation.ts'
import { longestEnvelope, releaseKey, updateSystems } from './release.ts'
import type { SystemNeeds } from './systems.ts'
import { createUpdates, type Engine, type Updates } from './updates.ts'

export interface UpdateNeeds {
  /** Where the choices are kept. */
  readonly file: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What the node was started with, for the next start of the app. */
  readonly options: Omit<Start, 'type'>
  readonly node: { address(signal: AbortSignal): Promise<NodeAddress> }
  /** Whether the node would open its store again without a person. */
  unattended(): boolean
  /** Asks the node. */
  readonly ask: typeof fetch
  readonly later: Later
  now(): number
  tell(state: UpdatesState): void
}

/** Seconds without keyboard and mouse after which nobody is at the machine. */
const away = 300
/** What has not come by then does not come, in milliseconds. */
const patience = 30_000

export function createAppUpdates({ file, environment, options, node, unattended, ask, later, now, tell }: UpdateNeeds): Updates {
  const place = app.isPackaged ? updatePlaceOf(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8')) : undefined
  const system = updateSystems.find((one) => one === process.platform)
  const by = updatedByOf({
    packaged: app.isPackaged,
    platform: process.platform,
    environment,
    store: process.mas === true || process.windowsStore === true,
    keyed: place !== undefined,
  })
  const importsRest = async () => {
    try {
      const { origin, token } = await node.address(AbortSignal.timeout(patience))
      const answer = await ask(`${origin}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } })
      const { imports } = z.object({ imports: z.object({ running: z.number(), waiting: z.number() }) }).parse(await answer.json())
      return imports.running + imports.waiting === 0
    } catch {
      // A node that does not answer is not at rest.
      return false
    }
  }
  const updates = createUpdates({
    by,
    version: app.getVersion(),
    engine:
      by === 'app' && place && system
        ? lazyEngine(place, {
            installation: { version: app.getVersion(), system, arch: process.arch },
            appImage: environment['APPIMAGE'],
            args: argumentsOf(options),
          })
        : undefined,
    choices: createChoices(file),
    later,
    now,
    unattended,
    idle: async () =>
      BrowserWindow.getAllWindows().every((window) => !window.isVisible()) &&
      powerMonitor.getSystemIdleTime() >= away &&
      (await importsRest()),
    quit: () => app.quit(),
    tell,
  })
  // By then windows are closed and the node has closed its store.
  app.on('quit', updates.ending)
  return updates
}

/** The system's engine from the first look on: most starts of the app need nothing of it. */
function lazyEngine({ url, key }: UpdatePlace, needs: Pick<SystemNeeds, 'installation' | 'appImage' | 'args'>): Engine {
  let loaded: Engine | undefined
  const engine = async () => {
    const { createSystemEngine } = await import('./systems.ts')
    loaded ??= createSystemEngine({ ...needs, url: new URL(url.endsWith('/') ? url : `${url}/`), key: releaseKey(key), read })
    return loaded
  }
  return {
    // On Linux the app itself says how it is started again.
    hides: needs.installation.system === 'linux',
    find: async (channel) => await (await engine()).find(channel),
    load: async (offer, told) => await (await engine()).load(offer, told),
    install: (how) => loaded?.install(how),
    ...(needs.installation.system === 'darwin' ? { restart: () => loaded?.restart?.() } : {}),
  }
}

/** A release's text, by the system's proxies; nothing that says who asks goes along. */
async function read(url: URL): Promise<string> {
  const answer = await net.fetch(url.href, { credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(patience) })
  if (!answer.ok || Number(answer.headers.get('content-length') ?? 0) > longestEnvelope)
    throw new Error(`answered ${answer.status}`)
  return await answer.text()
}

const argumentsOf = ({ data, port, passphraseFile }: Omit<Start, 'type'>): string[] => [
  ...(data === undefined ? [] : [`--data=${data}`]),
  ...(port === undefined ? [] : [`--port=${port}`]),
  ...(passphraseFile === undefined ? [] : [`--passphrase-file=${passphraseFile}`]),
]
