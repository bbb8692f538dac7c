/** Where other machines reach the node, as far as it can know. */
import { isIPv4 } from 'node:net'
import type { Config } from '../config.ts'
import type { Reached } from '../devices/pairing-handlers.ts'
import { isLoopbackAddress } from '../http/hosts.ts'
import type { Tls } from '../ports/tls.ts'
import { machineNames } from './tls.ts'

/**
 * The public address first; then, with the node's own authority, what its certificate is for (`names`): IPv4 before a name
 * that not every phone can look up, and no IPv6, which people read badly. Without TLS a phone could keep no keys, so that
 * nothing but `own`, the address on this machine, is left.
 */
export function reachedAt(
  config: Pick<Config, 'host' | 'publicUrl'>,
  own: string | null,
  tls: Pick<Tls, 'root'> | undefined,
  names: readonly string[] = machineNames(),
): Reached {
  if (own === null) return { addresses: [], certificate: null }
  const every = config.host === '0.0.0.0' || config.host === '::'
  const port = new URL(own).port === '' ? '' : `:${new URL(own).port}`
  const there = names.filter((name) => isIPv4(name) && !isLoopbackAddress(name))
  const lan = every && tls?.root ? [...there, ...names.filter((name) => name.endsWith('.local'))] : []
  const listened = !every && tls && !isLoopbackAddress(config.host) && config.host !== 'localhost' ? [own] : []
  const addresses = [config.publicUrl ?? [], listened, lan.map((name) => `https://${name}${port}`)].flat()
  const [first] = lan
  return {
    addresses: addresses.length > 0 ? addresses : [own],
    certificate: tls?.root && first !== undefined ? { page: `http://${first}${port}`, fingerprint: tls.root.fingerprint } : null,
  }
}
