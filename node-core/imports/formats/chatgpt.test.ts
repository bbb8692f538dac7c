import { describe, expect, it } from 'vitest'
import { conversation, one, raw, read } from '../../../tests/kit/chatgpt.ts'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { chatgpt } from './chatgpt.ts'
import { idOfPointer } from './chatgpt-assets.ts'

describe('messages', () => {
  it('takes the model of the message, else of the conversation', async () => {
    const { conversations } = await read(
      conversation(
        [
          raw('q', { content_type: 'text', parts: ['?'] }, { author: { role: 'user' } }),
          raw('a', { content_type: 'text', parts: ['!'] }),
          raw('b', { content_type: 'text', parts: ['!'] }, { metadata: { model_slug: 'own' } }),
        ],
        { default_model_slug: 'usual' },
      ),
    )
    expect(conversations[0]?.messages.map(({ model }) => model)).toEqual([undefined, 'usual', 'own'])
  })
  it('tolerates absent status and weight, string times and unknown fields', async () => {
    const {
      status: _,
      weight: __,
      ...bare
    } = raw(
      'm',
      { content_type: 'text', parts: ['x'] },
      { create_time: '1700000000.25', novelty: { a: 1 }, author: { role: 'user', name: 'Ann', metadata: { real: 1 } } },
    )
    expect(await one(bare)).toEqual({
      id: 'm',
      parent: null,
      role: 'user',
      author: 'Ann',
      time: 1700000000250,
      parts: [{ type: 'text', text: 'x' }],
      extra: { novelty: { a: 1 }, author: { metadata: { real: 1 } } },
    })
  })
  it('keeps unusual states', async () => {
    expect(
      (
        await one(
          raw(
            'm',
            { content_type: 'text', parts: ['x'] },
            { status: 'in_progress', weight: 0, end_turn: false, channel: 'commentary' },
          ),
        )
      ).extra,
    ).toEqual({ status: 'in_progress', weight: 0, end_turn: false, channel: 'commentary' })
  })
})

describe('conversations', () => {
  const hello = raw('m', { content_type: 'text', parts: ['x'] })
  it('reads title, times, project, state and the rest', async () => {
    const { conversations } = await read(
      conversation([hello], {
        title: null,
        create_time: '1700000000',
        update_time: 1700000002.5,
        gizmo_id: 'g-p-1',
        conversation_template_id: 'g-p-1',
        is_archived: true,
        is_starred: true,
        memory_scope: 'global',
        voice: null,
        safe_urls: [],
      }),
    )
    expect(conversations).toEqual([
      {
        source: 'chatgpt',
        key: 'c1',
        created: 1700000000000,
        updated: 1700000002500,
        project: { id: 'g-p-1' },
        archived: true,
        starred: true,
        current: 'm',
        messages: [expect.objectContaining({ id: 'm' })],
        extra: { memory_scope: 'global' },
      },
    ])
    expect((await read(conversation([hello], { gizmo_id: 'g-abc' }))).conversations[0]).toMatchObject({
      extra: { gizmo_id: 'g-abc' },
    })
  })
  it('goes on after broken ones and says where they are', async () => {
    const cycle = conversation([hello])
    cycle['mapping'] = { a: { parent: 'b', message: hello }, b: { parent: 'a', message: hello } }
    const lost = conversation([hello], { conversation_id: 'lost' })
    lost['mapping'] = { m: { parent: 'gone', message: hello }, n: { parent: 'm', message: { ...hello, id: 'n' } } }
    const { conversations, unreadable } = await read(null, { id: 'x', title: 'Empty' }, cycle, lost)
    expect(unreadable.map(({ ref }) => ref)).toEqual([
      'conversations.json #1',
      'conversations.json #2 “Empty”',
      'conversations.json #3 “T”',
    ])
    expect(unreadable[2]?.reason).toMatch(/cycle/)
    expect(conversations[0]?.messages.map(({ id, parent }) => [id, parent])).toEqual([
      ['m', null],
      ['n', 'm'],
    ])
  })
  it('takes the newer of one that is there twice', async () => {
    const { conversations } = await read(
      conversation([hello], { title: 'A' }),
      conversation([hello], { title: 'B' }),
      conversation([hello], { title: 'C', update_time: 1800000000 }),
    )
    expect(conversations.map(({ title }) => title)).toEqual(['A', 'C'])
  })
  it('reads an object around the list, and any file name', async () => {
    const source = sourceOf({ 'backup.txt': { conversations: [conversation([hello])] } })
    expect(await chatgpt.detect(source)).toBe(1)
    expect((await readAll(chatgpt, source)).conversations).toHaveLength(1)
  })
  it('reads ratings, links, group chats and documents beside them', async () => {
    const { conversations, documents, unreadable } = await readAll(
      chatgpt,
      sourceOf({
        'conversations.json': [conversation([hello])],
        'message_feedback.json': [{ id: 'f', conversation_id: 'c1', rating: 'thumbs_up' }],
        'shared_conversations.json': [{ id: 's', conversation_id: 'c1', is_anonymous: true }],
        'group_chats.json': {
          chats: [
            {
              id: 'g',
              name: 'Us',
              messages: [
                { id: 1, sender: 'Ann', text: 'hi', create_time: 1700000000 },
                { id: 2, role: 'assistant', content: { content_type: 'text', parts: ['hello'] } },
              ],
            },
          ],
        },
        'textdocs/d1.json': { id: 'd1', title: 'Plan', content: 'one', textdoc_type: 'document' },
      }),
    )
    expect(unreadable).toEqual([])
    expect(conversations[0]?.extra).toEqual({
      feedback: [{ id: 'f', rating: 'thumbs_up' }],
      shared: [{ id: 's', is_anonymous: true }],
    })
    expect(conversations[1]).toMatchObject({
      key: 'g',
      title: 'Us',
      messages: [
        { id: '1', role: 'user', author: 'Ann', parts: [{ text: 'hi' }] },
        { id: '2', parent: '1', role: 'assistant', parts: [{ text: 'hello' }] },
      ],
    })
    expect(documents).toMatchObject([
      {
        key: 'textdoc:d1',
        title: 'Plan',
        extra: { kind: 'document' },
        messages: [{ parts: [{ type: 'artifact', text: 'one' }] }],
      },
    ])
  })
  it('takes empty group chats for what they are', async () => {
    const { conversations, unreadable } = await readAll(
      chatgpt,
      sourceOf({ 'conversations.json': [conversation([hello])], 'group_chats.json': { chats: [] } }),
    )
    expect([conversations.length, unreadable.length]).toEqual([1, 0])
  })
})

