/** The life of the node in the desktop app's utility process. */
import { PassThrough } from 'node:stream'
import type { Config, Environment } from '../../config.ts'
import type { AccessToken } from '../../contract/api/auth.ts'
import { type FromNode, type Start, type ToNode, toNode } from '../../contract/desktop.ts'
import type { StartKeys } from '../../contract/desktop-keys.ts'
import { isVivimError, toProblem } from '../../contract/errors.ts'
import type { VivimNode } from '../../node.ts'
import { type Context, createContext, type KeychainWishes } from '../cli/context.ts'
import { createTerminal } from '../cli/terminal.ts'
import { removeAddress, writeAddress } from '../client/address.ts'
import type { NodeClient } from '../client/client.ts'
import { insideClient } from '../client/inside.ts'
import { generatedPath, readGenerated, removeGenerated } from '../secrets/generated.ts'
import type { StoreKeychain } from '../secrets/store-keychain.ts'
import { type AppKeys, createAppKeys } from './keys.ts'
import { createOrders, type Orders } from './orders.ts'
import { keepSession } from './session.ts'
import { doKeysTask } from './tasks.ts'
import { createWindowLock, type WindowLock } from './window-lock.ts'

/** The port to the app. */
export interface Port {
  on(event: 'message', listener: (message: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  postMessage(message: FromNode): void
}

/** How often it is looked whether the app still lives, and how long closing may take without it, in milliseconds. */
const watch = { every: 500, grace: 1200 }

/**
 * Waits for the app's first message, runs the node, and exits the process at the end.
 * @param app the process of the app
 */
export async function createDesktop(port: Port, folder: string, environment: Environment, app: number): Promise<void> {
  const stopping = new AbortController()
  const orders = createOrders()
  const { promise: start, resolve: begin } = Promise.withResolvers<Start>()
  let handed: StartKeys['held'] = []
  const keys = createAppKeys(
    (message) => port.postMessage(message),
    () => handed,
  )
  const lock = createWindowLock()
  port.on('message', ({ data }) => {
    const message = toNode.safeParse(data)
    if (!message.success) return
    if (keys.hear(message.data)) return
    if (message.data.type === 'stop') stopping.abort()
    else if (message.data.type === 'lock') lock.set(true)
    else if (message.data.type === 'unlock') lock.set(false)
    else if (message.data.type === 'start') {
      handed = message.data.keys?.held ?? []
      begin(message.data)
    } else if (message.data.type !== 'open') orders.hear(message.data)
  })
  endWithApp(port, app, stopping)
  const stopped = new Promise<undefined>((resolve) =>
    stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true }),
  )
  const first = await Promise.race([start, stopped])
  try {
    if (first) await run(first, port, { folder, environment, stopping, stopped, keys, lock, orders })
    process.exit(0)
  } catch (error) {
    const { code, title, detail } = toProblem(error)
    port.postMessage({ type: 'failed', code, text: detail ?? title })
    // Messages travel after this turn of the loop.
    setTimeout(() => process.exit(1), 100)
  }
}

interface Around {
  readonly folder: string
  readonly environment: Environment
  readonly stopping: AbortController
  readonly stopped: Promise<undefined>
  readonly orders: Orders
  readonly keys: AppKeys
  readonly lock: WindowLock
}

