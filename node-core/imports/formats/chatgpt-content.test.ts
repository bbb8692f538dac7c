import { describe, expect, it } from 'vitest'
import { one, raw } from '../../../tests/kit/chatgpt.ts'

describe('contents', () => {
  it('reads text and code', async () => {
    expect(await one(raw('m', { content_type: 'text', parts: ['Hi', '', 'there'] }))).toEqual({
      id: 'm',
      parent: null,
      role: 'assistant',
      time: 1700000000500,
      parts: [
        { type: 'text', text: 'Hi' },
        { type: 'text', text: 'there' },
      ],
    })
    expect(
      (await one(raw('m', { content_type: 'code', language: 'python', text: '6*7' }, { recipient: 'python' }))).parts,
    ).toEqual([{ type: 'code', language: 'python', text: '6*7' }])
  })
  it('joins a picture with its record, keeps what else is known of it, and appends files that no part shows', async () => {
    const message = await one(
      raw(
        'm',
        {
          content_type: 'multimodal_text',
          parts: [
            {
              content_type: 'image_asset_pointer',
              asset_pointer: 'sediment://file_1',
              size_bytes: 9,
              width: 3,
              height: 4,
              fovea: 512,
              metadata: { dalle: { prompt: 'a cat' } },
            },
            'What is this?',
            { content_type: 'hologram', beams: 3 },
          ],
        },
        {
          author: { role: 'user' },
          metadata: {
            attachments: [
              { id: 'file_1', name: 'cat.png', size: 9, mime_type: 'image/png', fileTokenCount: 7 },
              { id: 'file-2', name: 'notes.pdf' },
            ],
          },
        },
      ),
    )
    expect(message.parts).toEqual([
      {
        type: 'attachment',
        kind: 'image',
        name: 'cat.png',
        mime: 'image/png',
        pointer: 'sediment://file_1',
        size: 9,
        width: 3,
        height: 4,
      },
      { type: 'text', text: 'What is this?' },
      { type: 'unknown', kind: 'hologram', raw: { content_type: 'hologram', beams: 3 } },
      { type: 'attachment', kind: 'file', name: 'notes.pdf', mime: 'application/pdf', pointer: 'file-2' },
    ])
    expect(message.extra).toEqual({
      content: { parts: { 0: { fovea: 512, metadata: { dalle: { prompt: 'a cat' } } } } },
      attachments: { file_1: { fileTokenCount: 7 } },
    })
  })
  it('reads voice: transcription, recording and video frames', async () => {
    const { parts } = await one(
      raw('m', {
        content_type: 'multimodal_text',
        parts: [
          { content_type: 'audio_transcription', text: 'Hello you', direction: 'in', decoding_id: null },
          { content_type: 'audio_asset_pointer', asset_pointer: 'sediment://file_a', format: 'wav', size_bytes: 5 },
          {
            content_type: 'real_time_user_audio_video_asset_pointer',
            audio_asset_pointer: { content_type: 'audio_asset_pointer', asset_pointer: 'sediment://file_b' },
            frames_asset_pointers: ['sediment://file_c'],
          },
        ],
      }),
    )
    expect(
      parts.map((part) =>
        part.type === 'attachment' ? `${part.kind} ${part.pointer} ${part.mime}` : part.type === 'text' && part.text,
      ),
    ).toEqual([
      'Hello you',
      'audio sediment://file_a audio/wav',
      'audio sediment://file_b application/octet-stream',
      'image sediment://file_c application/octet-stream',
    ])
  })
  it('reads thoughts and their recap, folded', async () => {
    const thoughts = await one(
      raw('m', {
        content_type: 'thoughts',
        source_analysis_msg_id: 'x',
        thoughts: [
          { summary: 'Looking', content: 'I look', chunks: ['I ', 'look'], finished: true },
          { summary: '', content: '', chunks: ['So.'], finished: false },
        ],
      }),
    )
    expect(thoughts.parts).toEqual([
      { type: 'reasoning', text: 'I look', summary: 'Looking' },
      { type: 'reasoning', text: 'So.' },
    ])
    expect(thoughts).toMatchObject({
      folded: true,
      extra: { content: { source_analysis_msg_id: 'x', thoughts: [{ index: 1, finished: false }] } },
    })
    expect((await one(raw('m', { content_type: 'reasoning_recap', content: 'Thought for 3s' }))).parts).toEqual([
      { type: 'reasoning', text: '', summary: 'Thought for 3s' },
    ])
  })
  it('reads quotes', async () => {
    expect(await one(raw('m', { content_type: 'tether_quote', url: 'u', domain: 'd', title: 't', text: 'x' }))).toMatchObject({
      parts: [{ type: 'quote', text: 'x', title: 't', url: 'u' }],
      extra: { content: { domain: 'd' } },
    })
    expect(await one(raw('m', { content_type: 'sonic_webpage', url: 'u', title: 't', text: 'x', snippet: 's' }))).toMatchObject({
      parts: [{ type: 'quote', text: 'x', title: 't', url: 'u' }],
      extra: { content: { snippet: 's' } },
    })
  })
  it("reads a person's instructions, folded, and which text is which", async () => {
    expect(
      await one(
        raw(
          'm',
          { content_type: 'user_editable_context', user_profile: 'Me', user_instructions: 'Be brief' },
          { author: { role: 'user' }, metadata: { is_visually_hidden_from_conversation: true, is_user_system_message: true } },
        ),
      ),
    ).toMatchObject({
      role: 'user',
      hidden: true,
      folded: true,
      parts: [
        { type: 'text', text: 'Me' },
        { type: 'text', text: 'Be brief' },
      ],
      extra: { content: { order: ['user_profile', 'user_instructions'] }, metadata: { is_user_system_message: true } },
    })
  })
  it.each([
    [
      { content_type: 'execution_output', text: '42' },
      { type: 'tool-result', name: 'python', text: '42' },
    ],
    [
      { content_type: 'tether_browsing_display', result: 'page', summary: 's', assets: null },
      { type: 'tool-result', name: 'python', text: 'page' },
    ],
    [
      { content_type: 'system_error', name: 'Timeout', text: 'late' },
      { type: 'tool-result', name: 'Timeout', text: 'late', error: true },
    ],
    [
      { content_type: 'citable_code_output', output_str: 'ok' },
      { type: 'tool-result', name: 'python', text: 'ok' },
    ],
  ])('reads what tools answer, folded: %j', async (content, part) => {
    expect(await one(raw('m', content, { author: { role: 'tool', name: 'python' } }))).toMatchObject({
      role: 'tool',
      author: 'python',
      folded: true,
      parts: [part],
    })
  })
  it("shows a tool's pictures", async () => {
    const message = await one(
      raw(
        'm',
        { content_type: 'multimodal_text', parts: [{ content_type: 'image_asset_pointer', asset_pointer: 'sediment://file_1' }] },
        { author: { role: 'tool', name: 'dalle.text2im' } },
      ),
    )
    expect(message.folded).toBeUndefined()
  })
  it('reads calls of tools and what the canvas was given', async () => {
    expect(await one(raw('m', { content_type: 'code', language: 'json', text: '{"q":1}' }, { recipient: 'web' }))).toMatchObject({
      folded: true,
      parts: [{ type: 'tool-call', name: 'web', input: '{"q":1}' }],
      extra: { recipient: 'web' },
    })
    const body = JSON.stringify({ name: 'Plan', type: 'code/python', content: 'x = 1' })
    expect(
      (
        await one(
          raw(
            'm',
            { content_type: 'code', language: 'json', text: body },
            { recipient: 'canmore.create_textdoc', metadata: { canvas: { textdoc_id: 'd1' } } },
          ),
        )
      ).parts,
    ).toEqual([{ type: 'artifact', id: 'd1', kind: 'code/python', title: 'Plan', language: 'python', text: 'x = 1', raw: body }])
  })
  it('keeps an unknown content type raw', async () => {
    const content = { content_type: 'smell_o_vision', notes: ['oak'] }
    expect((await one(raw('m', content))).parts).toEqual([{ type: 'unknown', kind: 'smell_o_vision', raw: content }])
  })
  it('keeps citations with the text, and without one where they were', async () => {
    const metadata = { citations: [{ start_ix: 0 }], content_references: [{ type: 'webpage' }] }
    expect((await one(raw('m', { content_type: 'text', parts: ['x'] }, { metadata }))).parts).toEqual([
      { type: 'text', text: 'x', citations: [{ start_ix: 0 }, { type: 'webpage' }] },
    ])
    expect((await one(raw('m', { content_type: 'text', parts: [''] }, { metadata }))).extra).toEqual({ metadata })
  })
})
