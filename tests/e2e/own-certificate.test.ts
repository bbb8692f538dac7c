/** `vivim serve` with somebody's own certificate and a public address: what the options say reaches the door. */
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeLeaf, makeRoot } from '../../node-core/adapters/x509/certificates.ts'
import { seededRandom } from '../kit/clock.ts'
import { newMachine } from '../kit/product.ts'

const random = seededRandom(7)
const root = makeRoot('test', Date.now(), random)

const statusOf = (port: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    // Node would check the certificate against the Host header; what is tested is what that header does.
    const checkServerIdentity = () => undefined
    const ca = root.certificate.toString()
    const asked = request({ host: '127.0.0.1', port, path: '/healthz', ca, checkServerIdentity, agent: false, headers })
    asked.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', reject)
    asked.end()
  })

describe('vivim serve', () => {
  it('speaks TLS with the certificate that it is given, and answers to its public address', async () => {
    await using machine = await newMachine()
    const [cert, key] = [join(machine.folder, 'cert.pem'), join(machine.folder, 'key.pem')]
    const alone = await machine.vivim(['serve', '--tls-cert', cert])
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('both tlsCert and tlsKey') })
    const missing = await machine.vivim(['serve', '--port', '0', '--tls-cert', cert, '--tls-key', key])
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('no certificate and its key') })

    const pair = makeLeaf(root, ['127.0.0.1'], Date.now(), random)
    await writeFile(cert, pair.cert)
    await writeFile(key, pair.key)
    const url = 'https://vivim.example.org'
    await using node = await machine.serve([
      '--tls-cert',
      cert,
      '--tls-key',
      key,
      '--public-url',
      url,
      '--trusted-proxy',
      '127.0.0.1',
    ])
    const { port } = new URL(node.origin)
    expect(await statusOf(port, {})).toBe(200)
    expect(await statusOf(port, { host: 'vivim.example.org', origin: url })).toBe(200)
    expect(await statusOf(port, { 'x-forwarded-host': 'vivim.example.org', origin: url })).toBe(200)
    expect(await statusOf(port, { host: 'other.example.org' })).toBe(421)
    const { link, addresses } = (await machine.done(['pair', '--json'])).json()
    expect(addresses).toEqual([url])
    expect(link.startsWith(`${url}/#pair=`)).toBe(true)
  })
})
