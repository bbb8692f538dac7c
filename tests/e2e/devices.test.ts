/**
 * Devices of an account on the built product: what the command line shows and changes of them, and a revocation that comes
 * by sync while the node runs: what the device said after its cut disappears, and its streams end, without a restart.
 */

import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Did } from '../../node-core/contract/ids.ts'
import { fromBase32 } from '../../node-core/contract/ids.ts'
import { importEnds, type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { letIn, type RemoteDevice, remoteDevice } from '../kit/remote-device.ts'
import { writeExport } from '../kit/written-exports.ts'

let machine: Machine
let node: Serving
let http: PlainHttp
let owner: Did
let conversation: string
let titled: string
beforeAll(async () => {
  machine = await newMachine()
  node = await machine.serve()
  http = await signIn(node.link)
  owner = http.account as Did
  const { path } = writeExport(machine.folder, 'chatgpt-sharded', { seed: 3, conversations: 3 })
  const run = await http.json('imports.upload', { name: 'export.zip' }, { body: await readFile(path) })
  await importEnds(http, run.id)
  const [first] = await http.all('conversations.list')
  conversation = first.id
  titled = first.title
})
afterAll(() => machine?.[Symbol.asyncDispose]())

const title = async (): Promise<string> => (await http.json('conversations.get', { conversation })).title
const edit = (device: RemoteDevice, text: string) =>
  device.make('library.conversation-edited', { conversation: fromBase32(conversation), incarnation: 0, title: text })
const states = async () =>
  Object.fromEntries(
    (await http.json('devices.list')).items.map(({ did, state }: { did: string; state: string }) => [did, state]),
  )

describe('a device', () => {
  it('is listed, renamed and revoked by the command line', async () => {
    const phone = await letIn(http, remoteDevice(owner), 'Old phone', ['read', 'write'])
    expect(await phone.push(http)).toEqual([])
    const listed = await machine.done(['device', 'list'])
    expect(listed.stdout).toMatch(new RegExp(`${phone.did}  active .*Old phone`))
    expect(listed.stdout).toMatch(/\(this node\)/)
    const named = ['device', 'rename', 'Old phone', '--to', 'Lost phone']
    await machine.done(named)
    expect((await machine.vivim(named)).code).toBe(1)
    expect((await machine.done(['device', 'list', '--json'])).json().items).toMatchObject([
      { current: true, state: 'active' },
      { did: phone.did, name: 'Lost phone', state: 'active', capabilities: ['read', 'write'] },
    ])
    await phone.signIn(http)
    // nobody is asked in a pipe, and the node's own device stays
    expect(await machine.vivim(['device', 'revoke', 'Lost phone'])).toMatchObject({ code: 2 })
    const [own] = (await machine.done(['device', 'list', '--json'])).json().items
    expect((await machine.vivim(['device', 'revoke', own.did, '--yes'])).stderr).toMatch(/own device/)
    expect((await machine.vivim(['device', 'revoke', 'No phone', '--yes'])).code).toBe(1)
    await machine.done(['device', 'revoke', 'Lost phone', '--yes'])
    expect((await states())[phone.did]).toBe('revoked')
    await expect(phone.signIn(http)).rejects.toThrow('device-revoked')
    edit(phone, 'of a thief')
    await phone.push(http)
    expect(await title()).toBe(titled)
  })

  it('that another one revokes over sync loses at once what it said, and what it has open', async () => {
    const desk = await letIn(http, remoteDevice(owner), 'Desk', ['read', 'write', 'grant'])
    const thief = remoteDevice(owner)
    desk.grant(thief, ['read', 'write'])
    expect(await desk.push(http)).toEqual([])
    const good = edit(thief, 'before it was stolen')
    edit(thief, 'of a thief')
    expect(await thief.push(http)).toEqual([])
    expect(await title()).toBe('of a thief')
    const token = await thief.signIn(http)
    const stream = await fetch(`${node.origin}/api/v1/events/stream`, { headers: { authorization: `Bearer ${token}` } })
    expect(stream.status).toBe(200)

    desk.make('device.revoked', { device: thief.did, seq: good.envelope.seq, id: good.id })
    expect(await desk.push(http)).toEqual([])
    // it ends when the node closes it, and by nothing else
    for await (const _ of stream.body ?? []);
    await expect.poll(title).toBe('before it was stolen')
    expect((await states())[thief.did]).toBe('revoked')
    const asked = await fetch(`${node.origin}/api/v1/conversations`, { headers: { authorization: `Bearer ${token}` } })
    expect(asked.status).toBe(401)
    await expect(thief.signIn(http)).rejects.toThrow('device-revoked')
    // and the same after a start
    await node.stop()
    node = await machine.serve()
    http = await signIn(node.link)
    expect(await title()).toBe('before it was stolen')
    expect((await machine.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })
  })
})
