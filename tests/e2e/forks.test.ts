/**
 * A machine that is put back to a copy of its data and goes on from there, on the built product in processes of its own: its key
 * was in use twice. What both wrote is kept, the machine takes another key, and all nodes hold the same again.
 */
import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { contentOf } from '../kit/content.ts'
import { followNode, patient } from '../kit/paired-nodes.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { letIn, remoteDevice } from '../kit/remote-device.ts'
import { socketOf } from '../kit/socket-of.ts'
import { writeExport } from '../kit/written-exports.ts'

let first: Machine
let second: Machine
let there: Serving
let here: Serving
let a: PlainHttp
let b: PlainHttp
let port: string
beforeAll(async () => {
  first = await newMachine()
  second = await newMachine()
  await first.done(['import', writeExport(first.folder, 'openwebui', { seed: 21, conversations: 3 }).path])
  there = await first.serve()
  port = new URL(there.origin).port
  a = await signIn(there.link)
}, 120_000)
afterAll(async () => {
  await second?.[Symbol.asyncDispose]()
  await first?.[Symbol.asyncDispose]()
})

/** Makes a machine follow the first one. */
const follow = (machine: Machine) => followNode(machine, first, there.origin)
const same = (other: PlainHttp) =>
  expect.poll(async () => JSON.stringify(await contentOf(other)) === JSON.stringify(await contentOf(a)), patient).toBe(true)
type Shown = { did: string; name: string; state: string; current: boolean; forked: number | null }
const devicesOf = async (http: PlainHttp): Promise<Shown[]> => (await http.json('devices.list')).items
const ownOf = async (http: PlainHttp) => (await devicesOf(http)).find(({ current }) => current)
const stateOf = async (http: PlainHttp, did: string | undefined) => (await devicesOf(http)).find((one) => one.did === did)?.state
const notesOf = async (http: PlainHttp): Promise<string> => (await contentOf(http)).notes.join()
const sound = async (machine: Machine) =>
  expect((await machine.done(['doctor', '--verify', '--json'])).json()).toMatchObject({ problems: 0 })

describe('a machine that goes on from an old copy of its data', () => {
  it('takes another key, and everything that was written is everywhere', async () => {
    await follow(second)
    here = await second.serve()
    b = await signIn(here.link)
    const old = await ownOf(a)
    await there.stop()
    const copy = join(first.folder, 'copy')
    await cp(first.data, copy, { recursive: true })
    there = await first.serve(['--port', port])
    a = await signIn(there.link)
    await a.json('notes.create', { text: 'written after the copy was made' })
    await expect.poll(() => notesOf(b), patient).toContain('written after the copy was made')
    await there.stop()

    await rm(first.data, { recursive: true })
    await cp(copy, first.data, { recursive: true })
    // nobody is at hand to tell it
    await here.stop()
    there = await first.serve(['--port', port])
    a = await signIn(there.link)
    await a.json('notes.create', { text: 'written by the copy' })
    expect(await notesOf(a)).not.toContain('written after the copy was made')
    here = await second.serve()
    b = await signIn(here.link)

    await expect.poll(async () => (await ownOf(a))?.did === old?.did, patient).toBe(false)
    await same(b)
    for (const one of [a, b]) {
      expect(await notesOf(one)).toContain('written after the copy was made')
      expect(await notesOf(one)).toContain('written by the copy')
      await expect.poll(() => stateOf(one, old?.did), patient).toBe('forked')
    }
    expect(await stateOf(b, (await ownOf(a))?.did)).toBe('active')
    expect((await a.json('status.get')).warnings.map(({ code }: { code: string }) => code)).not.toContain('device-forked')
    await a.json('notes.create', { text: 'written under the new key' })
    await b.json('notes.create', { text: 'written by the second' })
    await same(b)
    expect(await notesOf(b)).toContain('written under the new key')
    // as itself, to its pages and to other nodes
    const { instance } = await a.json('status.get')
    await there.stop()
    await sound(first)
    there = await first.serve(['--port', port])
    a = await signIn(there.link)
    expect((await a.json('status.get')).instance).toBe(instance)
    await same(b)
  }, 180_000)

  it('does so too where it follows the node that finds it, which lets it in by its new grant', async () => {
    const words = join(first.folder, 'words')
    const { phrase } = await socketClient(socketOf(first), undefined).call('account.phrase', {})
    await writeFile(words, phrase, { mode: 0o600 })
    await using third = await newMachine({ bare: true })
    await third.done(['account', 'recover', '--phrase-file', words])
    await using before = await third.serve()
    await follow(third)
    let c = await signIn(before.link)
    await same(c)
    const old = await ownOf(c)
    await before.stop()
    const copy = join(third.folder, 'copy')
    await cp(third.data, copy, { recursive: true })
    await using between = await third.serve()
    c = await signIn(between.link)
    await c.json('notes.create', { text: 'of the third, after its copy' })
    await expect.poll(() => notesOf(a), patient).toContain('of the third, after its copy')
    await between.stop()

    await rm(third.data, { recursive: true })
    await cp(copy, third.data, { recursive: true })
    await there.stop()
    await using after = await third.serve()
    c = await signIn(after.link)
    for (const n of [1, 2, 3]) await c.json('notes.create', { text: `by the third’s copy ${n}` })
    there = await first.serve(['--port', port])
    a = await signIn(there.link)
    await expect.poll(async () => (await ownOf(c))?.did === old?.did, patient).toBe(false)
    await same(c)
    await same(b)
    for (const text of ['of the third, after its copy', 'by the third’s copy 1', 'by the third’s copy 3'])
      for (const one of [a, b, c]) expect(await notesOf(one)).toContain(text)
    expect(await stateOf(a, old?.did)).toBe('forked')
    await c.json('notes.create', { text: 'of the third again' })
    await same(c)
    expect(await notesOf(a)).toContain('of the third again')
    await after.stop()
    await sound(third)
  }, 180_000)
})

