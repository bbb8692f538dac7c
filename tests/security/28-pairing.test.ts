/**
 * Security case 28, on the built node: whoever has the link or the code of a pairing gets nothing by it until somebody with
 * the right to has seen the device and its number and confirmed; every other page is told; and revoking ends it all at once.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainDevice } from '../kit/plain-device.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'

let machine: Machine
let node: Serving
let owner: PlainHttp
let other: PlainHttp
beforeAll(async () => {
  machine = await newMachine()
  node = await machine.serve()
  owner = await signIn(node.link)
  const { did } = (await machine.done(['account', 'new', '--json', '--name', 'B'])).json()
  other = await signIn((await machine.done(['link', '--json', '--account', did])).json().link)
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const secretOf = (link: string): string => link.slice('/#pair='.length)
/** A device that was let in, and its session. */
async function paired(name: string) {
  const device = plainDevice(owner, name)
  const { link } = await owner.json('pairings.create')
  await device.claim(secretOf(link))
  const [item] = (await owner.json('pairings.list')).items
  await owner.json('pairings.confirm', { pairing: item.pairing, fingerprint: item.device.fingerprint })
  return { device, session: await device.signIn(owner.account) }
}
const asDevice = (session: { accessToken: string }) => ({ headers: { authorization: `Bearer ${session.accessToken}` } })

