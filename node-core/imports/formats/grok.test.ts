import { describe, expect, it } from 'vitest'
import { readAll, sourceOf } from '../../../tests/kit/exports.ts'
import { grok } from './grok.ts'
import { bsonTime } from './grok-message.ts'

const bson = (ms: number) => ({ $date: { $numberLong: String(ms) } })
const response = (_id: string, parent: string | undefined, sender: string, message: string, more: object = {}) => ({
  response: {
    _id,
    conversation_id: 'c',
    ...(parent ? { parent_response_id: parent } : {}),
    sender,
    message,
    create_time: bson(1.75e12),
    model: 'grok-4',
    ...more,
  },
})
const asset = '0c2b8f0e-1111-4222-8333-444455556666'
const backend = (responses: unknown[], head: object = {}) => ({
  conversations: [
    {
      conversation: {
        id: 'c',
        title: 'T',
        create_time: '2025-06-15T15:06:40Z',
        modify_time: '2025-06-16T00:00:00Z',
        starred: true,
        ...head,
      },
      responses,
    },
  ],
})

describe('grok', () => {
  it('reads senders in any writing, branches, thoughts, citations and files', async () => {
    const {
      conversations: [conversation],
      attached,
    } = await readAll(
      grok,
      sourceOf({
        'x/prod-grok-backend.json': backend(
          [
            response('u1', undefined, 'human', 'Hi', { file_attachments: [asset, 'not-here'] }),
            response('a1', 'u1', 'ASSISTANT', 'One', {
              thinking_trace: 'Hmm',
              cited_web_search_results: [{ url: 'https://example.org' }],
              steps: [{ tagged_text: { header: 'Search' } }],
            }),
            response('a2', 'u1', 'grok-3', 'Two', { generated_image_urls: [`users/u/generated/${asset}/image.jpg`] }),
          ],
          { leaf_response_id: 'a1', system_prompt_name: 'p' },
        ),
        [`x/prod-mc-asset-server/${asset}/content`]: 'bytes',
        'x/prod-mc-billing.json': { balance: 0 },
      }),
    )
    expect(conversation).toMatchObject({
      key: 'c',
      title: 'T',
      current: 'a1',
      starred: true,
      model: 'grok-4',
      updated: Date.parse('2025-06-16'),
      extra: { system_prompt_name: 'p' },
    })
    expect(conversation?.messages.map(({ id, parent, role }) => [id, parent, role])).toEqual([
      ['u1', null, 'user'],
      ['a1', 'u1', 'assistant'],
      ['a2', 'u1', 'assistant'],
    ])
    expect(conversation?.messages[1]?.parts).toEqual([
      { type: 'reasoning', text: 'Hmm' },
      { type: 'text', text: 'One', citations: [{ url: 'https://example.org' }] },
    ])
    expect(conversation?.messages[1]?.extra).toEqual({ steps: [{ tagged_text: { header: 'Search' } }] })
    expect(conversation?.messages[0]?.parts.slice(1).map((part) => 'blob' in part)).toEqual([true, false])
    expect(attached).toEqual([`x/prod-mc-asset-server/${asset}/content`, `x/prod-mc-asset-server/${asset}/content`])
  })

  it('chains old exports that have no parents, and goes on after an entry that is none', async () => {
    const whole = {
      conversations: [
        { conversation: { title: 'No id' } },
        ...backend([response('1', undefined, 'human', 'a'), response('2', undefined, 'assistant', 'b')]).conversations,
      ],
    }
    const { conversations, unreadable } = await readAll(grok, sourceOf({ 'data.json': whole }))
    expect(conversations[0]?.messages.map(({ parent }) => parent)).toEqual([null, '1'])
    expect(unreadable).toEqual([{ ref: 'data.json #1 “No id”', reason: 'it has no id (no “conversation.id”)' }])
  })

  it('keeps workspaces, tasks and posts as documents', async () => {
    const { documents, conversations } = await readAll(
      grok,
      sourceOf({
        'prod-grok-backend.json': {
          ...backend([response('1', undefined, 'human', 'a')]),
          projects: [{ id: 'p', name: 'Garden', custom_personality: 'Be patient', preferred_model: 'm' }],
          tasks: [],
          media_posts: [{ id: 'm', original_prompt: 'A fox', media_type: 'image' }],
        },
      }),
    )
    expect(conversations).toHaveLength(1)
    expect(documents).toMatchObject([
      {
        key: 'project:p',
        title: 'Garden',
        extra: { kind: 'project', preferred_model: 'm' },
        messages: [{ role: 'system', parts: [{ text: 'Be patient' }] }],
      },
      { key: 'media:m', extra: { kind: 'media', media_type: 'image' }, messages: [{ parts: [{ text: 'A fox' }] }] },
    ])
  })

  it('reads every way in which times are written', () => {
    expect(
      [
        bson(1.75e12),
        { $date: '2025-06-15T15:06:40Z' },
        '2025-06-15T15:06:40Z',
        1.75e9,
        { $date: { $numberLong: 'x' } },
        null,
      ].map(bsonTime),
    ).toEqual([1.75e12, 1.75e12, 1.75e12, 1.75e12, undefined, undefined])
  })
})
