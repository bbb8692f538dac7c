import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/kit/sqlite.ts'
import { type Changes, listenTo } from './changes.ts'

let folder: ReturnType<typeof temporaryFolder>
let changes: Changes | undefined
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => {
  changes?.close()
  folder.remove()
})

it('hears of files that come and grow, in the folders that are covered', async () => {
  const inside = join(folder.path, 'inside')
  mkdirSync(inside)
  let heard = (): void => {}
  const next = () =>
    new Promise<void>((resolve) => {
      heard = resolve
    })
  changes = listenTo(false)(() => heard())
  expect(changes.cover([folder.path, inside])).toBe(true)
  let change = next()
  writeFileSync(join(inside, 's.jsonl'), '1')
  await change
  change = next()
  writeFileSync(join(inside, 's.jsonl'), '2', { flag: 'a' })
  await change
  change = next()
  writeFileSync(join(folder.path, 'new.zip'), '3')
  await change
})

it('says where it cannot listen, and goes on', () => {
  changes = listenTo(false)(() => {})
  rmSync(folder.path, { recursive: true })
  expect(changes.cover([folder.path])).toBe(false)
  expect(changes.cover([])).toBe(true)
})
