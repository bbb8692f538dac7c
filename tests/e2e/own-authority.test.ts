/**
 * A second node that comes over TLS to one whose certificate is by its own authority, on the built product: the person
 * compares the fingerprint, and from then on that authority counts for that node.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { socketClient } from '../../node-core/bin/client/socket.ts'
import type { OtherNode } from '../../node-core/contract/api/nodes.ts'
import { contentOf } from '../kit/content.ts'
import { openPairing, patient } from '../kit/paired-nodes.ts'
import { type PlainHttp, signIn } from '../kit/plain-http.ts'
import { type Machine, newMachine, type Serving } from '../kit/product.ts'
import { socketOf } from '../kit/socket-of.ts'

let first: Machine
let second: Machine
let there: Serving
let here: Serving
let a: PlainHttp
let b: PlainHttp
let secure: string
let fingerprint: string
beforeAll(async () => {
  first = await newMachine()
  second = await newMachine()
  await first.done(['tls', 'setup', '--yes'])
  there = await first.serve()
  a = await signIn(there.link)
  secure = there.origin.replace('http:', 'https:')
  fingerprint = (await first.done(['tls', 'status', '--json'])).json().certificate?.fingerprint ?? ''
})
afterAll(async () => {
  await second?.[Symbol.asyncDispose]()
  await first?.[Symbol.asyncDispose]()
})

/** Opens a pairing at the first node, whose link is to be asked over TLS. */
const pairing = () => openPairing(first, secure)
const nodeOf = async (): Promise<OtherNode> => (await b.json('nodes.list')).items[0]

describe('a node with an authority of its own', () => {
  it('gets nothing said before its fingerprint was compared', async () => {
    const { link, claimed } = await pairing()
    const asked = await second.vivim(['device', 'add-node', link])
    expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining(fingerprint)])
    const wrong = await second.vivim(['device', 'add-node', link, '--authority', Array(32).fill('00').join(':')])
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('vouches')])
    expect(await claimed()).toBeNull()
  })

  it('is followed once it was, without anything being installed', async () => {
    const { link, confirm } = await pairing()
    await Promise.all([confirm(), second.done(['device', 'add-node', link, '--authority', fingerprint])])
    here = await second.serve()
    b = await signIn(here.link)
    await expect.poll(async () => (await nodeOf()).state, patient).toBe('live')
    expect(await nodeOf()).toMatchObject({ url: secure, authority: fingerprint })
    await b.json('notes.create', { text: 'over TLS' })
    await expect.poll(async () => JSON.stringify(await contentOf(a)) === JSON.stringify(await contentOf(b)), patient).toBe(true)
    expect((await contentOf(a)).notes.join()).toContain('over TLS')
    await expect.poll(async () => (await nodeOf()).behind, patient).toEqual({ here: 0, there: 0 })
  })

  it('is added by a running node in the same way, and asked at once when a person says so', async () => {
    await second.done(['device', 'remove-node', secure])
    const local = socketClient(socketOf(second), undefined)
    const events = async (authority: string | undefined) => {
      const { link, confirm } = await pairing()
      const said: string[] = []
      for await (const { event, data } of local.events('nodes.add', { url: link, authority })) {
        said.push(event)
        if (event === 'authority') expect(data.fingerprint).toBe(fingerprint)
        if (event === 'confirm') await confirm()
      }
      return said
    }
    expect(await events(undefined)).toEqual(['authority'])
    // it was let in before, so that nobody is asked again
    expect(await events(fingerprint)).toEqual(['done'])
    await expect.poll(async () => (await nodeOf()).state, patient).toBe('live')
    const port = new URL(secure).port
    await there.stop()
    const off = await second.vivim(['device', 'sync-node', secure, '--json'])
    expect([off.code, off.json().trouble.code]).toEqual([1, 'unavailable'])
    there = await first.serve(['--port', port])
    const synced = (await second.done(['device', 'sync-node', secure, '--json'])).json()
    expect(synced).toMatchObject({ trouble: null, behind: { here: 0, there: 0 } })
  })
})
