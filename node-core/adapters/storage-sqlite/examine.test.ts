import { open, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/kit/sqlite.ts'
import { examineStore } from './examine.ts'
import { openSqliteStorage } from './storage.ts'

let folder: ReturnType<typeof temporaryFolder>
let file: string
beforeEach(async () => {
  folder = temporaryFolder()
  file = join(folder.path, 'store.db')
  await using storage = await openSqliteStorage({
    directory: folder.path,
    migrations: [{ version: 1, name: 'rows', sql: 'CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT) STRICT' }],
  })
  await storage.transaction(async (tx) => {
    for (let n = 0; n < 500; n++) await tx.run('INSERT INTO row (id, text) VALUES (?, ?)', [n, 'words '.repeat(50)])
  })
})
afterEach(() => folder.remove())

const overwrite = async (at: number, bytes: Uint8Array) => {
  const handle = await open(file, 'r+')
  await handle.write(bytes, 0, bytes.length, at)
  await handle.close()
}

it.each<[string, () => Promise<unknown>, RegExp | undefined]>([
  ['nothing', async () => {}, undefined],
  ['a missing file', () => rm(file), /^is missing/],
  ['an empty file', () => truncate(file, 0), /^is empty/],
  ['a few bytes', () => truncate(file, 50), /^is cut off: 50 bytes are there\.$/],
  ['half of it', () => truncate(file, 50_000), /^is cut off: 50000 bytes are there, \d+ belong to it\.$/],
  ['zeros', () => overwrite(0, Buffer.alloc(200)), /^begins with zeros/],
  ['other bytes', () => writeFile(file, 'a letter to a friend '.repeat(5000)), /^does not begin like a store/],
  ['another mark', () => overwrite(68, Buffer.from([1, 2, 3, 4])), /another program/],
  ['a broken first page', () => overwrite(100, Buffer.alloc(4000, 0xa5)), /list of its tables/],
  ['a broken page behind', () => overwrite(5 * 8192, Buffer.alloc(8192, 0xa5)), /damaged pages/],
])('tells %s', async (_what, damage, said) => {
  await damage()
  const { file: named, damages } = await examineStore(folder.path)
  expect(named).toBe(file)
  if (said) expect(damages.join('\n')).toMatch(said)
  else expect(damages).toEqual([])
  for (const one of damages) expect(one).not.toContain('words')
})
