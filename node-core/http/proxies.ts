/** What a request says of how it came, and whose word on that counts: only that of proxies which were named. */

import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** A check for addresses in a list of addresses and ranges (`10.0.0.0/8`), IPv4 in IPv6 included. */
export function addressList(ranges: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => {
    const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '') ?? ''
    const version = isIP(plain)
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4')
  }
}

/** True for an address or a range of them. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more !== undefined) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32))
}

/** A request's name and whether it came encrypted, as its browser sees it. */
export interface Seen {
  readonly host: string | undefined
  readonly secure: boolean
}

/** `trusted` says whose `X-Forwarded-…` counts; the last of several is what the nearest proxy said. */
export function seenBy(
  headers: IncomingHttpHeaders,
  socket: { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean },
  trusted: (address: string | undefined) => boolean,
): Seen {
  const own = { host: headers.host, secure: socket.encrypted === true }
  if (!trusted(socket.remoteAddress)) return own
  const host = last(headers['x-forwarded-host'])
  const scheme = last(headers['x-forwarded-proto'])
  return { host: host ?? own.host, secure: scheme === undefined ? own.secure : scheme.toLowerCase() === 'https' }
}

const last = (header: string | string[] | undefined): string | undefined =>
  [header ?? []].flat().join(',').split(',').at(-1)?.trim() || undefined
