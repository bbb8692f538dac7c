import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../tests/kit/clock.ts'
import { leafLifetime, makeLeaf, makeRoot, packRoot, type Root, rootLifetime, unpackRoot } from './certificates.ts'

const random = seededRandom(1)
/** Checked by the clock of the system. */
const now = Date.now()
const root = makeRoot('VIVIM “shelf”, =1', now, random)

/** What a client that trusts `trusted` alone says to a server with a certificate for `names`; “ok” where it connects. */
async function verdict(names: string[], asked: string, trusted: Root = root, made = now): Promise<string> {
  const server = createServer(makeLeaf(root, names, made, random), (socket) => socket.end()).on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const client: TLSSocket = connect({
    port,
    host: '127.0.0.1',
    servername: '',
    ca: trusted.certificate.toString(),
    checkServerIdentity: (_, peer) => {
      const fault = new X509Certificate(peer.raw)
      return (isIP(asked) ? fault.checkIP(asked) : fault.checkHost(asked)) ? undefined : new Error('another name')
    },
  })
  try {
    await once(client, 'secureConnect')
    return 'ok'
  } catch (error) {
    return error instanceof Error ? error.message : 'failed'
  } finally {
    client.destroy()
    server.close()
  }
}

describe('the authority', () => {
  it.each([
    '192.168.1.5',
    '10.0.0.1',
    '172.31.255.255',
    '169.254.1.1',
    '127.0.0.1',
    'fd12::1',
    'fe80::1',
    '::1',
    'shelf.local',
    'localhost',
  ])('vouches for %s', async (name) => {
    expect(await verdict([name, 'other.local'], name)).toBe('ok')
  })
  it.each(['8.8.8.8', '172.32.0.1', '100.64.0.1', '2001:db8::1', 'example.org', 'local.example.org', 'notlocal'])(
    'cannot vouch for %s, whatever it signs',
    async (name) => {
      expect(await verdict([name], name)).toBe('permitted subtree violation')
      expect(await verdict(['shelf.local', name], 'shelf.local')).toBe('permitted subtree violation')
    },
  )
  it('is another’s nowhere, and its certificates are for what they name and for a month', async () => {
    expect(await verdict(['shelf.local'], 'other.local')).toBe('another name')
    expect(await verdict(['shelf.local'], 'shelf.local', makeRoot('VIVIM', now, random))).not.toBe('ok')
    expect(await verdict(['shelf.local'], 'shelf.local', root, now - leafLifetime - 1000)).toBe('certificate has expired')
  })
  it('signs no further authority, and lasts ten years', () => {
    const leaf = new X509Certificate(makeLeaf(root, ['shelf.local'], now, random).cert)
    expect([root.certificate.ca, leaf.ca]).toEqual([true, false])
    expect(leaf.verify(root.certificate.publicKey)).toBe(true)
    expect(Math.abs(root.certificate.validToDate.getTime() - now - rootLifetime)).toBeLessThan(1000)
    expect(root.certificate.subject).toBe('CN=VIVIM “shelf”\\, =1')
  })
  it('is kept whole, small enough for any keychain, or not at all', () => {
    const packed = packRoot(root)
    expect(packed.length).toBeLessThan(2048)
    const kept = unpackRoot(packed)
    expect(kept.certificate.raw).toEqual(root.certificate.raw)
    expect(kept.key.equals(root.key)).toBe(true)
    const other = packRoot(makeRoot('VIVIM', now, random))
    const mixed = Buffer.concat([
      packed.subarray(0, 2 + Buffer.from(packed).readUInt16BE(0)),
      other.subarray(2 + Buffer.from(other).readUInt16BE(0)),
    ])
    for (const bad of [new Uint8Array(0), packed.subarray(0, 100), mixed]) expect(() => unpackRoot(bad)).toThrow()
  })
})