describe('assets', () => {
  const picture = (pointer: string) =>
    raw(
      'm',
      { content_type: 'multimodal_text', parts: [{ content_type: 'image_asset_pointer', asset_pointer: pointer }] },
      { author: { role: 'user' } },
    )
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])
  it.each([
    ['sediment://file_1', 'file_1.dat', {}],
    ['file-service://file-1', 'file-1-my cat.png', {}],
    ['sediment://file_1', 'a.zip!/user-x/file_1-0e2b.png', {}],
    ['file-service://file-1', 'dalle-generations/file-1-0e2b.webp', {}],
    ['sediment://file_1', '9f3c.dat', { 'conversation_asset_file_names.json': { '9f3c.dat': 'file_1-cat.png' } }],
    [
      'sediment://file_1',
      '9f3c.dat',
      { 'library_files.json': [{ library_file_id: 'libfile_7', file_id: 'file_1', path: 'assets/9f3c.dat' }] },
    ],
    [
      'sediment://file_1',
      'libfile_7.dat',
      { 'library_files.json': { x: { id: 'libfile_7', file_id: 'file_1', file_name: 'cat.png' } } },
    ],
    ['sediment://abc#file_1#p_0.jpg', 'file_1.dat', {}],
  ])('finds %s in %s', async (pointer, path, tables) => {
    const { conversations, attached } = await readAll(
      chatgpt,
      sourceOf({ 'conversations.json': [conversation([picture(pointer)])], [path]: png, ...tables }),
    )
    expect(attached).toEqual([path])
    expect(conversations[0]?.messages[0]?.parts[0]).toMatchObject({
      type: 'attachment',
      kind: 'image',
      blob: `blob-of-${path}`,
      size: 8,
    })
  })
  it('tells the media type of opaque files by their bytes, and attaches each file once', async () => {
    const twice = conversation([picture('sediment://file_1'), { ...picture('sediment://file_1'), id: 'n' }])
    const { conversations, attached } = await readAll(chatgpt, sourceOf({ 'conversations.json': [twice], 'file_1.dat': png }))
    expect(attached).toEqual(['file_1.dat'])
    expect(conversations[0]?.messages.map(({ parts }) => parts[0])).toMatchObject([{ mime: 'image/png' }, { mime: 'image/png' }])
  })
  it('leaves a reference without bytes as it is', async () => {
    const { conversations } = await read(conversation([picture('sediment://file_1')]))
    expect(conversations[0]?.messages[0]?.parts).toEqual([
      { type: 'attachment', kind: 'image', name: 'file_1', mime: 'application/octet-stream', pointer: 'sediment://file_1' },
    ])
  })
  it('reads the id of a pointer', () =>
    expect(['sediment://file_1', 'file-service://file-Ab9', 'custom://x'].map(idOfPointer)).toEqual(['file_1', 'file-Ab9', 'x']))
})
