import { beforeEach, describe, expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { Conversation } from '../contract/content.ts'
import { verifyLog } from '../log/verify.ts'
import { erasableImports } from './erasable.ts'
import { orphanedBlobs } from './orphans.ts'

const withPicture = (key: string, blob: string, fields: Partial<Conversation> = {}): Conversation => ({
  source: 'chatgpt',
  key,
  title: `Quince ${key}`,
  model: 'model-m',
  project: { id: 'orchard' },
  tags: ['fruit'],
  updated: 1700000000000,
  messages: [
    {
      id: 'm',
      parent: null,
      role: 'user',
      parts: [
        { type: 'text', text: `medlar ${key}` },
        { type: 'attachment', kind: 'image', name: 'x.png', mime: 'image/png', pointer: 'file-1', blob },
      ],
    },
  ],
  ...fields,
})

describe('what is deleted', () => {
  let store: TestStore
  let picture: string
  const at = (key: string) => store.idOf({ source: 'chatgpt', key })
  const rows = <Row>(sql: string) => store.reader.all<Row>(sql)
  const used = async () =>
    await store.reader.get<{ used: number; stored: number }>(
      'SELECT sum(used) AS used, (SELECT sum(length(sealed)) FROM chunk) AS stored FROM device',
    )
  const orphans = async () => (await orphanedBlobs(store.reader, store.account.id, store.keys)).map(({ id }) => id)
  const sound = async () =>
    expect((await verifyLog(store.reader, store.account, store.keys.sealer, new AbortController().signal)).problems).toEqual([])
  beforeEach(async () => {
    store = await testStore()
    picture = (
      await store.blobs.put(
        store.account.did,
        (async function* () {
          yield Buffer.from('picture')
        })(),
      )
    ).id
  })

  it('goes with everything that was said of it, and gives its room back', async () => {
    await store.import([withPicture('a', picture)])
    const id = at('a')
    await store.call('conversations.edit', { conversation: id, title: 'Mine' })
    await store.call('tags.add', { target: id, tag: 'keep' })
    await store.call('notes.create', { target: id, text: 'walnut' })
    const before = await used()
    expect(before?.used).toBe(before?.stored)
    await store.call('conversations.delete', { conversation: id })

    const left = await rows<{ type: string }>(
      'SELECT e.type FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position WHERE k.sealed IS NOT NULL',
    )
    expect(left.map(({ type }) => type).sort()).toEqual(['account.created', 'device.granted', 'library.conversation-deleted'])
    const after = await used()
    expect(after?.used).toBe(after?.stored)
    expect(after?.used).toBeLessThan(before?.used ?? 0)
    for (const table of [
      'conversation_tree',
      'contribution',
      'vouch',
      'import_item',
      'tagging',
      'note',
      'said_chunk',
      'blob',
      'blob_use',
    ]) {
      expect([table, await rows(`SELECT * FROM ${table}`)]).toEqual([table, []])
    }
    expect(await rows('SELECT imported, own FROM facet')).toEqual([{ imported: null, own: null }])
    expect(await rows('SELECT state, head, source, created, updated, messages FROM conversation')).toEqual([
      { state: 2, head: null, source: 0, created: 0, updated: 0, messages: 0 },
    ])
    expect(await orphans()).toEqual([picture])
    for (const q of ['medlar', 'quince', 'walnut', 'mine']) expect((await store.call('search.find', { q })).items).toEqual([])
    await expect(store.call('conversations.get', { conversation: id })).rejects.toMatchObject({ code: 'not-found' })
    await expect(store.call('conversations.delete', { conversation: id })).rejects.toMatchObject({ code: 'not-found' })
    await sound()
  })

  it('keeps what others use as well', async () => {
    await store.import([withPicture('a', picture), withPicture('b', picture)])
    await store.call('conversations.delete', { conversation: at('a') })
    expect(await orphans()).toEqual([])
    expect((await store.call('facets.get', {})).projects).toEqual([{ value: 'orchard', count: 1 }])
    await store.call('conversations.delete', { conversation: at('b') })
    expect(await orphans()).toEqual([picture])
    await store.import([withPicture('c', picture)])
    expect(await orphans()).toEqual([])
    expect(await rows('SELECT * FROM blob_orphan')).toEqual([])
    await sound()
  })

  it('stays deleted until it is imported again, and then begins anew', async () => {
    await store.import([withPicture('a', picture)])
    const id = at('a')
    await store.call('conversations.edit', { conversation: id, title: 'Mine' })
    await store.call('tags.add', { target: id, tag: 'keep' })
    await store.call('conversations.delete', { conversation: id })
    expect((await store.import([withPicture('a', picture)])).counts.conversations).toEqual({
      imported: 1,
      updated: 0,
      unchanged: 0,
    })
    const detail = await store.call('conversations.get', { conversation: id })
    expect(detail).toMatchObject({ title: 'Quince a', tags: ['fruit'], edited: { title: false } })
    expect(await orphans()).toEqual([])
    await store.call('tags.add', { target: id, tag: 'later' })
    const note = await store.call('notes.create', { target: id, text: 'hazel' })
    expect((await store.call('notes.list', { target: id })).items).toEqual([note])
    expect((await store.call('conversations.get', { conversation: id })).tags).toEqual(['fruit', 'later'])
    await store.call('conversations.delete', { conversation: id })
    await store.import([withPicture('a', picture)])
    expect(await rows('SELECT incarnation, state FROM conversation')).toEqual([{ incarnation: 2, state: 0 }])
    await sound()
  })

  it('names what came while it was being deleted', async () => {
    await store.import([withPicture('a', picture)])
    const id = at('a')
    const { append } = store.writer
    let raced = false
    store.writer.append = async (account, changes, root) => {
      if (!raced && changes[0]?.type === 'library.conversation-deleted') {
        raced = true
        await store.import([withPicture('a', picture, { title: 'Quince later', updated: 1700000009000 })])
      }
      return append(account, changes, root)
    }
    await store.call('conversations.delete', { conversation: id })
    expect(raced).toBe(true)
    const left = await rows<{ type: string }>(
      "SELECT e.type FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position WHERE k.sealed IS NOT NULL AND e.type LIKE 'library%'",
    )
    expect(left).toEqual([{ type: 'library.conversation-deleted' }])
    await sound()
  })

  it('is a note with all its revisions', async () => {
    const { id } = await store.call('notes.create', { text: 'walnut' })
    await store.call('notes.update', { note: id, text: 'walnut and hazel' })
    await store.call('notes.delete', { note: id })
    expect(
      await rows(
        "SELECT 1 FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position WHERE k.sealed IS NOT NULL AND e.type = 'library.note-written'",
      ),
    ).toEqual([])
    expect((await store.call('notes.list', {})).items).toEqual([])
    expect((await store.call('search.find', { q: 'walnut' })).items).toEqual([])
    await expect(store.call('notes.get', { note: id })).rejects.toMatchObject({ code: 'not-found' })
    await sound()
  })

  it('is erased of an undone import only where no other import brought or held it, and after its time', async () => {
    const other = withPicture('b', picture)
    const first = await store.import([withPicture('a', picture), other])
    const second = await store.import([other])
    await store.call('notes.create', { target: at('a'), text: 'walnut' })
    await store.undo(first.id)
    expect(await erasableImports(store.reader, store.account.id, store.clock.now())).toEqual([])
    store.clock.advance(1)
    const [erasable, ...more] = await erasableImports(store.reader, store.account.id, store.clock.now())
    expect(more).toEqual([])
    expect(Buffer.compare(erasable?.import ?? new Uint8Array(), first.id)).toBe(0)
    expect(erasable?.chunks).toHaveLength(1)
    await store.writer.append(store.account.id, [
      { type: 'imports.erased', parts: [{ import: first.id, chunks: erasable?.chunks ?? [] }] },
    ])
    expect(
      await rows(
        "SELECT 1 FROM chunk k JOIN event e ON e.account = k.account AND e.position = k.position WHERE k.sealed IS NULL AND e.type = 'library.conversations-imported'",
      ),
    ).toHaveLength(1)
    expect((await store.call('conversations.list', {})).items.map(({ title }) => title)).toEqual(['Quince b'])
    expect(await orphans()).toEqual([])
    expect(await erasableImports(store.reader, store.account.id, store.clock.now())).toEqual([])
    // what the person said of it waits for it
    expect((await store.call('notes.list', {})).items).toHaveLength(1)
    await store.import([withPicture('a', picture)])
    expect((await store.call('notes.list', { target: at('a') })).items).toHaveLength(1)

    await store.undo(second.id)
    store.clock.advance(1)
    for (const { import: importId, chunks } of await erasableImports(store.reader, store.account.id, store.clock.now())) {
      await store.writer.append(store.account.id, [{ type: 'imports.erased', parts: [{ import: importId, chunks }] }])
    }
    expect((await store.call('conversations.list', {})).items.map(({ title }) => title)).toEqual(['Quince a'])
    expect(await rows('SELECT state, head IS NULL AS empty FROM conversation ORDER BY state')).toEqual([
      { state: 0, empty: 0 },
      { state: 3, empty: 0 },
    ])
    await sound()
  })

  it('is not erased where an import came to vouch for it meanwhile', async () => {
    const one = withPicture('a', picture)
    const first = await store.import([one])
    await store.undo(first.id)
    store.clock.advance(1)
    const [erasable] = await erasableImports(store.reader, store.account.id, store.clock.now())
    const digest =
      (await rows<{ id: Uint8Array }>("SELECT id FROM event WHERE type = 'library.conversations-imported'"))[0]?.id ??
      new Uint8Array(32)
    await store.writer.append(store.account.id, [
      { type: 'imports.vouched', parts: [{ import: store.random(16), parts: [[digest, 0]] }] },
    ])
    await store.writer.append(store.account.id, [
      { type: 'imports.erased', parts: [{ import: first.id, chunks: erasable?.chunks ?? [] }] },
    ])
    expect((await store.call('conversations.get', { conversation: at('a') })).title).toBe('Quince a')
    expect((await store.call('conversations.units', { conversation: at('a') })).items[0]?.text).toBe('medlar a')
    await sound()
  })
})
