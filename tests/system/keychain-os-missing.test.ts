/**
 * The system’s keychain where there is none, or one that fails. A file of its own: the library keeps to the bus that it
 * first met in a process.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openOsKeychain } from '../../node-core/adapters/keychain-os/keychain.ts'
import type { Keychain } from '../../node-core/ports/keychain.ts'
import { requires } from '../kit/requires.ts'
import { SessionBus } from '../kit/secret-service.ts'

const unavailable = { code: 'keychain-unavailable' }
const secret = Uint8Array.of(0, 1, 2, 255)
const open = (timeoutMs = 20_000): Promise<Keychain> =>
  openOsKeychain({ random: randomBytes, service: `vivim-node-test-${randomBytes(4).toString('hex')}`, timeoutMs })
const chooseBus = (address: string): void => {
  process.env['DBUS_SESSION_BUS_ADDRESS'] = address
}

beforeEach((context) => requires(context, 'secret-service'))

describe('without a Secret Service', () => {
  it('fails where the bus has none, and where the service or the bus goes away later', async () => {
    const bus = await SessionBus.start()
    try {
      chooseBus(bus.address)
      await expect(open()).rejects.toMatchObject(unavailable)
      await bus.startKeyring()
      const keychain = await open()
      await keychain.set('a', secret)
      await bus.stopKeyring()
      await expect(keychain.get('a')).rejects.toMatchObject(unavailable)
    } finally {
      await bus.stop()
    }
    await expect(open()).rejects.toMatchObject(unavailable)
  })

  it('fails where there is no bus', async () => {
    for (const address of ['', 'unix:path=/nonexistent/bus', 'tcp:host=localhost', 'nonsense']) {
      chooseBus(address)
      await expect(open()).rejects.toMatchObject(unavailable)
    }
    delete process.env['DBUS_SESSION_BUS_ADDRESS']
    await expect(open()).rejects.toMatchObject(unavailable)
  })

  it('does not hang where a bus accepts and never answers, or answers with something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vivim-bus-'))
    for (const answer of [undefined, 'HTTP/1.1 400 Bad Request\r\n', 'REJECTED EXTERNAL\r\n']) {
      const path = join(folder, `${answer?.length ?? 0}`)
      const server = createServer((socket) => answer && socket.end(answer)).listen(path)
      await once(server, 'listening')
      chooseBus(`unix:path=${path}`)
      await expect(open(200)).rejects.toMatchObject(unavailable)
      server.close()
    }
    await rm(folder, { recursive: true })
  })
})
