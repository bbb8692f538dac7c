/**
 * Which names the node answers to, and whose pages may ask. A page of another site that points its own name at
 * this machine (DNS rebinding) is refused by the name, and one that simply asks by its origin.
 */
import { networkInterfaces } from 'node:os'
import { VivimError } from '../contract/errors.ts'

export interface Hosts {
  /** The name and port under which this machine itself reaches the node. */
  readonly own: string
  /** Throws `foreign-host` or `foreign-origin`. */
  check(host: string | undefined, origin: string | undefined): void
  /** True for the names of this very machine; a proxy in front has another name. */
  isLoopback(host: string | undefined): boolean
}

/**
 * `names` are further names, each `host` or `host:port` as browsers send it; `host` is the address listened on. A page
 * cannot point an address at another machine as it can a name, so the addresses listened on are answered to.
 */
export function createHosts(port: number, names: readonly string[], host = '127.0.0.1'): Hosts {
  const loopback = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
  const literal = (address: string): string => `${address.includes(':') ? `[${address}]` : address}:${port}`.toLowerCase()
  const every = host === '0.0.0.0' || host === '::'
  const others = new Set([...names.map((name) => name.toLowerCase()), ...(every ? machineAddresses() : [host]).map(literal)])
  return {
    own: every ? literal('127.0.0.1') : literal(host),
    check(host, origin) {
      const name = host?.toLowerCase() ?? ''
      const local = loopback.has(name)
      if (!local && !others.has(name)) throw new VivimError('foreign-host')
      // Only the page that came from this very name, as no other name's page has a reason to ask.
      if (origin === undefined || origin === `http://${name}` || (!local && origin === `https://${name}`)) return
      throw new VivimError('foreign-origin')
    },
    isLoopback: (host) => loopback.has(host?.toLowerCase() ?? ''),
  }
}

/** The socket of the node's own user: no browser can reach it, so whatever comes from one is refused. */
export const localHosts: Hosts = {
  own: 'localhost',
  check(host, origin) {
    if (host !== 'localhost') throw new VivimError('foreign-host')
    if (origin !== undefined) throw new VivimError('foreign-origin')
  },
  isLoopback: () => false,
}

const machineAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))

const loopbackAddress = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
export const isLoopbackAddress = (address: string | undefined): boolean => address !== undefined && loopbackAddress.test(address)
