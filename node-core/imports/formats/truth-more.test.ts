/** Whole exports of the session files, local apps and smaller providers: counts, stable ids, detection. */
import { describe, expect, it } from 'vitest'
import { countAll, makeExport, readAll } from '../../../tests/kit/exports.ts'
import type { Conversation } from '../../contract/content.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { copilot } from './copilot.ts'
import type { Format } from './format.ts'
import { grok } from './grok.ts'
import { detectFormat, formats } from './index.ts'
import { jan } from './jan.ts'
import { lechat } from './lechat.ts'
import { librechat } from './librechat.ts'
import { lmstudio } from './lmstudio.ts'
import { openwebui } from './openwebui.ts'

const cases: [string, Format][] = [
  ['claude-code', claudeCode],
  ['codex', codex],
  ['openwebui', openwebui],
  ['librechat', librechat],
  ['grok', grok],
  ['copilot', copilot],
  ['lechat', lechat],
  ['lmstudio', lmstudio],
  ['jan', jan],
]
/** What is the same in every export of one conversation, as far as both go. */
const told = ({ id, role, time, parts }: { id: string; role: string; time?: number; parts: unknown }) => ({
  id,
  role,
  time,
  parts,
})

describe.each(cases)('%s', (name, format) => {
  it('counts as the generator does, three seeds and their later exports, with ids that hold', async () => {
    let grown = 0
    for (const seed of [1, 2, 3]) {
      const earlier = await readCounted(name, format, { seed })
      const later = new Map((await readCounted(name, format, { seed, revise: true })).map((each) => [each.key, each]))
      for (const conversation of earlier) {
        const same = later.get(conversation.key)
        // From its first renamed conversation on, the generator's later export may tell another history.
        if (!same || same.created !== conversation.created) continue
        const count = conversation.messages.length
        expect(same.messages.slice(0, count).map(told)).toEqual(conversation.messages.map(told))
        if (same.messages.length === count) continue
        grown++
        if (format !== lmstudio) expect(same.updated).toBeGreaterThan(conversation.updated ?? 0)
      }
    }
    expect(grown).toBeGreaterThan(0)
  })
})

async function readCounted(name: string, format: Format, options: { seed: number; revise?: boolean }): Promise<Conversation[]> {
  const { source, truth } = await makeExport(name, options)
  const read = await readAll(format, source)
  const { stored, missing, ...counts } = countAll(read)
  const { conversations, messages, branchMessages, hiddenMessages, unreadableConversations } = truth
  expect({ ...options, ...counts }).toEqual({
    ...options,
    conversations,
    messages,
    branchMessages,
    hiddenMessages,
    unreadableConversations,
    unknownTypes: 0,
  })
  expect({ stored, missing }).toEqual({ stored: 0, missing: truth.images })
  for (const conversation of read.conversations) {
    expect(new Set(conversation.messages.map(({ id }) => id)).size).toBe(conversation.messages.length)
    expect(conversation.created).toBeGreaterThan(1.6e12)
    // LM Studio writes no time of the last change
    if (format !== lmstudio) expect(conversation.updated).toBeGreaterThanOrEqual(conversation.created ?? 0)
  }
  return read.conversations
}

describe('detectFormat', () => {
  const all = [
    ...cases,
    ...formats
      .filter(({ name }) => ['chatgpt', 'claude', 'deepseek', 'gemini'].includes(name))
      .map((format): [string, Format] => [format.name, format]),
  ]
  it.each(all)('knows %s, and no other format claims it', async (name, format) => {
    const { source } = await makeExport(name, { seed: 4, conversations: 6 })
    expect(await detectFormat(source)).toBe(format)
    for (const other of formats) if (other !== format) expect([other.name, await other.detect(source)]).toEqual([other.name, 0])
  })
  it.each(all)('knows one file of %s by its content alone', async (name, format) => {
    const { source } = await makeExport(name, { seed: 5, conversations: 2 })
    const file = source.files.find(({ path }) => !/user\.json|feedback|browser/.test(path)) ?? source.files[0]
    if (!file) throw new Error('no file')
    const alone = {
      name: 'download',
      files: [
        { ...file, path: 'download', stream: file.stream.bind(file), head: file.head.bind(file), bytes: file.bytes.bind(file) },
      ],
    }
    expect(await detectFormat(alone)).toBe(format)
  })
})
