/** What the pace holds back of following another node, and that it is caught up with. In one process, without sockets. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { doorOf, fillerOf } from '../../tests/kit/in-step.ts'
import { secondNode } from '../../tests/kit/second-node.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { VivimError } from '../contract/errors.ts'
import { createWakeups } from '../log/follow.ts'
import { createPace } from '../node/pace.ts'
import type { LiveDoor } from '../ports/peer-door.ts'
import { createFollowing, type Following } from './following.ts'

let first: TestStore
let second: TestStore
let following: Following | undefined
beforeEach(async () => {
  first = await testStore()
  second = await secondNode(first, 'second')
})
afterEach(async () => {
  await following?.close()
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})

/** The second node follows the first. Time stands still: whatever happens was not waited for. */
async function follow() {
  const pace = createPace()
  const asked: string[] = []
  const errors: unknown[] = []
  const reach = { there: true }
  const door = doorOf(first)
  const live: LiveDoor = {
    async ask(path, ...rest) {
      asked.push(path)
      if (!reach.there) throw new VivimError('unavailable')
      return await door.ask(path, ...rest)
    },
    connect: () => Promise.reject(new VivimError('unavailable')),
  }
  const { writer, reader, keyring, clock, random, account } = second
  following = createFollowing({
    ...{ reader, keysOf: keyring.keysOf, clock, random, pace, filler: fillerOf(second) },
    write: (queries) => writer.write(queries),
    accept: (...call) => writer.accept(...call),
    changed: createWakeups().next,
    after: () => () => {},
    peers: { at: () => ({ post: () => Promise.reject(new VivimError('unavailable')), door: () => live }) },
    onForked: () => {},
    onError: (error) => void errors.push(error),
  })
  following.begin()
  const { id } = await following.add(account, { url: 'http://first', instance: account.did, authority: undefined })
  const of = async () => (await following?.list(account.id))?.find((one) => one.id === id)
  const titles = async () => (await second.call('conversations.list', {})).items.map(({ title }) => title).sort()
  const nodeOf = following
  return { pace, asked, errors, reach, of, titles, sync: () => nodeOf.sync(account.id, id, new AbortController().signal) }
}
const conversation = (key: string, blobs: string[] = []) => ({
  source: 'chatgpt' as const,
  key,
  title: key,
  messages: [
    {
      id: 'm',
      parent: null,
      role: 'user' as const,
      parts: blobs.map((blob) => ({
        ...{ type: 'attachment' as const, kind: 'image' as const, name: 'x.png', mime: 'image/png', pointer: 'x', blob },
      })),
    },
  ],
})

it('asks nobody while it is paused, says so, and has everything as soon as it goes on', async () => {
  const { pace, asked, errors, of, titles, sync } = await follow()
  await first.import([conversation('one')])
  await sync()
  expect(await titles()).toEqual(['one'])

  pace.set({ level: 'normal', sync: false })
  await expect.poll(async () => (await of())?.state).toBe('paused')
  const before = asked.length
  await first.import([conversation('two')])
  expect(await sync()).toMatchObject({ state: 'paused' })
  expect(asked).toHaveLength(before)
  expect(await titles()).toEqual(['one'])

  pace.set({ level: 'normal', sync: true })
  await expect.poll(titles).toEqual(['one', 'two'])
  expect((await of())?.state).toBe('polling')
  expect(errors).toEqual([])
})

it('brings events and no files while it saves, and the files afterwards', async () => {
  const { pace, asked, titles, errors, sync } = await follow()
  await sync()
  pace.set({ level: 'saving', sync: true })
  const { id } = await first.blobs.put(
    first.account.did,
    (async function* () {
      yield Buffer.from('a picture')
    })(),
  )
  await first.import([conversation('with a picture', [id])])
  await sync()
  expect(await titles()).toEqual(['with a picture'])
  const filled = () => asked.filter((path) => path.endsWith('/fill')).length
  const lacking = () => fillerOf(second).count(second.account.id)
  expect([filled(), await lacking()]).toEqual([0, 1])

  pace.set({ level: 'normal', sync: true })
  await expect.poll(lacking).toBe(0)
  expect(filled()).toBeGreaterThan(0)
  expect(errors).toEqual([])
})

it('asks again at once after a sleep, however long it would have waited', async () => {
  const { pace, asked, reach, of, titles, sync } = await follow()
  await sync()
  reach.there = false
  await first.import([conversation('meanwhile')])
  await sync()
  expect((await of())?.state).toBe('trouble')
  reach.there = true
  const before = asked.length
  pace.look()
  await expect.poll(titles).toEqual(['meanwhile'])
  expect(asked.length).toBeGreaterThan(before)
  expect((await of())?.state).toBe('polling')
})
