import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/kit/sqlite.ts'
import { testStore } from '../../../tests/kit/store.ts'
import { watchedFolder } from './watched-folder.ts'

it('looks again soon where something changed during a look', async () => {
  const place = temporaryFolder()
  const path = join(place.path, 'downloads')
  mkdirSync(path)
  const store = await testStore()
  const timers: { in: number; run(): void }[] = []
  let change = () => {}
  const folder = watchedFolder({
    owner: { id: store.account.id, keys: store.keys },
    folder: { path, kind: 'exports', added: 0 },
    reader: store.reader,
    write: async () => {},
    clock: store.clock,
    after(milliseconds, run) {
      const timer = { in: milliseconds, run }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    listen(onChange) {
      change = onChange
      return { cover: () => true, close: () => {} }
    },
    onReady: () => {},
    onError: (error) => expect(error).toBeUndefined(),
  })
  const due = () => timers.shift()?.run()
  folder.begin()
  due()
  // The look is under way: the change's own turn comes before its end.
  change()
  due()
  expect(timers).toEqual([])
  await expect.poll(() => timers.map((timer) => timer.in)).toEqual([2000])
  await folder.close()
  await store[Symbol.asyncDispose]()
  place.remove()
})
