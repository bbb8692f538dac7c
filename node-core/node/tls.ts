/**
 * The node's certificate: of files that somebody renews, or of an authority of its own whose root is installed on the
 * person's machines. Looked at every minute; a new one is served without a pause.
 *
 * Invariant: what cannot be used never takes the place of what is.
 */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { leafLifetime, makeLeaf, makeRoot, packRoot, permitted, unpackRoot } from '../adapters/x509/certificates.ts'
import type { Config } from '../config.ts'
import { VivimError } from '../contract/errors.ts'
import type { Did } from '../contract/ids.ts'
import { addressList } from '../http/proxies.ts'
import type { Clock, RandomBytes } from '../ports/clock.ts'
import type { Keychain } from '../ports/keychain.ts'
import type { Tls, TlsPair } from '../ports/tls.ts'

const pace = 60_000
/** A leaf is made anew when so much of its life is left, in milliseconds. */
const renewal = leafLifetime / 3

type After = (milliseconds: number, run: () => void) => () => void

export interface NodeTls extends Tls {
  close(): void
}

/** What the configuration asks for; undefined where it asks for none. */
export async function openTls(
  { tlsCert, tlsKey, localTls }: Pick<Config, 'tlsCert' | 'tlsKey' | 'localTls'>,
  parts: LocalTlsParts,
): Promise<NodeTls | undefined> {
  if (tlsCert !== undefined && tlsKey !== undefined) return await tlsOfFiles({ cert: tlsCert, key: tlsKey }, parts)
  return localTls ? await tlsOfOwn(parts) : undefined
}

/** The certificate in two PEM files, and whatever stands in them later. Error: `cannot-listen`, for people. */
export async function tlsOfFiles(
  paths: { cert: string; key: string },
  { after, onError }: { after: After; onError(error: unknown): void },
): Promise<NodeTls> {
  const read = async (): Promise<TlsPair> => {
    const [cert, key] = await Promise.all([readFile(paths.cert, 'utf8'), readFile(paths.key, 'utf8')])
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) throw new TypeError('the key is not the certificate’s')
    return { cert, key }
  }
  const first = await read().catch((cause: unknown) => {
    throw new VivimError('cannot-listen', `${paths.cert}, ${paths.key}: no certificate and its key, in PEM.`, { cause })
  })
  return watched(first, after, onError, async (now) => {
    const next = await read()
    return next.cert === now.cert && next.key === now.key ? undefined : next
  })
}

export interface LocalTlsParts {
  keychain: Keychain
  /** The device of the store's first account: one keychain may serve several stores. */
  owner: Did
  /** What the node is called on other devices: people see it among their certificates. */
  name: string
  clock: Clock
  random: RandomBytes
  after: After
  onError(error: unknown): void
  /** Names and addresses that the certificate is for; the machine's unless a test says others. */
  names?: () => readonly string[]
}

/** A certificate by the node's own authority, for every private address that the machine has. */
export async function tlsOfOwn(parts: LocalTlsParts): Promise<NodeTls> {
  const { keychain, clock, random, after, onError, names = machineNames } = parts
  const entry = `tls:${parts.owner}`
  const kept = await keychain.get(entry)
  const root = kept ? unpackRoot(kept) : makeRoot(`VIVIM ${parts.name}`.slice(0, 60), clock.now(), random)
  if (!kept) await keychain.set(entry, packRoot(root))
  let named = names()
  // with the root behind it, so that whoever does not know it yet sees whom to ask about
  const make = (): TlsPair => {
    const { key, cert } = makeLeaf(root, named, clock.now(), random)
    return { key, cert: `${cert.trim()}\n${root.certificate.toString()}` }
  }
  const { raw } = root.certificate
  const fingerprint = createHash('sha256')
    .update(raw)
    .digest('hex')
    .toUpperCase()
    .replaceAll(/..(?!$)/g, '$&:')
  const tls = watched(make(), after, onError, async ({ cert }) => {
    const next = names()
    const old = new X509Certificate(cert).validToDate.getTime() - clock.now() < renewal
    if (!old && next.join() === named.join()) return undefined
    named = next
    return make()
  })
  return Object.assign(tls, { root: { bytes: raw, fingerprint } })
}

function watched(
  first: TlsPair,
  after: After,
  onError: (error: unknown) => void,
  look: (now: TlsPair) => Promise<TlsPair | undefined>,
): NodeTls {
  let pair = first
  let closed = false
  const followers: ((pair: TlsPair) => void)[] = []
  const again = async (): Promise<void> => {
    try {
      const next = await look(pair)
      if (next && !closed) {
        for (const changed of followers) changed(next)
        pair = next
      }
    } catch (error) {
      onError(error)
    }
    if (!closed) callOff = after(pace, () => void again())
  }
  let callOff = after(pace, () => void again())
  return {
    get pair() {
      return pair
    },
    follow: (changed) => void followers.push(changed),
    close() {
      closed = true
      callOff()
    },
  }
}

/** This machine's name and addresses, as far as a root may vouch for them. */
export function machineNames(): string[] {
  const allowed = addressList(permitted.addresses)
  const addresses = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .map(({ address }) => address.replace(/%.*$/, ''))
  const local = localName()
  return [...new Set(['localhost', ...(local ? [local] : []), ...addresses.filter((one) => allowed(one))])]
}

/** `name.local`, by which multicast DNS finds this machine; undefined where its name cannot be one. */
export function localName(name: string = hostname()): string | undefined {
  const own = name.toLowerCase().replace(/\..*$/, '')
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(own) ? `${own}.local` : undefined
}
