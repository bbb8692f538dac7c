/** `vivim serve` with somebody's own certificate and a public address: what the options say reaches the door. */
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeLeaf, makeRoot } from '../../node-core/adapters/x509/certificates.ts'
import { openRecord } from '../../node-core/identity/account-record.ts'
import { seededRandom } from '../kit/clock.ts'
import { newMachine } from '../kit/product.ts'

const random = seededRandom(7)
const root = makeRoot('test', Date.now(), random)

const statusOf = async (port: string, headers: Record<string, string>) => (await get(port, '/healthz', headers)).status
const get = (
  port: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    // Node would check the certificate against the Host header; what is tested is what that header does.
    const checkServerIdentity = () => undefined
    const ca = root.certificate.toString()
    const asked = request({ host: '127.0.0.1', port, path, ca, checkServerIdentity, agent: false, headers })
    asked.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
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

    await machine.done(['account', 'publish'])
    const [account] = (await machine.done(['account', 'list', '--json'])).json().items
    const host = { host: 'vivim.example.org' }
    const { record } = JSON.parse((await get(port, `/.well-known/vivim?did=${account.did}`, host)).text)
    const signed = openRecord(Buffer.from(record, 'base64url'), account.did, Date.now())
    expect(signed.pds).toEqual([url])
    for (const path of ['/.well-known/did.json', `/actor/${account.did}/did.json`])
      expect(JSON.parse((await get(port, path, host)).text).service).toMatchObject([{ type: 'VivimNode', serviceEndpoint: url }])
  })
})
