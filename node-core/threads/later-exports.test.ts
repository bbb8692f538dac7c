/** Two exports of one history, of every format: whatever the order in which they come, nothing goes back. */
import { describe, expect, it } from 'vitest'
import { makeExport } from '../../tests/kit/exports.ts'
import { dumpShown } from '../../tests/kit/library-dump.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { type ExportFormat, exportFormats } from '../../tests/kit/written-exports.ts'

const formats = Object.keys(exportFormats) as ExportFormat[]
/** LM Studio writes nothing that tells when a chat was renamed: what is imported last stands. */
const undecided: ReadonlySet<ExportFormat> = new Set(['lmstudio'])

/** What is shown of each conversation, by its id; who brought it is another matter. */
async function shownIn(store: TestStore, name: ExportFormat): Promise<Map<string, unknown>> {
  const { shown } = await dumpShown(store)
  return new Map(
    shown.map(({ detail: { imports: _, title, ...detail }, ...rest }) => [
      detail.id,
      { detail: undecided.has(name) ? detail : { ...detail, title }, ...rest },
    ]),
  )
}

describe.each(formats)('%s', (name) => {
  it.each([11, 12])('keeps what the later export said when the earlier one comes after it, seed %i', async (seed) => {
    const earlier = (await makeExport(name, { seed, conversations: 24 })).source
    const later = (await makeExport(name, { seed, conversations: 24, revise: true })).source

    const store = await testStore()
    await store.run(later)
    const alone = await shownIn(store, name)
    const { report } = await store.run(earlier)
    if (!undecided.has(name)) expect(report.conversations.updated).toBe(0)
    const after = await shownIn(store, name)
    expect(new Map([...after].filter(([id]) => alone.has(id)))).toEqual(alone)
    await store[Symbol.asyncDispose]()

    const inOrder = await testStore()
    await inOrder.run(earlier)
    await inOrder.run(later)
    expect(await shownIn(inOrder, name)).toEqual(after)
    await inOrder[Symbol.asyncDispose]()
  })
})