describe('a pairing', () => {
  it('gives nothing to who claimed it before it was confirmed, and then what a device may', async () => {
    const { pairing, link, code } = await owner.json('pairings.create')
    expect(code).toMatch(/^[a-z2-7]{8}$/)
    const phone = plainDevice(owner, 'Pocket phone')
    const { ticket, account } = await phone.claim(secretOf(link))
    expect(account).toBe(owner.account)
    expect(await owner.json('pairings.progress', { ticket })).toMatchObject({ state: 'waiting' })
    expect(await phone.signIn(account)).toMatchObject({ code: 'unauthenticated' })
    expect((await owner.ask('status.get', {}, { headers: { authorization: `Bearer ${ticket}` } })).status).toBe(401)
    expect((await owner.json('devices.list')).items).toHaveLength(1)

    // what is shown is what claimed it; a second claim changes nothing
    expect(await plainDevice(owner).claim(secretOf(link))).toMatchObject({ code: 'pairing-invalid' })
    expect(await plainDevice(owner).claim(code)).toMatchObject({ code: 'pairing-invalid' })
    const [shown] = (await owner.json('pairings.list')).items
    expect(shown).toMatchObject({
      pairing,
      link: null,
      code: null,
      device: { did: phone.did, name: 'Pocket phone', kind: 'phone' },
    })

    // confirmed by the right account, for what was seen, and once
    const { fingerprint } = shown.device
    expect(await other.json('pairings.confirm', { pairing, fingerprint })).toMatchObject({ code: 'not-found' })
    const wrong = fingerprint === '0000 0000 0000' ? '0000 0000 0001' : '0000 0000 0000'
    expect(await owner.json('pairings.confirm', { pairing, fingerprint: wrong })).toMatchObject({ code: 'conflict' })
    const raced = await Promise.all([1, 2, 3].map(() => owner.json('pairings.confirm', { pairing, fingerprint })))
    expect(raced.map(({ device }) => device?.did).filter(Boolean)).toEqual([phone.did])
    expect((await owner.json('devices.list')).items).toHaveLength(2)
    expect((await other.json('devices.list')).items).toHaveLength(1)

    expect(await owner.json('pairings.progress', { ticket })).toMatchObject({ state: 'confirmed', grant: expect.any(String) })
    const session = await phone.signIn(account)
    expect(session).toMatchObject({ device: phone.did, capabilities: ['read', 'write', 'share'] })
    expect((await owner.ask('conversations.list', {}, asDevice(session))).status).toBe(200)
  })

  it('lets a node let others in where that was said of it, and no phone or browser ever', async () => {
    const claimed = async (name: string, kind: string) => {
      const { link } = await owner.json('pairings.create')
      await plainDevice(owner, name, kind).claim(secretOf(link))
      const { pairing, device } = (await owner.json('pairings.list')).items.find(
        (one: { device: { name: string } | null }) => one.device?.name === name,
      )
      return { pairing, fingerprint: device.fingerprint }
    }
    for (const kind of ['phone', 'browser']) {
      const pairing = await claimed(kind, kind)
      expect(await owner.json('pairings.confirm', { ...pairing, full: true })).toMatchObject({ code: 'bad-request' })
      // and waits on
      const { device } = await owner.json('pairings.confirm', pairing)
      expect(device.capabilities).toEqual(['read', 'write', 'share'])
    }
    const quiet = await owner.json('pairings.confirm', await claimed('quiet node', 'server'))
    expect(quiet.device.capabilities).toEqual(['read', 'write', 'share'])
    const full = await owner.json('pairings.confirm', { ...(await claimed('full node', 'desktop')), full: true })
    expect(full.device.capabilities).toEqual(['read', 'write', 'share', 'publish', 'grant'])
  })

  it('is neither opened, seen, confirmed nor refused by a device that was paired', async () => {
    const { session } = await paired('Tablet')
    const { pairing, link } = await owner.json('pairings.create')
    await plainDevice(owner, 'Accomplice').claim(secretOf(link))
    const [{ device }] = (await owner.json('pairings.list')).items
    const inputs = {
      'pairings.create': {},
      'pairings.list': {},
      'pairings.confirm': { pairing, fingerprint: device.fingerprint },
      'pairings.cancel': { pairing },
    }
    for (const [method, input] of Object.entries(inputs))
      expect((await owner.ask(method, input, asDevice(session))).status, method).toBe(403)
    await owner.json('pairings.cancel', { pairing })
  })

  it('refuses claims that are forged, cut short or malformed, and stays open', async () => {
    const { pairing, link } = await owner.json('pairings.create')
    const secret = secretOf(link)
    const phone = plainDevice(owner)
    const elsewhere = plainDevice(owner)
    expect(await phone.claim(secret, { name: 'Another name' })).toMatchObject({ code: 'event-signature' })
    expect(await phone.claim(secret, { device: elsewhere.did })).toMatchObject({ code: 'event-signature' })
    expect(await phone.claim(secret, { signature: 'A'.repeat(86) })).toMatchObject({ code: 'event-signature' })
    const malformed = [{ secret: secret.slice(1) }, { secret: 5 }, { device: 'x' }, { name: '' }, { kind: 'god' }, { more: 1 }]
    for (const fields of malformed) expect(await phone.claim(secret, fields)).toMatchObject({ code: 'bad-request' })
    expect(await phone.claim('A'.repeat(43))).toMatchObject({ code: 'pairing-invalid' })
    expect((await owner.json('pairings.list')).items[0]).toMatchObject({ pairing, device: null })
    expect(await phone.claim(secret)).toMatchObject({ ticket: expect.any(String) })
    await owner.json('pairings.cancel', { pairing })
  })

  it('tells every other page that a device was let in', async () => {
    const leaving = new AbortController()
    const heard = Promise.withResolvers<void>()
    const listening = (async () => {
      for await (const { data } of owner.events('events.stream', {}, { signal: leaving.signal }))
        if (data.types.includes('device.granted')) return heard.resolve()
    })().catch(heard.reject)
    await paired('Loud')
    await heard.promise
    leaving.abort()
    await listening
  })

  it('is over for a device at once when it is revoked: its token, its streams, its key', async () => {
    const { device, session } = await paired('Lost phone')
    const stream = (async () => {
      const last: { event: string; code?: string }[] = []
      for await (const { event, data } of owner.events('events.stream', {}, asDevice(session)))
        last.push({ event, code: data.code })
      return last.at(-1)
    })()
    expect((await owner.ask('status.get', {}, asDevice(session))).status).toBe(200)
    await owner.json('devices.revoke', { device: device.did })
    expect(await stream).toEqual({ event: 'error', code: 'session-expired' })
    expect((await owner.ask('status.get', {}, asDevice(session))).status).toBe(401)
    expect(await owner.json('auth.refresh', { refreshToken: session.refreshToken })).toMatchObject({ code: 'session-expired' })
    expect(await device.signIn(owner.account)).toMatchObject({ code: 'device-revoked' })
    // its key does not come in again by another pairing
    const { pairing, link } = await owner.json('pairings.create')
    await device.claim(secretOf(link))
    const item = (await owner.json('pairings.list')).items[0]
    const again = await owner.json('pairings.confirm', { pairing, fingerprint: item.device.fingerprint })
    expect(again).toMatchObject({ code: 'event-revoked' })
  })
})
