/** Exports full of words that stand nowhere else, one word for each place in which an export holds something written. */
import { zipOf } from './zip.ts'

/** A word for a place: made up, pronounceable enough for a tokenizer, and of nobody's language. */
export const plant = (place: string): string => {
  let number = 7
  for (const character of place) number = (Math.imul(number, 31) + character.charCodeAt(0)) >>> 0
  let word = 'qzx'
  for (let i = 0; i < 6; i++, number = Math.floor(number / 13) + i)
    word += `${'bdfgkmnprtvwz'[number % 13]}${'aeiou'[number % 5]}`
  return `${word}k`
}

const places = {
  chatgpt: [
    'title',
    'prose',
    'code',
    'reasoning',
    'tool-call',
    'tool-result',
    'hidden',
    'branch',
    'file-name',
    'file-bytes',
    'model',
    'model-of-message',
    'unknown-type',
    'unknown-field',
    'unreadable',
    'person',
  ],
  claude: [
    'title',
    'prose',
    'thinking',
    'tool-input',
    'tool-result',
    'artifact',
    'attachment-name',
    'attachment-text',
    'project',
    'project-text',
    'project-file',
    'memory',
    'model',
  ],
  'claude-code': ['folder', 'branch', 'prose', 'command', 'output', 'summary', 'model'],
} as const
type Export = keyof typeof places

/** The words of one export, by place. */
export const plantsOf = (name: Export): Record<string, string> =>
  Object.fromEntries(places[name].map((place) => [place, plant(`${name}/${place}`)]))
export const allPlants = (): string[] => (Object.keys(places) as Export[]).flatMap((name) => Object.values(plantsOf(name)))

export async function plantedChatgpt(): Promise<Buffer> {
  const w = plantsOf('chatgpt')
  let time = 1_700_000_000
  const mapping: Record<string, unknown> = { root: { id: 'root', message: null, parent: null, children: ['m1'] } }
  const add = (id: string, parent: string, role: string, content: object, more: object = {}) => {
    time += 5
    mapping[id] = {
      id,
      parent,
      children: [],
      message: {
        id,
        author: { role, name: null, metadata: {} },
        create_time: time,
        content,
        status: 'finished_successfully',
        weight: 1,
        recipient: 'all',
        metadata: {},
        ...more,
      },
    }
  }
  add(
    'm1',
    'root',
    'system',
    { content_type: 'text', parts: [`hidden ${w['hidden']}`] },
    { metadata: { is_visually_hidden_from_conversation: true } },
  )
  add(
    'm2',
    'm1',
    'user',
    {
      content_type: 'multimodal_text',
      parts: [
        { content_type: 'image_asset_pointer', asset_pointer: 'sediment://file_planted1', size_bytes: 40, width: 1, height: 1 },
        `Tell me of ${w['prose']}`,
      ],
    },
    { metadata: { attachments: [{ id: 'file_planted1', name: `${w['file-name']}.png`, size: 40, mime_type: 'image/png' }] } },
  )
  add('m3', 'm2', 'assistant', {
    content_type: 'thoughts',
    thoughts: [{ summary: 'Thinking', content: `of ${w['reasoning']}`, chunks: [], finished: true }],
  })
  add(
    'm4',
    'm3',
    'assistant',
    { content_type: 'code', language: 'python', text: `print("${w['tool-call']}")` },
    { recipient: 'python' },
  )
  add('m5', 'm4', 'tool', { content_type: 'execution_output', text: w['tool-result'] })
  add(
    'm6',
    'm5',
    'assistant',
    { content_type: 'text', parts: [`Here:\n\n\`\`\`python\n${w['code']} = 1\n\`\`\`\n`] },
    { metadata: { model_slug: w['model-of-message'], citations: [] } },
  )
  add('m7', 'm5', 'assistant', { content_type: 'text', parts: [`the other ${w['branch']}`] })
  add('m8', 'm6', 'user', { content_type: 'of-tomorrow', field: w['unknown-type'] }, { extension: w['unknown-field'] })
  const conversation = {
    id: 'c1',
    conversation_id: 'c1',
    title: `On ${w['title']}`,
    create_time: 1_700_000_000,
    update_time: time,
    mapping,
    current_node: 'm8',
    default_model_slug: w['model'],
  }
  return await zipOf({
    'conversations.json': [conversation, { title: `Broken ${w['unreadable']}`, id: 'c2' }],
    'user.json': { id: 'u', email: `${w['person']}@example.org` },
    'file_planted1-photo.png': Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(`${w['file-bytes']}`)]),
  })
}

