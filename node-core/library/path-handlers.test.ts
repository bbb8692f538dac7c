import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { conversations } from '../contract/api/conversations.ts'
import type { Conversation, Message } from '../contract/content.ts'
import type { ConversationId, Cursor } from '../contract/ids.ts'
import type { Output } from '../contract/method.ts'
import { entriesOf, headingOf } from './outline.ts'
import { unitsOf } from './units.ts'

type PageOf<Name extends keyof typeof conversations> = Output<(typeof conversations)[Name]> & { next: Cursor | null }

const said = (id: string, role: Message['role'], text: string, more: Partial<Message> = {}): Message => ({
  id,
  parent: null,
  role,
  parts: [{ type: 'text', text }],
  ...more,
})
const chain = (messages: Message[]): Conversation => ({
  source: 'chatgpt',
  key: 'talk',
  messages: messages.map((message, n) => ({ ...message, parent: n === 0 ? null : (messages[n - 1]?.id ?? null) })),
})
const conversation = chain([
  said('1', 'user', '  How do I\n\nbake *bread*? '),
  said(
    '2',
    'assistant',
    'Well.\n\n# Flour #\n\nSome.\n\nThe `oven`\n--------\n\nHot.\n\n### See [this](https://example.org) **now**',
  ),
  said('3', 'tool', '# A tool’s own', { folded: true }),
  said('4', 'user', '', { parts: [{ type: 'attachment', kind: 'image', name: 'loaf.png', mime: 'image/png', pointer: 'p' }] }),
  said('5', 'assistant', '# Not shown', { hidden: true }),
  said('6', 'user', `${'é'.repeat(200)}`),
])
const filled = async (given: Conversation): Promise<{ store: TestStore; id: ConversationId }> => {
  const store = await testStore()
  await store.import([given])
  return { store, id: store.idOf(given) }
}

/** All pages, one after the other. */
async function walked<Name extends keyof typeof conversations>(
  ask: (more: { cursor?: Cursor }) => Promise<PageOf<Name>>,
): Promise<PageOf<Name>[]> {
  const pages = [await ask({})]
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) pages.push(await ask({ cursor: next }))
  return pages
}

describe('pages of units', () => {
  it('say where they stand, and begin where they are asked to', async () => {
    const { store, id } = await filled(conversation)
    await using _ = store
    const all = await store.call('conversations.units', { conversation: id })
    expect(all).toMatchObject({ total: all.items.length, offset: 0 })
    for (let at = 0; at <= all.total + 1; at++) {
      const page = await store.call('conversations.units', { conversation: id, at, limit: 3 })
      expect(page).toMatchObject({ items: all.items.slice(at, at + 3), total: all.total, offset: Math.min(at, all.total) })
      const before =
        page.previous && (await store.call('conversations.units', { conversation: id, cursor: page.previous, limit: 3 }))
      expect(before ? before.offset : -1).toBe(at === 0 ? -1 : Math.max(0, Math.min(at, all.total) - 3))
      const after = page.next && (await store.call('conversations.units', { conversation: id, cursor: page.next, limit: 3 }))
      expect(after ? after.offset : all.total).toBe(Math.min(at + 3, all.total))
      const unit = all.items[at]
      if (unit)
        expect(await store.call('conversations.units', { conversation: id, start: unit.id })).toMatchObject({ offset: at })
    }
  })

  it('count what the path has, whatever its messages (property)', async () => {
    const text = fc
      .array(fc.constantFrom('# a', 'b', '- c', '```\nd\n```', ''), { maxLength: 5 })
      .map((lines) => lines.join('\n\n'))
    const parts = fc.array(text, { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 12 }), fc.nat({ max: 30 }), async (messages, at) => {
        const { store, id } = await filled(
          chain(
            messages.map((texts, n) =>
              said(`${n}`, 'assistant', '', { parts: texts.map((one) => ({ type: 'text', text: one })) }),
            ),
          ),
        )
        await using _ = store
        const items = await walked<'conversations.units'>((more) =>
          store.call('conversations.units', { conversation: id, limit: 7, ...more }),
        )
        const all = items.flatMap((page) => page.items)
        expect(items.map(({ offset }) => offset)).toEqual(items.map((_, n) => n * 7))
        for (const { total } of items) expect(total).toBe(all.length)
        expect((await store.call('conversations.units', { conversation: id, at, limit: 4 })).items).toEqual(all.slice(at, at + 4))
      }),
      { numRuns: 50 },
    )
  })
})

describe('the outline', () => {
  it('has the questions and the headings of what is shown, with their places', async () => {
    const { store, id } = await filled(conversation)
    await using _ = store
    const { items, next } = await store.call('conversations.outline', { conversation: id })
    expect(next).toBeNull()
    expect(items.map(({ kind, level, text }) => [kind, level, text])).toEqual([
      ['question', 0, 'How do I bake *bread*?'],
      ['heading', 1, 'Flour'],
      ['heading', 2, 'The oven'],
      ['heading', 3, 'See this now'],
      ['question', 0, 'loaf.png'],
      ['question', 0, `${'é'.repeat(119)}…`],
    ])
    const units = await store.call('conversations.units', { conversation: id })
    for (const { index, unit, message } of items) expect(units.items[index]).toMatchObject({ id: unit, message })
    const pages = await walked<'conversations.outline'>((more) =>
      store.call('conversations.outline', { conversation: id, limit: 2, ...more }),
    )
    expect(pages.map((page) => page.items)).toEqual([items.slice(0, 2), items.slice(2, 4), items.slice(4)])
  })

  it('follows the branch that is asked for', async () => {
    const { store, id } = await filled({
      ...conversation,
      messages: [
        said('a', 'user', 'Why?'),
        { ...said('b', 'assistant', '# One'), parent: 'a' },
        { ...said('c', 'assistant', '# Two'), parent: 'a' },
      ],
      current: 'c',
    })
    await using _ = store
    const { items: nodes } = await store.call('conversations.tree', { conversation: id, limit: 10 })
    const headings = async (leaf?: string) =>
      (await store.call('conversations.outline', { conversation: id, ...(leaf && { leaf }) })).items.map(({ text }) => text)
    expect(await headings()).toEqual(['Why?', 'Two'])
    expect(await headings(nodes[1]?.id)).toEqual(['Why?', 'One'])
  })

  it('misses no heading that the units have (property)', () => {
    const line = fc.constantFrom(
      '#',
      '# a',
      '   ## b ##',
      '    # no',
      '\t# no',
      '#no',
      '===',
      '---',
      ' -- ',
      'words',
      '',
      '- # item',
      '```',
      '\u2028# c',
      '$$',
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        const message = said('m', 'assistant', lines.join(end))
        const found = entriesOf(message)
        expect(found.map(({ unit }) => unit)).toEqual(
          unitsOf(message)
            .filter(({ kind }) => kind === 'heading')
            .map(({ index }) => index),
        )
        for (const { level, text } of found) expect(level > 0 && level <= 6 && !/[\r\n]/.test(text)).toBe(true)
      }),
    )
  })

  it.each([
    ['## C# and F#', 2, 'C# and F#'],
    ['# snake_case_name *and* _this_', 1, 'snake_case_name and this'],
    ['#', 1, ''],
    ['one\ntwo\n===\n\n', 1, 'one two'],
    ['\n  #### `x` \\* ####  \n', 4, 'x *'],
  ])('reads %j', (unit, level, text) => {
    expect(headingOf(unit)).toEqual({ level, text })
  })
})
