/** What is said of a file that something uses and that is not here: whether it is still to come. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { doorOf, fillOf, outboundOf } from '../../tests/kit/in-step.ts'
import { secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { BlobId } from '../contract/ids.ts'
import { fillOnce } from '../sync/fill-peer.ts'
import { syncOnce, unknownPeer } from '../sync/outbound.ts'
import { blobHandlers } from './blobs.ts'

const signal = new AbortController().signal
let first: TestStore
let second: TestStore
beforeEach(async () => {
  first = await testStore()
  second = await secondNode(first, 'second')
})
afterEach(async () => {
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})

const ask = async (store: TestStore, blob: BlobId) => {
  const { blobs, reader, keys, account } = store
  const handlers = blobHandlers({ blobs, reader, keysOf: () => keys, accountOf: () => account })
  return await handlers['blobs.get']({ blob }, { account: account.did, signal } as Parameters<(typeof handlers)['blobs.get']>[1])
}

it('is awaited until it comes from the node that has it; any other is not there', async () => {
  const { id } = await first.blobs.put(
    first.account.did,
    (async function* () {
      yield Buffer.from('a picture')
    })(),
  )
  const picture = {
    type: 'attachment' as const,
    kind: 'image' as const,
    name: 'x.png',
    mime: 'image/png',
    pointer: 'x',
    blob: id,
  }
  const message = { id: 'm', parent: null, role: 'user' as const, parts: [picture] }
  await first.import([{ source: 'chatgpt', key: 'a', updated: 1, messages: [message] }])
  await syncOnce(outboundOf(second, doorOf(first)), unknownPeer(), signal)

  expect(await ask(first, id)).toMatchObject({ size: 9 })
  await expect(ask(second, id)).rejects.toMatchObject({ code: 'blob-awaited' })
  const unused = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy' as BlobId
  await expect(ask(second, unused)).rejects.toMatchObject({ code: 'blob-not-found' })

  await fillOnce(fillOf(second, doorOf(first)), signal)
  expect(await ask(second, id)).toMatchObject({ size: 9 })
  // what nobody is to send any more is not there
  await second.blobs.delete(second.account.did, id)
  await expect(ask(second, id)).rejects.toMatchObject({ code: 'blob-not-found' })
})
