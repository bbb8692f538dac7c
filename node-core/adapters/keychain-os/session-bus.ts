/**
 * Whether the D-Bus session bus answers. The keyring library connects while it blocks the thread, for ever where a
 * socket is there and nobody listens to it; so the greeting is tried here first, bounded.
 */
import { connect } from 'node:net'
import { VivimError } from '../../contract/errors.ts'

/** Resolves when the bus at an address list (`DBUS_SESSION_BUS_ADDRESS`) accepts this user. Error: `keychain-unavailable`. */
export async function greetSessionBus(addresses: string | undefined, timeoutMs: number): Promise<void> {
  const path = socketOf(addresses)
  if (path === undefined)
    throw new VivimError('keychain-unavailable', 'There is no session bus to reach it by (DBUS_SESSION_BUS_ADDRESS).')
  try {
    await greet(path, timeoutMs)
  } catch (cause) {
    throw new VivimError('keychain-unavailable', 'The session bus does not answer.', { cause })
  }
}

/** The first Unix socket of the list: a path, or a name in the abstract namespace as Node writes it. */
export function socketOf(addresses: string | undefined): string | undefined {
  for (const address of addresses?.split(';') ?? []) {
    const found = /^unix:(?:.*,)?(path|abstract)=([^,]+)/.exec(address)
    if (found?.[2]) return `${found[1] === 'abstract' ? '\0' : ''}${decodeURIComponent(found[2])}`
  }
  return undefined
}

/** SASL EXTERNAL, as every bus speaks it: a zero byte, the user's number in hex, `OK`. */
function greet(path: string, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect({ path })
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timed out')))
  socket.once('connect', () =>
    socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')}\r\n`),
  )
  socket.once('data', (answer) => (answer.toString('latin1').startsWith('OK ') ? resolve() : reject(new Error('refused'))))
  socket.once('error', reject)
  socket.once('close', () => reject(new Error('closed')))
  return promise.finally(() => socket.destroy())
}
