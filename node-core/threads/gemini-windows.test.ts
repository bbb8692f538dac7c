/** Gemini's log has no threads: exports that begin or end elsewhere still give each turn once, in one thread. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourceOf } from '../../tests/kit/exports.ts'
import { dumpRows, dumpShown } from '../../tests/kit/library-dump.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import type { ExportSource } from '../imports/formats/format.ts'

const start = Date.parse('2026-01-02T10:00:00.000Z')
const momentOf = (minute: number) => new Date(start + minute * 60_000)

/** A log of the turns asked at these minutes, newest first. */
const asJson = (minutes: readonly number[]): ExportSource =>
  sourceOf({
    'Takeout/My Activity/Gemini Apps/MyActivity.json': [...minutes].reverse().map((minute) => ({
      header: 'Gemini Apps',
      title: `Prompted question ${minute}`,
      time: momentOf(minute).toISOString(),
      products: ['Gemini Apps'],
      safeHtmlItem: [{ html: `<p>answer ${minute}</p>` }],
    })),
  })
const asHtml = (minutes: readonly number[]): ExportSource => {
  const cells = [...minutes].reverse().map((minute) => {
    const time = `${momentOf(minute).toUTCString().slice(5, 25)} UTC`
    return `<div class="outer-cell mdl-cell"><div class="mdl-grid"><div class="header-cell"><p>Gemini Apps<br></p></div><div class="content-cell">Prompted question ${minute}<br>${time}<br><p>answer ${minute}</p></div></div></div>`
  })
  return sourceOf({ 'Takeout/My Activity/Gemini Apps/MyActivity.html': `<html><body>${cells.join('')}</body></html>` })
}

/** Each thread that is shown: its title, times in minutes, and its texts from the first to the last. */
async function threadsIn(store: TestStore) {
  const { items } = await store.call('conversations.list', { limit: 100 })
  const threads = []
  for (const { id, title, created, updated } of items) {
    const tree = await store.library.tree(await store.library.find(store.account, id))
    const messages = await store.library.messages(tree, tree.entries)
    const byParent = new Map(messages.map((message) => [message.parent, message]))
    expect(byParent.size).toBe(messages.length) // a chain
    const texts: string[] = []
    // what it followed may have been undone
    const ids = new Set(messages.map(({ id }) => id))
    const root = messages.find(({ parent }) => parent === null || !ids.has(parent))
    for (let at = root; at; at = byParent.get(at.id)) texts.push(at.parts.map((part) => ('text' in part ? part.text : '')).join())
    expect(texts).toHaveLength(messages.length)
    threads.push({ title, from: minuteOf(created), to: minuteOf(updated), texts })
  }
  return threads.sort((a, b) => (a.from ?? 0) - (b.from ?? 0))
}
const minuteOf = (time: number | null) => (time === null ? null : (time - start) / 60_000)
const thread = (...minutes: number[]) => ({
  title: `question ${minutes[0]}`,
  from: minutes[0],
  to: minutes.at(-1),
  texts: minutes.flatMap((minute) => [`question ${minute}`, `answer ${minute}`]),
})
const outcome = async (store: TestStore, source: ExportSource) => {
  const { conversations, messages } = (await store.run(source)).report
  return { imported: conversations.imported, updated: conversations.updated, added: messages.added }
}

describe.each([
  ['JSON', asJson],
  ['HTML', asHtml],
])('windows of one log, as %s', (_, logOf) => {
  const early = [0, 10, 20, 30]
  const late = [20, 30, 40, 50, 300]
  const whole = [thread(0, 10, 20, 30, 40, 50), thread(300)]

  it('lengthen a thread at its end', async () => {
    const store = await testStore()
    await store.run(logOf(early))
    expect(await outcome(store, logOf(late))).toEqual({ imported: 1, updated: 1, added: 6 })
    expect(await threadsIn(store)).toEqual(whole)
    for (const again of [early, late, early]) {
      expect(await outcome(store, logOf(again))).toEqual({ imported: 0, updated: 0, added: 0 })
      expect(await threadsIn(store)).toEqual(whole)
    }
  })

  it('and at its beginning', async () => {
    const store = await testStore()
    await store.run(logOf(late))
    expect(await outcome(store, logOf(early))).toEqual({ imported: 0, updated: 1, added: 4 })
    expect(await threadsIn(store)).toEqual(whole)
    for (const again of [late, early, late]) {
      expect(await outcome(store, logOf(again))).toEqual({ imported: 0, updated: 0, added: 0 })
      expect(await threadsIn(store)).toEqual(whole)
    }
    const events = (await store.events()).filter((type) => type.startsWith('library.'))
    for (const again of [late, early]) await store.run(logOf(again))
    expect((await store.events()).filter((type) => type.startsWith('library.'))).toEqual(events)
  })

  it('leave two stored threads apart where a third export fills the silence between them', async () => {
    const store = await testStore()
    await store.run(logOf([0, 10]))
    await store.run(logOf([40, 50]))
    expect(await outcome(store, logOf([10, 20, 30, 40]))).toEqual({ imported: 0, updated: 1, added: 4 })
    expect(await threadsIn(store)).toEqual([thread(0, 10, 20, 30), thread(40, 50)])
  })

  it('give back, when undone, what only they brought', async () => {
    const store = await testStore()
    const first = await store.run(logOf(early))
    await store.run(logOf(late))
    await store.undo(first.id)
    const [kept] = await threadsIn(store)
    expect(kept?.texts).toEqual(thread(20, 30, 40, 50).texts)
    await store.run(logOf(late))
    expect(await threadsIn(store)).toEqual([thread(20, 30, 40, 50), thread(300)])
  })
})

it('any windows, in any order, give each turn once, in chains; again they give nothing, and the log gives the same', async () => {
  const windows = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 2, maxLength: 4 })
  const gaps = fc.array(fc.constantFrom(1, 12, 29, 31, 200), { minLength: 10, maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(gaps, windows, async (silences, given) => {
      let minute = 0
      const log = silences.map((silence) => {
        minute += silence
        return minute
      })
      const parts = given.map(([a, b]) => log.slice(Math.min(a, b), Math.max(a, b) + 1))
      const store = await testStore()
      const seen = new Set<number>()
      for (const part of parts) {
        const before = seen.size
        for (const one of part) seen.add(one)
        expect((await store.run(asJson(part))).report.messages.added).toBe(2 * (seen.size - before))
        expect((await store.run(asJson(part))).report).toMatchObject({
          conversations: { imported: 0, updated: 0 },
          messages: { added: 0 },
        })
      }
      const threads = await threadsIn(store)
      expect(threads.flatMap(({ texts }) => texts).sort()).toEqual(
        [...seen].flatMap((one) => [`question ${one}`, `answer ${one}`]).sort(),
      )
      for (const { title, from, texts } of threads) expect([title, `question ${from}`]).toEqual([texts[0], texts[0]])
      for (const part of parts)
        expect((await store.run(asJson(part))).report.conversations).toMatchObject({ imported: 0, updated: 0 })
      expect(await threadsIn(store)).toEqual(threads)
      const before = [await dumpRows(store), await dumpShown(store)]
      await store.rebuild()
      expect([await dumpRows(store), await dumpShown(store)]).toEqual(before)
      await store[Symbol.asyncDispose]()
    }),
    { numRuns: Number(process.env['FC_RUNS'] ?? 15) },
  )
})
