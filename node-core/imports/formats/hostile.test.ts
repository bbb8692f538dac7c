/** Whatever stands where a field is expected: no format fails for it, and what it yields can be kept. */
import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeExport, readAll, sourceOf } from '../../../tests/kit/exports.ts'
import type { Conversation } from '../../contract/content.ts'
import { jsonElements } from '../reading/json.ts'
import { chatgpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { deepseek } from './deepseek.ts'
import type { Format } from './format.ts'
import { gemini } from './gemini.ts'

type Value = null | boolean | number | string | Value[] | { [key: string]: Value }

/** Every place inside a value, as a way to put something else there. */
function* places(value: Value): Generator<(other: Value) => void> {
  if (value === null || typeof value !== 'object') return
  const holder = value as { [key: string]: Value }
  for (const key of Object.keys(holder)) {
    yield (other) => {
      holder[key] = other
    }
    yield* places(holder[key] ?? null)
  }
}

function expectKeepable(conversation: Conversation) {
  expect(conversation.key).not.toBe('')
  const seen = new Set<string>()
  for (const message of conversation.messages) {
    expect(seen.has(message.id)).toBe(false)
    if (message.parent !== null) expect(seen.has(message.parent)).toBe(true)
    seen.add(message.id)
  }
  if (conversation.current !== undefined) expect(seen.has(conversation.current)).toBe(true)
  // The log's encoding takes neither undefined nor anything else that is no JSON.
  expect(encode(conversation).length).toBeGreaterThan(0)
}

const cases: [string, Format, string][] = [
  ['chatgpt', chatgpt, 'conversations.json'],
  ['claude', claude, 'conversations.json'],
  ['claude', claude, 'projects.json'],
  ['claude', claude, 'memories.json'],
  ['gemini', gemini, 'Takeout/My Activity/Gemini Apps/MyActivity.json'],
  ['deepseek', deepseek, 'conversations.json'],
]

describe.each(cases)('%s', (name, format, path) => {
  it(`takes anything anywhere in ${path}`, async () => {
    const { source } = await makeExport(name, { seed: 5, conversations: 3 })
    const file = source.files.find((each) => each.path === path)
    if (!file) throw new Error(`no ${path}`)
    const elements: Value[] = []
    for await (const element of jsonElements(file)) if ('value' in element) elements.push(element.value as Value)
    const whole = JSON.stringify(elements.slice(0, 3))
    const seed = 20261106
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.nat(),
            fc.oneof(
              fc.constantFrom<Value>(null, '', [], {}, 0, -1, 1e300, 'x', true, 'constructor', '__proto__'),
              fc.jsonValue() as fc.Arbitrary<Value>,
            ),
          ),
          { minLength: 1, maxLength: 4 },
        ),
        async (changes) => {
          const changed: Value = JSON.parse(whole)
          for (const [pick, other] of changes) {
            const all = [...places(changed)]
            all[pick % all.length]?.(other)
          }
          const read = await readAll(format, sourceOf({ [path]: changed }))
          for (const conversation of [...read.conversations, ...read.documents]) expectKeepable(conversation)
        },
      ),
      { seed, numRuns: 60 },
    )
  })
})
