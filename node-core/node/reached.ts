/** Where other machines reach the node, as far as it can know. */
import { networkInterfaces } from 'node:os'
import type { Config } from '../config.ts'
import type { Reached } from '../devices/pairing-handlers.ts'
import { isLoopbackAddress } from '../http/hosts.ts'
import type { Tls } from '../ports/tls.ts'
import { localName } from './tls.ts'

/**
 * The public address first; then, with TLS, the machine's own in its network, IPv4 before a name that not every phone can
 * look up. Without TLS a phone could keep no keys, so that nothing but `own`, the address on this machine, is left.
 */
export function reachedAt(config: Pick<Config, 'host' | 'publicUrl'>, own: string | null, tls: Tls | undefined): Reached {
  if (own === null) return { addresses: [], certificate: null }
  const every = config.host === '0.0.0.0' || config.host === '::'
  const port = portOf(own)
  const lan = every && tls?.root ? [...privateAddresses(), localName() ?? []].flat() : []
  const listened = !every && tls && !isLoopbackAddress(config.host) && config.host !== 'localhost' ? [own] : []
  const addresses = [config.publicUrl ?? [], listened, lan.map((name) => `https://${name}${port}`)].flat()
  const [first] = lan
  return {
    addresses: addresses.length > 0 ? addresses : [own],
    certificate: tls?.root && first !== undefined ? { page: `http://${first}${port}`, fingerprint: tls.root.fingerprint } : null,
  }
}

const portOf = (url: string): string => (new URL(url).port === '' ? '' : `:${new URL(url).port}`)

/** IPv4 only: a phone's browser wants brackets around the others, and people read them badly. */
const privateAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
