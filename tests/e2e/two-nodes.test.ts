/**
 * A person’s second node, on the built product in processes of its own: let in by a pairing that is confirmed at the first
 * one, and from then on both hold the same, whoever of them is written to, files and deletions included.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import type { OtherNode } from '../../node-core/contract/api/nodes.ts'
import { contentOf } from '../kit/content.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { socketOf } from '../kit/socket-of.ts'
import { writeExport } from '../kit/written-exports.ts'

let first: Machine
let second: Machine
let there: Serving
let here: Serving
let a: PlainHttp
let b: PlainHttp
beforeAll(async () => {
  first = await newMachine()
  second = await newMachine()
  await first.done(['import', writeExport(first.folder, 'openwebui', { seed: 21, conversations: 5 }).path])
  there = await first.serve()
  a = await signIn(there.link)
})
afterAll(async () => {
  await second?.[Symbol.asyncDispose]()
  await first?.[Symbol.asyncDispose]()
})

/** Opens a pairing at the first node; answers what to give to the second, and what confirms whoever claims it. */
async function pairing() {
  const local = socketClient(socketOf(first), undefined)
  const { pairing: id, link, code } = await local.call('pairings.create', {})
  const claimed = async () => (await local.call('pairings.list', {})).items.find((one) => one.pairing === id)?.device
  const confirm = async (): Promise<string> => {
    await expect.poll(claimed, { timeout: 20_000 }).toBeTruthy()
    const fingerprint = (await claimed())?.fingerprint ?? ''
    await local.call('pairings.confirm', { pairing: id, fingerprint })
    return fingerprint
  }
  return { link: `${there.origin}${link}`, code: code ?? '', confirm }
}
const nodeOf = async (): Promise<OtherNode> => (await b.json('nodes.list')).items[0]
const same = () =>
  expect
    .poll(async () => JSON.stringify(await contentOf(b)) === JSON.stringify(await contentOf(a)), { timeout: 30_000 })
    .toBe(true)

describe('a second node', () => {
  it('gets nothing without a pairing, and nothing from one that was made up', async () => {
    const bare = await second.vivim(['device', 'add-node', there.origin])
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('vivim pair')])
    const wrong = await second.vivim(['device', 'add-node', there.origin, '--code', 'ABCD-EFGH'])
    expect(wrong.code).toBe(1)
  })

  it('is let in by a link that is confirmed there, and brings everything', async () => {
    const { link, confirm } = await pairing()
    const [fingerprint, joined] = await Promise.all([confirm(), second.done(['device', 'add-node', link, '--json'])])
    expect(joined.stderr).toContain(fingerprint)
    const { did, events } = joined.json()
    expect(did).toBe(a.account)
    expect(events).toBeGreaterThan(3)
    here = await second.serve()
    b = await signIn(here.link)
    expect(b.account).toBe(a.account)
    await same()
    for (const one of [a, b])
      expect((await one.json('devices.list')).items.map(({ state }: { state: string }) => state)).toEqual(['active', 'active'])
    await expect.poll(async () => (await nodeOf()).state).toBe('live')
    const follower = (await a.json('devices.list')).items.find(({ current }: { current: boolean }) => !current)
    expect(follower.lastSynced).toBeGreaterThan(0)
    expect((await b.json('status.get')).nodes).toMatchObject([{ url: there.origin, state: 'live', trouble: null }])
  })

  it('hears what is new there, and tells what is new here', async () => {
    const { path } = writeExport(first.folder, 'chatgpt', { seed: 22, conversations: 3 })
    // one of its conversations is damaged, which the command says by its code
    expect((await first.vivim(['import', path])).code).toBe(3)
    await same()
    expect(Object.keys((await contentOf(b)).blobs).length).toBeGreaterThan(0)
    const [{ id: conversation, title }] = await b.all('conversations.list')
    expect((await b.json('search.find', { q: title.split(' ')[0] })).total).toBeGreaterThan(0)
    await b.json('notes.create', { target: conversation, text: 'written on the second' })
    await b.json('tags.add', { target: conversation, tag: 'given on the second' })
    await same()
    expect((await contentOf(a)).notes.join()).toContain('written on the second')
    await b.json('conversations.delete', { conversation })
    await same()
    expect((await a.all('conversations.list')).map(({ id }: { id: string }) => id)).not.toContain(conversation)
  })

  it('goes on after either was gone', async () => {
    await there.stop()
    await b.json('notes.create', { text: 'while the first was gone' })
    await expect.poll(async () => (await nodeOf()).state, { timeout: 10_000 }).toBe('trouble')
    expect((await nodeOf()).trouble).toMatchObject({ code: 'unavailable', text: expect.stringContaining('cannot be reached') })
    there = await first.serve(['--port', new URL(there.origin).port])
    a = await signIn(there.link)
    await same()
    await here.stop()
    await a.json('notes.create', { text: 'while the second was gone' })
    here = await second.serve()
    b = await signIn(here.link)
    await same()
  })

  it('is not paired twice, and followed no longer when that is said', async () => {
    const { code } = await pairing()
    const again = await second.vivim(['device', 'add-node', there.origin, '--code', code])
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')])
    await second.done(['device', 'remove-node', there.origin])
    expect((await b.json('nodes.list')).items).toEqual([])
    const back = await pairing()
    await second.done(['device', 'add-node', there.origin, '--code', back.code])
    await expect.poll(async () => (await nodeOf()).state).toBe('live')
  })

  it('says so when it was thrown out', async () => {
    const { items } = await a.json('devices.list')
    const other = items.find(({ current }: { current: boolean }) => !current)
    await a.json('devices.revoke', { device: other.did })
    await expect.poll(async () => (await nodeOf()).trouble?.code, { timeout: 20_000 }).toMatch(/device-revoked|event-revoked/)
  })
})