async function run(
  start: Start,
  port: Port,
  { folder, environment, stopping, stopped, orders, keys, lock }: Around,
): Promise<void> {
  const { signal } = stopping
  // Nobody can be asked here; what there is to say goes where the app's own errors go.
  const terminal = createTerminal(
    { input: new PassThrough().end(), output: process.stderr, errors: process.stderr },
    { json: false, environment: { ...environment, NO_COLOR: '1' }, monotonic: () => performance.now() },
  )
  const context = createContext({
    terminal,
    environment,
    signal,
    folder,
    desktop: {
      openOs: keys.open,
      onMoved: ({ place, name }) => port.postMessage({ type: 'keys-place', place: { backend: place, name } }),
    },
    globals: { 'data': start.data, 'account': undefined, 'passphrase-file': start.passphraseFile, 'json': false, 'help': false },
  })
  const held = (start.keys?.held ?? []).map(({ entry }) => entry)
  const wishes: KeychainWishes = {
    generate: start.keys?.generate ?? false,
    ...(start.keys?.passphrase && { typed: start.keys.passphrase }),
  }
  if (start.keys?.phrase) {
    const { recoverKeys } = await import('../secrets/recover.ts')
    await recoverKeys(context, new TextDecoder().decode(start.keys.phrase), wishes)
    start.keys.phrase.fill(0)
  }
  const { node, keychain, config, url } = await listening(context, start.port, wishes)
  start.keys?.passphrase?.fill(0)
  try {
    orders.serve(node)
    await writeAddress(config.dataDirectory, url)
    const { place, name } = keychain
    port.postMessage({ type: 'keys-place', place: { backend: place, name } })
    port.postMessage({ type: 'ready', origin: `http://127.0.0.1:${new URL(url).port || 80}` })
    const client = insideClient(node, node.accounts[0])
    port.on('message', ({ data }) => {
      const message = toNode.safeParse(data)
      if (message.data?.type === 'open') void openPaths(client, message.data).then((opened) => port.postMessage(opened))
    })
    const give = ({ accessToken: token, expiresAt }: AccessToken) => port.postMessage({ type: 'session', token, expiresAt })
    // What cannot be deleted now is deleted at the next start.
    void keychain.dropCopies(held).catch(() => undefined)
    const madeFor = generatedPath(config.configDirectory, config.dataDirectory)
    const made = { read: () => readGenerated(madeFor), remove: () => removeGenerated(madeFor) }
    keys.serve((task) => doKeysTask(task, { keychain, entries: () => node.keychainEntries(), made }))
    let look: ((refused: boolean) => void) | undefined
    orders.onLook((refused) => look?.(refused))
    const onLook = (listener: (refused: boolean) => void) => {
      look = listener
    }
    const session = (until: AbortSignal) => keepSession(client, give, { now: () => Date.now(), onLook }, until)
    await Promise.all([stopped, lock.keep(session, () => port.postMessage({ type: 'locked' }), signal)])
  } finally {
    await removeAddress(config.dataDirectory)
    await node.close()
  }
}

/** What the app hands over by path is opened here, as the machine's own person may: no page can name a path. */
async function openPaths(
  client: Pick<NodeClient, 'call'>,
  { request, paths }: Extract<ToNode, { type: 'open' }>,
): Promise<FromNode> {
  try {
    const { id } = await client.call('imports.open', { paths })
    return { type: 'opened', request, answer: { import: id } }
  } catch (error) {
    const { code, title, detail } = toProblem(error)
    return { type: 'opened', request, answer: { code, text: detail ?? title } }
  }
}

/** A node that listens where it was asked to, or, where only the usual port is taken, on any that is free. */
async function listening(
  context: Context,
  port: number | undefined,
  wishes: KeychainWishes,
): Promise<{ node: VivimNode; keychain: StoreKeychain; config: Config; url: string }> {
  const own = context.config({ port })
  // The window comes over loopback; a wider address has that too.
  const host = own.host === '0.0.0.0' ? own.host : '127.0.0.1'
  const open = async (chosen: number) => {
    const config = context.config({ port: chosen, host })
    const { node, keychain } = await context.openWith(config, wishes)
    try {
      return { node, keychain, config, url: (await node.listen()).url }
    } catch (error) {
      await node.close()
      throw error
    }
  }
  try {
    return await open(own.port)
  } catch (error) {
    if (!isVivimError(error, 'cannot-listen') || port !== undefined || own.port === 0) throw error
    return await open(0)
  }
}

/** Without the app nobody uses this node, and its data directory must become free. */
function endWithApp(port: Port, app: number, stopping: AbortController): void {
  const parent = process.ppid
  const end = () => {
    stopping.abort()
    setTimeout(() => process.exit(1), watch.grace).unref()
  }
  port.on('close', end)
  const timer = setInterval(() => {
    if (process.ppid === parent && alive(app)) return
    clearInterval(timer)
    end()
  }, watch.every)
  timer.unref()
}

/**
 * An orphan gets another parent on POSIX, and then the app's number may be another process's. But who is an orphan from its
 * first moment on, as the app died while it started it, sees no change: only the number that the app gave tells.
 */
function alive(app: number): boolean {
  try {
    process.kill(app, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
