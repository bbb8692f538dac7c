import { describe, expect, it } from 'vitest'
import { testStore } from '../../tests/kit/store.ts'
import { fileStore } from './file-store.ts'

async function* stream(...pieces: number[]): AsyncGenerator<Uint8Array> {
  for (const [n, size] of pieces.entries()) yield Buffer.alloc(size, n + pieces.length)
}
async function opened(quota: number) {
  const store = await testStore()
  const { blobs, reader, account, writer } = store
  const write = writer.write.bind(writer)
  const files = () => fileStore({ account, blobs, reader, write, signal: new AbortController().signal })
  const row = await reader.get<{ used: number }>('SELECT sum(used) AS used FROM device WHERE account = ?', [account.id])
  await write([{ sql: 'UPDATE account SET quota = ?', parameters: [quota === 0 ? 0 : (row?.used ?? 0) + quota] }])
  const counted = async () => (await reader.get<{ files: number }>('SELECT files FROM account', []))?.files
  return { store, files, counted }
}

describe('an import’s files', () => {
  it('count against the quota; one that exceeds it leaves nothing behind', async () => {
    const { store, files, counted } = await opened(1000)
    const run = files()
    const first = await run.store(stream(600))
    await expect(run.store(stream(300, 200))).rejects.toMatchObject({ code: 'quota-exceeded' })
    expect(await store.blobs.used(store.account.did)).toBe(600)
    // what is there takes no more room
    expect(await run.store(stream(600))).toBe(first)
    await run.store(stream(100, 100))
    await run.settle()
    expect(await counted()).toBe(800)
    // the next import goes on from there
    await expect(files().store(stream(150, 150))).rejects.toMatchObject({ code: 'quota-exceeded' })
    await expect(store.call('notes.create', { text: 'long '.repeat(100) })).rejects.toMatchObject({ code: 'quota-exceeded' })
  })

  it('larger than the whole quota is not read to its end', async () => {
    const { files } = await opened(1000)
    let read = 0
    const endless = async function* () {
      for (;;) {
        read += 400
        yield Buffer.alloc(400)
      }
    }
    await expect(files().store(endless())).rejects.toMatchObject({ code: 'quota-exceeded' })
    expect(read).toBeLessThan(10_000)
  })

  it('are counted without a quota too', async () => {
    const { files, counted } = await opened(0)
    const run = files()
    await run.store(stream(5000))
    await run.settle()
    await run.settle()
    expect(await counted()).toBe(5000)
  })
})