export async function plantedClaude(): Promise<Buffer> {
  const w = plantsOf('claude')
  const time = '2024-05-05T10:00:00.000Z'
  const message = (uuid: string, parent: string, sender: string, content: object[], more: object = {}) => ({
    uuid,
    sender,
    text: '',
    content,
    created_at: time,
    updated_at: time,
    parent_message_uuid: parent,
    attachments: [],
    files: [],
    ...more,
  })
  return await zipOf({
    'conversations.json': [
      {
        uuid: 'k1',
        name: `About ${w['title']}`,
        created_at: time,
        updated_at: time,
        project_uuid: 'p1',
        model: w['model'],
        chat_messages: [
          message('k1a', '00000000-0000-4000-8000-000000000000', 'human', [{ type: 'text', text: `Say ${w['prose']}` }], {
            attachments: [
              {
                file_name: `${w['attachment-name']}.txt`,
                file_size: 20,
                file_type: 'txt',
                extracted_content: `It says ${w['attachment-text']}`,
              },
            ],
          }),
          message('k1b', 'k1a', 'assistant', [
            { type: 'thinking', thinking: `hm ${w['thinking']}` },
            {
              type: 'tool_use',
              id: 't1',
              name: 'artifacts',
              input: { command: 'create', id: 'a1', type: 'text/markdown', title: 'A', content: `# ${w['artifact']}` },
            },
            { type: 'tool_use', id: 't2', name: 'repl', input: { code: w['tool-input'] } },
            {
              type: 'tool_result',
              tool_use_id: 't2',
              name: 'repl',
              content: [{ type: 'text', text: w['tool-result'] }],
              is_error: false,
            },
            { type: 'text', text: 'Done.' },
          ]),
        ],
      },
    ],
    'projects.json': [
      {
        uuid: 'p1',
        name: `Project ${w['project']}`,
        description: w['project-text'],
        prompt_template: '',
        docs: [{ uuid: 'd1', filename: 'notes.md', content: w['project-file'] }],
      },
    ],
    'memories.json': [{ account_uuid: 'acc', conversations_memory: `Remembers ${w['memory']}` }],
  })
}

/** Session files under a folder whose name says something. */
export async function plantedClaudeCode(): Promise<Buffer> {
  const w = plantsOf('claude-code')
  const base = {
    isSidechain: false,
    userType: 'external',
    cwd: `/home/person/${w['folder']}`,
    sessionId: 's1',
    version: '2.1.0',
    gitBranch: w['branch'],
  }
  const lines = [
    { type: 'summary', summary: `Worked on ${w['summary']}`, leafUuid: 'u3' },
    {
      ...base,
      type: 'user',
      uuid: 'u1',
      parentUuid: null,
      timestamp: '2025-01-01T10:00:00.000Z',
      message: { role: 'user', content: `Please ${w['prose']}` },
    },
    {
      ...base,
      type: 'assistant',
      uuid: 'u2',
      parentUuid: 'u1',
      timestamp: '2025-01-01T10:00:01.000Z',
      message: {
        id: 'x1',
        role: 'assistant',
        model: w['model'],
        content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: { command: `echo ${w['command']}` } }],
      },
    },
    {
      ...base,
      type: 'user',
      uuid: 'u3',
      parentUuid: 'u2',
      timestamp: '2025-01-01T10:00:02.000Z',
      message: {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: w['output'] }] }],
      },
      toolUseResult: { stdout: w['output'] },
    },
  ]
  return await zipOf({
    [`projects/-home-person-${w['folder']}/s1.jsonl`]: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  })
}
