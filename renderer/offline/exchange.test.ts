import { decode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import { cidOf } from '../../node-core/contract/envelope.ts'
import type { Did } from '../../node-core/contract/ids.ts'
import { fromBase64url } from '../base64url.ts'
import type { Call } from '../client.ts'
import { makeDeviceKeys, sign } from '../device/key.ts'
import { type ChainEvent, encoded, type Intent, nothingSeen, type Signer, type Standing, signNext } from './chain.ts'
import { exchange } from './exchange.ts'
import type { Outbox } from './outbox.ts'

const account = 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' as Did
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
async function newSigner(): Promise<Signer> {
  const keys = await makeDeviceKeys(crypto)
  if (!keys) throw new Error('no Ed25519 here')
  return { account, did: keys.did, grant: encoded('grant'), sign: (bytes) => sign(keys, 'event', bytes) }
}
const tagged = (tag: string): Intent => ({
  type: 'library.tagged',
  parts: [encoded({ tag })],
  shown: { kind: 'tag', conversation: '', text: tag },
})

/** An outbox that is nowhere but here, as far as a new key needs it. */
function outboxIn(events: ChainEvent[], standing: Standing) {
  const state = { events, standing }
  const no = () => Promise.reject(new Error('Nobody asked for that.'))
  const outbox: Outbox = {
    standing: async () => state.standing,
    setStanding: async (next) => {
      state.standing = next
    },
    waiting: async () => state.events,
    replace: async (next, at) => {
      state.events = [...next]
      state.standing = at
    },
    ...{ add: no, at: no, taken: no, holdsUpTo: no, cut: no, refuse: no, refused: no, forget: no },
  }
  return { outbox, state }
}
async function waitingBy(signer: Signer) {
  const events: ChainEvent[] = []
  let standing: Standing = { ...nothingSeen, own: { seq: 4, id: encoded('before') } }
  for (const name of ['one', 'two', 'three']) {
    const made = await signNext(signer, standing, tagged(name), 5, random)
    events.push(made.event)
    standing = made.standing
  }
  return { events, standing }
}

describe('a browser that got a new key', () => {
  it('signs what waits by it, with the same content, but what the node has; and no page signs by the old one again', async () => {
    const [old, fresh] = [await newSigner(), await newSigner()]
    const before = await waitingBy(old)
    const { outbox, state } = outboxIn(before.events, before.standing)
    const [kept] = before.events
    if (!kept) throw new Error('nothing waits')
    const heads = [{ device: old.did, seq: kept.seq, id: cidOf(fromBase64url(kept.id)).toString() }]
    const asked: unknown[] = []
    // the node is gone as soon as what waits is signed
    const call = (async (_: unknown, input: unknown) => {
      asked.push(input)
      if (asked.length > 1) throw new Error('gone')
      return { heads, merkleRoot: new Uint8Array(32) }
    }) as Call
    const parts = { call, outbox, now: () => 5, nodeTime: async () => 5, random, signal: new AbortController().signal }
    await expect(exchange({ ...parts, signer: fresh })).rejects.toThrow('gone')
    expect(state.events.map(({ seq, shown }) => [seq, shown.text])).toEqual([
      [1, ''],
      [2, 'two'],
      [3, 'three'],
    ])
    expect(state.events.slice(1).map(({ parts: values }) => values)).toEqual(
      before.events.slice(1).map(({ parts: values }) => values),
    )
    for (const { envelope } of state.events) expect(decode(fromBase64url(envelope))).toMatchObject({ device: fresh.did })
    expect(state.standing).toMatchObject({ by: fresh.did, former: [old.did], own: { seq: 3 } })

    const after = state.events
    asked.length = 0
    await expect(exchange({ ...parts, signer: old })).rejects.toMatchObject({ code: 'device-forked' })
    expect([asked, state.events]).toEqual([[], after])
  })
})
