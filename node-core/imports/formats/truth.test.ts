/** What is read of whole exports equals what their generator says is in them. */
import { describe, expect, it } from 'vitest'
import { countAll, makeExport, readAll } from '../../../tests/kit/exports.ts'
import { chatgpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { deepseek } from './deepseek.ts'
import type { Format } from './format.ts'
import { gemini } from './gemini.ts'

const cases: [string, Format][] = [
  ['chatgpt', chatgpt],
  ['chatgpt-sharded', chatgpt],
  ['chatgpt-json', chatgpt],
  ['chatgpt-nested', chatgpt],
  ['claude', claude],
  ['claude-parts', claude],
  ['gemini', gemini],
  ['gemini-html', gemini],
  ['deepseek', deepseek],
]

describe.each(cases)('%s', (name, format) => {
  it.each([1, 2, 3])('counts as the generator does, seed %i and its later export', async (seed) => {
    const exports = [await makeExport(name, { seed }), await makeExport(name, { seed, revise: true })]
    const reads = []
    for (const { source, truth } of exports) {
      expect(await format.detect(source)).toBe(1)
      const read = await readAll(format, source)
      reads.push(read)
      const { unknownTypes, stored, missing, conversations, ...counts } = countAll(read)
      const { messages, branchMessages, hiddenMessages, unreadableConversations } = truth
      expect(counts).toEqual({ messages, branchMessages, hiddenMessages, unreadableConversations })
      expect(unknownTypes).toBe(0)
      if (truth.conversations !== undefined) expect(conversations).toBe(truth.conversations)
      const bytesInside = name !== 'chatgpt-json' && format === chatgpt
      expect({ stored, missing }).toEqual(
        bytesInside ? { stored: truth.images, missing: 0 } : { stored: 0, missing: truth.images },
      )
    }
    // The generator's later export is the same history up to its first renamed conversation.
    const [before, after] = reads.map((read) => new Map(read.conversations.map((each) => [each.key, each])))
    const pairs = [...(before?.values() ?? [])].flatMap((earlier) => {
      const later = after?.get(earlier.key)
      return later ? [{ earlier, later }] : []
    })
    expect(pairs.length).toBeGreaterThan(0)
    for (const { earlier, later } of pairs) {
      const ids = new Set(later.messages.map(({ id }) => id))
      expect(earlier.messages.filter(({ id }) => !ids.has(id))).toEqual([])
      expect(later.updated ?? 0).toBeGreaterThanOrEqual(earlier.updated ?? 0)
      if (later.messages.length > earlier.messages.length) expect(later.updated).toBeGreaterThan(earlier.updated ?? 0)
    }
  })
})
