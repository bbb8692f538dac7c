/** Another node over real sockets: who may vouch for it, and what it cannot make this one do. */
import { once } from 'node:events'
import { createServer as createPlainServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../tests/kit/clock.ts'
import { makeLeaf, makeRoot, type Root } from '../x509/certificates.ts'
import { httpPeer, httpPeers } from './door.ts'

const random = seededRandom('peer-http')
const root = makeRoot('first', Date.now(), random)
const other = makeRoot('other', Date.now(), random)
const { signal } = new AbortController()
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

const heard: { method: string | undefined; url: string | undefined; body: string }[] = []
const listening = async (server: Server, scheme: string): Promise<string> => {
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const answers: RequestListener = async (request: IncomingMessage, response) => {
  const parts: Uint8Array[] = []
  for await (const part of request) parts.push(part)
  heard.push({ method: request.method, url: request.url, body: Buffer.concat(parts).toString() })
  response.setHeader('connection', 'close')
  response.end('{}')
}
/** A node whose certificate is by `by`; `shows`: what it sends behind its own certificate. */
const secureNode = (by: Root = root, names = ['127.0.0.1'], shows: Root | undefined = by) => {
  const { key, cert } = makeLeaf(by, names, Date.now(), random)
  return listening(createServer({ key, cert: `${cert}\n${shows?.certificate.toString() ?? ''}` }, answers), 'https')
}

describe('an authority that this machine does not know', () => {
  it('is told before anything is said, and is enough once it is named', async () => {
    const url = await secureNode()
    heard.length = 0
    const shown = await httpPeers.authorityAt(url, signal)
    expect(shown?.fingerprint).toBe(root.certificate.fingerprint256)
    await expect(httpPeers.at(url).post('/x', '{"secret":1}', signal)).rejects.toMatchObject({ code: 'certificate-unknown' })
    expect(heard).toEqual([])
    expect(await httpPeers.at(url, shown?.certificate).post('/x', '{"secret":1}', signal)).toMatchObject({ status: 200 })
    expect(heard).toEqual([{ method: 'POST', url: '/x', body: '{"secret":1}' }])
  })

  it('vouches for the node that it was named for, and for no other', async () => {
    const [url, foreign] = [await secureNode(), await secureNode(other)]
    heard.length = 0
    const named = new Uint8Array(root.certificate.raw)
    await expect(httpPeers.at(foreign, named).post('/x', '{}', signal)).rejects.toMatchObject({ code: 'certificate-unknown' })
    await expect(httpPeers.at(foreign).post('/x', '{}', signal)).rejects.toMatchObject({ code: 'certificate-unknown' })
    const live = httpPeers.at(foreign, named).door(async () => 'token')
    await expect(live.connect(signal)).rejects.toMatchObject({ code: 'certificate-unknown' })
    expect(heard).toEqual([])
    expect(await httpPeers.at(url, named).post('/x', '{}', signal)).toMatchObject({ status: 200 })
  })

  it('does not vouch for another address than its certificate names', async () => {
    const url = await secureNode(root, ['10.0.0.1'])
    heard.length = 0
    const named = new Uint8Array(root.certificate.raw)
    await expect(httpPeers.at(url, named).post('/x', '{}', signal)).rejects.toMatchObject({
      code: 'certificate-unknown',
      detail: expect.stringContaining('other addresses'),
    })
    expect(heard).toEqual([])
  })

  it('is not made up from a chain that ends before it', async () => {
    const { key, cert } = makeLeaf(root, ['127.0.0.1'], Date.now(), random)
    const url = await listening(createServer({ key, cert }, answers), 'https')
    await expect(httpPeers.authorityAt(url, signal)).rejects.toMatchObject({
      code: 'certificate-unknown',
      detail: expect.stringContaining('install'),
    })
    // one that vouches for itself under another's name is not the one that signed
    const posing = await secureNode(root, ['127.0.0.1'], other)
    const shown = await httpPeers.authorityAt(posing, signal).catch(() => undefined)
    if (shown)
      await expect(httpPeers.at(posing, shown.certificate).post('/x', '{}', signal)).rejects.toMatchObject({
        code: 'certificate-unknown',
      })
  })

  it('is not asked for over plain HTTP, and not found where nobody answers', async () => {
    const url = await listening(createPlainServer(answers), 'http')
    heard.length = 0
    expect(await httpPeers.authorityAt(url, signal)).toBeUndefined()
    expect(heard).toEqual([])
    await expect(httpPeers.authorityAt(url.replace('http:', 'https:'), signal)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(httpPeers.authorityAt('https://127.0.0.1:1', signal)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('another node', () => {
  it('cannot send this one elsewhere', async () => {
    let visits = 0
    const elsewhere = await listening(
      createPlainServer((_, response) => {
        visits++
        response.end()
      }),
      'http',
    )
    for (const status of [301, 302, 303, 307, 308]) {
      const url = await listening(
        createPlainServer((_, response) => {
          response.writeHead(status, { location: `${elsewhere}/x`, connection: 'close' }).end()
        }),
        'http',
      )
      expect(await httpPeer(url).post('/x', '{}', signal)).toMatchObject({ status })
      expect(
        await httpPeer(url)
          .door(async () => 'token')
          .ask('/x', undefined, signal),
      ).toMatchObject({ status })
      await expect(
        httpPeer(url)
          .door(async () => 'token')
          .connect(signal),
      ).rejects.toMatchObject({ code: 'unavailable' })
    }
    expect(visits).toBe(0)
  })

  it('that breaks off, and a question that is called off, are said', async () => {
    const url = await listening(
      createPlainServer((_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('half')
        response.socket?.destroySoon()
      }),
      'http',
    )
    await expect(httpPeer(url).post('/x', '{}', signal)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(httpPeer(url).post('/x', '{}', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
  })
})
