import { expect, it } from 'vitest'
import { VivimError } from '../../node-core/contract/errors.ts'
import type { Client } from '../client.ts'
import { pickFiles } from './picking.ts'
import { createUploads, type ImportRun, unreadable } from './uploads.ts'

/** A node that answers when the test says so. */
function door() {
  const asked: { input: unknown; body: Blob | FormData; resolve(): void; reject(error: unknown): void; aborted(): boolean }[] = []
  const upload = ((_method: unknown, input: unknown, body: Blob | FormData, { signal }: { signal: AbortSignal }) =>
    new Promise<unknown>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      asked.push({ input, body, resolve: () => resolve({ id: 'run' }), reject, aborted: () => signal.aborted })
    })) as unknown as Client['upload']
  return { asked, client: { upload } }
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
const files = (...names: string[]) => pickFiles(names.map((name) => new File(['content'], name)))

it('sends two at a time, and the next when one has arrived', async () => {
  const { asked, client } = door()
  const arrived: Pick<ImportRun, 'id'>[] = []
  const uploads = createUploads(client, async (run) => void arrived.push(run))
  uploads.add(files('a', 'b', 'c'))
  expect(uploads.current.map(({ name, state, bytes }) => [name, state, bytes])).toEqual([
    ['a', 'sending', 7],
    ['b', 'sending', 7],
    ['c', 'waiting', 7],
  ])
  asked[0]?.resolve()
  await settled()
  expect(arrived).toHaveLength(1)
  expect(uploads.current.map(({ name, state }) => [name, state])).toEqual([
    ['b', 'sending'],
    ['c', 'sending'],
  ])
})

it('stops what is cancelled, and sends again what failed', async () => {
  const { asked, client } = door()
  const uploads = createUploads(client, async () => {})
  uploads.add(files('a', 'b'))
  uploads.cancel(1)
  await settled()
  expect(asked[0]?.aborted()).toBe(true)
  const error = new VivimError('storage-full')
  asked[1]?.reject(error)
  await settled()
  expect(uploads.current).toMatchObject([{ name: 'b', state: 'failed', error }])
  uploads.again(2)
  asked[2]?.resolve()
  await settled()
  expect(uploads.current).toEqual([])
})

it('says that a file cannot be read any more, which the connection does not know', async () => {
  const { asked, client } = door()
  const uploads = createUploads(client, async () => {})
  const [picked] = files('a')
  const gone = { size: 7, slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }) }
  uploads.add([{ ...picked, name: 'a', folder: false, files: [{ path: 'a', file: gone as unknown as File }] }])
  asked[0]?.reject(new VivimError('unavailable'))
  await settled()
  expect(uploads.current).toMatchObject([{ state: 'failed', error: unreadable }])
})

it('sends a folder as a form with its paths, and an empty one not at all', async () => {
  const { asked, client } = door()
  const uploads = createUploads(client, async () => {})
  const folder = { name: 'p', folder: true, files: [{ path: 'p/x/1.jsonl', file: new File(['1'], '1.jsonl') }] }
  uploads.add([folder, { name: 'empty', folder: true, files: [] }])
  const body = asked[0]?.body
  expect(body instanceof FormData ? body.getAll('files').map((one) => (one instanceof File ? one.name : one)) : []).toEqual([
    'p/x/1.jsonl',
  ])
  await settled()
  expect(asked).toHaveLength(1)
  expect(uploads.current[1]).toMatchObject({ state: 'failed', error: expect.objectContaining({ code: 'import-empty' }) })
})

it('has files opened where they are, and sends what is nowhere on this machine', async () => {
  const { asked, client } = door()
  const arrived: string[] = []
  const opened: string[] = []
  const open = async ([file]: readonly File[]) => {
    opened.push(file?.name ?? '')
    if (file?.name === 'missing') throw new VivimError('not-found')
    return file?.name === 'here' ? ('run' as ImportRun['id']) : undefined
  }
  const uploads = createUploads(client, async ({ id }) => void arrived.push(id), open)
  uploads.add(files('here', 'elsewhere'))
  await settled()
  expect(opened).toEqual(['here', 'elsewhere'])
  expect(arrived).toEqual(['run'])
  expect(asked.map(({ input }) => input)).toEqual([{ name: 'elsewhere' }])
  uploads.add(files('missing'))
  await settled()
  await settled()
  expect(uploads.current.find(({ name }) => name === 'missing')).toMatchObject({ state: 'failed', error: { code: 'not-found' } })
})
