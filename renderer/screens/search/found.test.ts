import { describe, expect, it } from 'vitest'
import type { ConversationId, NoteId, UnitId } from '../../../node-core/contract/ids.ts'
import type { Hit } from '../../queries/search.ts'
import { addressOf, foundOf } from './found.ts'

const hit = (conversation: string | null, kind: Hit['kind'], some: Partial<Hit> = {}): Hit => ({
  conversation: conversation === null ? null : { id: conversation as ConversationId, title: 'Jam', source: 'chatgpt' },
  kind,
  role: null,
  time: 1,
  score: 1,
  snippet: { text: 'Jam', marks: [[0, 3]] },
  ...some,
})

describe('what was found', () => {
  it('stands together by conversation, a found title with its messages', () => {
    const first = hit('a', 'message', { unit: 'a1' as UnitId })
    const note = hit(null, 'note', { note: 'n' as NoteId })
    const second = hit('a', 'message', { unit: 'a2' as UnitId })
    const found = foundOf([first, hit('b', 'title'), note, second, hit('a', 'title'), second])
    expect(found.map(({ key, title, hits }) => [key, title?.text, hits])).toEqual([
      ['a', 'Jam', [first, second]],
      ['b', 'Jam', []],
      ['note n', undefined, [note]],
    ])
  })

  it('opens where the words stand', () => {
    const message = hit('a', 'message', { unit: 'a1.0' as UnitId })
    expect(addressOf(message.conversation, message)).toBe('/c/a?unit=a1.0')
    expect(addressOf(message.conversation, undefined)).toBe('/c/a')
    expect(addressOf(null, hit(null, 'note'))).toBeUndefined()
  })
})
