/**
 * Which names the node answers to, and whose pages may ask. A page of another site that points its own name at
 * this machine (DNS rebinding) is refused by the name, and one that simply asks by its origin.
 */
import { networkInterfaces } from 'node:os'
import { VivimError } from '../contract/errors.ts'

export interface Hosts {
  /** The name and port under which this machine itself reaches the node. */
  readonly own: string
  /** Throws `foreign-host` or `foreign-origin`. `secure`: the browser's connection is encrypted, as far as is known. */
  check(host: string | undefined, origin: string | undefined, secure?: boolean): void
  /** True for a name that is answered to. */
  knows(host: string | undefined): boolean
  /** True for the names of this very machine; a proxy in front has another name. */
  isLoopback(host: string | undefined): boolean
}

export interface HostNames {
  /** Further names, each `host` or `host:port` as browsers send it. */
  readonly names: readonly string[]
  /** The address listened on. */
  readonly host?: string
  /** The origin by which others reach the node: its name is answered to, from its own pages alone. */
  readonly publicUrl?: string | undefined
  /** Names of this machine in its network, without a port: answered to over encrypted connections alone. */
  readonly localNames?: readonly string[]
}

/**
 * A page cannot point an address at another machine as it can a name, so the addresses listened on are answered to; and a
 * name of the local network, over TLS, only shows what has a certificate for it.
 */
export function createHosts(port: number, { names, host = '127.0.0.1', publicUrl, localNames = [] }: HostNames): Hosts {
  const loopback = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
  const literal = (address: string): string => `${address.includes(':') ? `[${address}]` : address}:${port}`.toLowerCase()
  const every = host === '0.0.0.0' || host === '::'
  const others = new Set(names.map((name) => name.toLowerCase()))
  const own = publicUrl === undefined ? undefined : new URL(publicUrl)
  let addresses = every ? machineAddresses() : [host]
  /** Browsers leave out the port that is their scheme's own. */
  const listened = (name: string, secure: boolean): boolean => {
    const whole = port === (secure ? 443 : 80) && !/:\d+$/.test(name) ? `${name}:${port}` : name
    return [...addresses, ...(secure ? localNames : [])].some((one) => literal(one) === whole)
  }
  const known = (name: string, secure: boolean): boolean => {
    if (loopback.has(name) || others.has(name) || name === own?.host || listened(name, secure)) return true
    if (!every) return false
    // A machine that moves to another network gets another address.
    addresses = machineAddresses()
    return listened(name, secure)
  }
  return {
    own: every ? literal('127.0.0.1') : literal(host),
    check(host, origin, secure = false) {
      const name = host?.toLowerCase() ?? ''
      const local = loopback.has(name)
      if (!known(name, secure)) throw new VivimError('foreign-host')
      // Only the page that came from this very name, as no other name's page has a reason to ask.
      if (origin === undefined || origin === `${secure ? 'https' : 'http'}://${name}`) return
      if (name === own?.host && origin === own.origin) return
      // A proxy ends TLS and does not say so.
      if (!secure && !local && others.has(name) && origin === `https://${name}`) return
      throw new VivimError('foreign-origin')
    },
    knows: (host) => known(host?.toLowerCase() ?? '', true),
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
  knows: (host) => host === 'localhost',
  isLoopback: () => false,
}

const machineAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))

const loopbackAddress = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/
export const isLoopbackAddress = (address: string | undefined): boolean => address !== undefined && loopbackAddress.test(address)