describe('a machine without the words that goes on from an old copy of its data', () => {
  it('writes nothing until another node lets it in anew, by a key of its own; and then everything is everywhere', async () => {
    const old = await ownOf(b)
    const port = new URL(here.origin).port
    await here.stop()
    const copy = join(second.folder, 'copy')
    await cp(second.data, copy, { recursive: true })
    here = await second.serve(['--port', port])
    b = await signIn(here.link)
    await b.json('notes.create', { text: 'of the second, after its copy' })
    await expect.poll(() => notesOf(a), patient).toContain('of the second, after its copy')
    await here.stop()
    await rm(second.data, { recursive: true })
    await cp(copy, second.data, { recursive: true })
    await there.stop()
    here = await second.serve(['--port', port])
    b = await signIn(here.link)
    await b.json('notes.create', { text: 'by the second’s copy' })
    there = await first.serve(['--port', new URL(there.origin).port])
    a = await signIn(there.link)
    const warned = async () => (await b.json('status.get')).warnings.map(({ code }: { code: string }) => code)
    await expect.poll(warned, patient).toContain('device-forked')
    expect((await b.json('notes.create', { text: 'refused' })).code).toBe('event-fork')
    expect((await ownOf(b))?.did).toBe(old?.did)

    // the same that made them one account
    await follow(second)
    expect((await ownOf(b))?.did).not.toBe(old?.did)
    expect(await warned()).not.toContain('device-forked')
    await b.json('notes.create', { text: 'of the second again' })
    await same(b)
    for (const text of ['of the second, after its copy', 'by the second’s copy', 'of the second again'])
      for (const one of [a, b]) expect(await notesOf(one)).toContain(text)
    expect((await b.json('nodes.list')).items).toHaveLength(1)
    // what is left of the old one can be thrown out; what it wrote stays
    await a.json('devices.revoke', { device: old?.did })
    for (const one of [a, b]) await expect.poll(() => stateOf(one, old?.did), patient).toBe('revoked')
    for (const one of [a, b]) expect(await notesOf(one)).toContain('by the second’s copy')
    await same(b)
    await here.stop()
    await sound(second)
    here = await second.serve(['--port', port])
    b = await signIn(here.link)
    expect((await b.json('status.get')).warnings).toEqual([])
  }, 180_000)
})

describe('a device that signs two events with one number', () => {
  it('is told so by name, and let in no more; other devices are told', async () => {
    const phone = await letIn(a, remoteDevice(a.account as Did), 'Copied phone', ['read', 'write'])
    const tag = (name: string) => ({ target: { conversation: new Uint8Array(16) }, tag: name, on: true })
    const twin = remoteDevice(a.account as Did, phone.key, phone.make('library.tagged', tag('both')))
    phone.make('library.tagged', tag('one'))
    expect(await phone.push(a)).toEqual([])
    expect(await phone.signIn(a)).toBeTruthy()
    twin.make('library.tagged', tag('other'))
    twin.make('library.tagged', tag('and more'))
    expect((await twin.push(a)).map(({ code }) => code)).toEqual(['event-fork', 'event-fork'])
    for (const one of [phone, twin]) await expect(one.signIn(a)).rejects.toThrow('device-forked')
    for (const http of [a, b]) {
      await expect.poll(() => stateOf(http, phone.did), patient).toBe('forked')
      expect((await devicesOf(http)).find(({ did }) => did === phone.did)?.forked).toBeGreaterThan(0)
    }
    phone.make('library.tagged', tag('late'))
    expect((await phone.push(a)).map(({ code }) => code)).toEqual(['event-fork'])
    await same(b)
  })
})
