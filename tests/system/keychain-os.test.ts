/** The system’s keychain against a real Secret Service. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openOsKeychain } from '../../node-core/adapters/keychain-os/keychain.ts'
import type { Keychain } from '../../node-core/ports/keychain.ts'
import { keychainAcceptance } from '../acceptance/keychain.ts'
import { requires } from '../kit/requires.ts'
import { SessionBus } from '../kit/secret-service.ts'

const unavailable = { code: 'keychain-unavailable' }
const secret = Uint8Array.of(0, 1, 2, 255)
const open = (service: string, timeoutMs = 20_000): Promise<Keychain> =>
  openOsKeychain({ random: randomBytes, service, timeoutMs })
const newService = (): string => `vivim-node-test-${randomBytes(4).toString('hex')}`
const chooseBus = (address: string): void => {
  process.env['DBUS_SESSION_BUS_ADDRESS'] = address
}

beforeEach((context) => requires(context, 'secret-service'))

describe('with a Secret Service', () => {
  let bus: SessionBus | undefined
  const running = async (): Promise<SessionBus> => {
    if (!bus) {
      bus = await SessionBus.start()
      await bus.startKeyring()
    }
    chooseBus(bus.address)
    return bus
  }
  afterAll(async () => {
    await bus?.stop()
  })

  keychainAcceptance('OsKeychain', async () => {
    await running()
    const service = newService()
    return { keychain: await open(service), reopen: () => open(service) }
  })

  it('finds its entries after the service was started again', async () => {
    const bus = await running()
    const service = newService()
    await (await open(service)).set('a', secret)
    await bus.stopKeyring()
    await bus.startKeyring()
    expect(await (await open(service)).get('a')).toEqual(secret)
  })

  it('never says “no such entry” while it is locked', async () => {
    const bus = await running()
    const keychain = await open(newService())
    await keychain.set('a', secret)
    bus.lockKeyring()
    await expect(keychain.get('a')).rejects.toMatchObject(unavailable)
    await expect(keychain.get('never set')).rejects.toMatchObject(unavailable)
    await expect(keychain.set('a', secret)).rejects.toMatchObject(unavailable)
    await expect(open(newService())).rejects.toMatchObject(unavailable)
  })
})
