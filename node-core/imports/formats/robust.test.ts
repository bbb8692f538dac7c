/** Whatever an export's JSON holds in place of what it should: nothing fails, and what is read is well-formed. */
import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeExport, readAll } from '../../../tests/kit/exports.ts'
import type { Conversation, Json } from '../../contract/content.ts'
import { memoryFile } from '../reading/export-file.ts'
import type { ExportFile } from './format.ts'
import { formats } from './index.ts'

const names = ['claude-code', 'codex', 'openwebui', 'librechat', 'grok', 'lechat', 'lmstudio', 'jan']

const odd = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    1e300,
    '',
    'x',
    '\ud800',
    [],
    {},
    [null],
    [[]],
    { type: 'text' },
    'constructor',
    'data:,',
    'data:image/png;base64,!',
  ),
  fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value))),
)

/** Replaces, doubles or removes values, about one of `every`; the outermost one stays what it is. */
function disturbed(value: Json, every: number, pick: () => number, other: () => Json, outermost = true): Json {
  if (!outermost && pick() % every === 0) return other()
  if (Array.isArray(value)) {
    return value.flatMap((element) => {
      const fate = pick() % (every * 4)
      const left = disturbed(element, every, pick, other, false)
      return fate === 0 ? [] : fate === 1 ? [left, left] : [left]
    })
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, element]) =>
      pick() % (every * 2) === 0 ? [] : [[key, disturbed(element, every, pick, other, false)]],
    ),
  )
}

function wellFormed(conversation: Conversation): void {
  const seen = new Set<string>()
  for (const message of conversation.messages) {
    expect(seen.has(message.id)).toBe(false)
    if (message.parent !== null) expect(seen.has(message.parent)).toBe(true)
    seen.add(message.id)
  }
  if (conversation.current !== undefined) expect(seen.has(conversation.current)).toBe(true)
  expect(encode(conversation).length).toBeGreaterThan(0)
}

describe.each(names)('%s', (name) => {
  it('reads what is left of a disturbed export', async () => {
    const { source } = await makeExport(name, { seed: 9, conversations: 3 })
    const format = formats.find((each) => each.name === name)
    if (!format) throw new Error('no such format')
    const texts = await Promise.all(
      source.files.map(async (file) => ({ path: file.path, text: Buffer.from(await file.bytes(2 ** 24)).toString() })),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat(1000)),
        fc.infiniteStream(odd),
        fc.constantFrom(9, 40, 200),
        async (picks, odds, every) => {
          const pick = () => Number(picks.next().value)
          const other = (): Json => odds.next().value
          const disturb = (text: string) => JSON.stringify(disturbed(JSON.parse(text), every, pick, other))
          const files: ExportFile[] = texts.map(({ path, text }) =>
            memoryFile(path, path.endsWith('.jsonl') ? text.trimEnd().split('\n').map(disturb).join('\n') : disturb(text)),
          )
          const { conversations, documents } = await readAll(format, { name: 'export', files })
          for (const conversation of [...conversations, ...documents]) wellFormed(conversation)
        },
      ),
      { numRuns: 60 },
    )
  })
})
