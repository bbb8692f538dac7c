import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conversationOf, expectedOf, histories, type Step, type Version, vocabulary } from '../../tests/kit/histories.ts'
import { dumpFound, dumpRows, dumpShown } from '../../tests/kit/library-dump.ts'
import { type TestStore, testStore } from '../../tests/kit/store.ts'
import { isVivimError } from '../contract/errors.ts'
import type { ConversationId, NoteId } from '../contract/ids.ts'
import { verifyLog } from '../log/verify.ts'
import { erasableImports } from './erasable.ts'

interface Model {
  imports: { id: Uint8Array; undone: boolean }[]
  /** By key: what was imported since it was deleted last, with the import's number. */
  said: Map<number, { version: Version; by: number }[]>
  edits: Map<
    number,
    { title?: string | null | undefined; archived?: boolean | null | undefined; starred?: boolean | null | undefined }
  >
  notes: NoteId[]
}

/** Does what a person could: what is not there cannot be edited, tagged or deleted. */
async function take(store: TestStore, model: Model, step: Step, picture: string): Promise<void> {
  const idOf = (key: number): ConversationId => store.idOf({ source: 'chatgpt', key: `c${key}` })
  const note = 'which' in step ? model.notes[step.which] : undefined
  switch (step.do) {
    case 'import': {
      const by = model.imports.length
      const { id } = await store.import(step.versions.map((version) => conversationOf(version, picture)))
      model.imports.push({ id, undone: false })
      for (const version of step.versions) model.said.set(version.key, [...(model.said.get(version.key) ?? []), { version, by }])
      break
    }
    case 'edit': {
      const { do: _do, key, ...edits } = step
      await store.call('conversations.edit', { conversation: idOf(key), ...edits })
      const known = model.edits.get(key) ?? {}
      model.edits.set(key, { ...known, ...edits })
      break
    }
    case 'tag': {
      const whole = idOf(step.key)
      const tree = step.message === null ? undefined : await store.call('conversations.tree', { conversation: whole, limit: 100 })
      const target = step.message === null ? whole : tree?.items[step.message]?.id
      if (target) await store.call(step.on ? 'tags.add' : 'tags.remove', { target, tag: step.tag })
      break
    }
    case 'note':
      model.notes.push((await store.call('notes.create', { target: idOf(step.key), text: step.text })).id)
      break
    case 'write-note':
      if (note) await store.call('notes.update', { note, text: step.text })
      break
    case 'delete-note':
      if (note) await store.call('notes.delete', { note })
      break
    case 'delete':
      await store.call('conversations.delete', { conversation: idOf(step.key) })
      model.said.delete(step.key)
      model.edits.delete(step.key)
      break
    case 'undo': {
      const one = model.imports[step.which]
      if (!one || one.undone) break
      await store.undo(one.id)
      one.undone = true
      break
    }
    case 'erase':
      for (const { import: importId, chunks } of await erasableImports(store.reader, store.account.id, Number.MAX_SAFE_INTEGER)) {
        await store.writer.append(store.account.id, [{ type: 'imports.erased', parts: [{ import: importId, chunks }] }])
      }
      break
    case 'wait':
      store.clock.advance(step.ms)
      break
  }
}

async function play(steps: readonly Step[]) {
  const store = await testStore()
  const { id: picture } = await store.blobs.put(
    store.account.did,
    (async function* () {
      yield Buffer.from('picture')
    })(),
  )
  const model: Model = { imports: [], said: new Map(), edits: new Map(), notes: [] }
  for (const step of steps) {
    try {
      await take(store, model, step, picture)
    } catch (error) {
      if (!isVivimError(error, 'not-found')) throw error
    }
  }
  return { store, model, picture }
}

const parameters = (numRuns: number) => ({
  numRuns: Number(process.env['FC_RUNS'] ?? numRuns),
  ...(process.env['FC_SEED'] ? { seed: Number(process.env['FC_SEED']) } : {}),
})

describe('after any history', () => {
  it('shows what the imports that count say, later exports over earlier ones, and the person’s word over theirs', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const { store, model, picture } = await play(steps)
        for (const key of [0, 1, 2]) {
          const id = store.idOf({ source: 'chatgpt', key: `c${key}` })
          const living = (model.said.get(key) ?? []).filter(({ by }) => !model.imports[by]?.undone).map(({ version }) => version)
          if (living.length === 0) {
            await expect(store.library.find(store.account, id)).rejects.toMatchObject({ code: 'not-found' })
            continue
          }
          const expected = expectedOf(living)
          const edits = model.edits.get(key) ?? {}
          const shown = await store.library.tree(await store.library.find(store.account, id))
          const messages = await store.library.messages(shown, shown.entries)
          const texts = messages.map(({ parts }) => (parts[0]?.type === 'text' ? parts[0].text : '?'))
          const shownPicture = messages.some(({ parts }) =>
            parts.some((part) => part.type === 'attachment' && part.blob === picture),
          )
          const { view } = shown
          expect({
            title: view.title,
            archived: view.archived,
            starred: view.starred,
            tag: view.tags[0] ?? null,
            project: view.project?.id ?? null,
            extra: (await store.library.extra(shown))?.['kept'] ?? null,
            texts: texts.sort(),
            picture: shownPicture,
          }).toEqual({
            ...expected,
            title: edits.title ?? expected.title,
            archived: edits.archived ?? expected.archived,
            starred: edits.starred ?? false,
          })
        }
        await store[Symbol.asyncDispose]()
      }),
      parameters(60),
    )
  })

  it('a library made anew from the log is the one that grew with it, and the log is sound', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const { store } = await play(steps)
        const before = { rows: await dumpRows(store), shown: await dumpShown(store), found: await dumpFound(store, vocabulary) }
        await store.rebuild()
        const after = { rows: await dumpRows(store), shown: await dumpShown(store), found: await dumpFound(store, vocabulary) }
        expect(after).toEqual(before)
        const { problems } = await verifyLog(store.reader, store.account, store.keys.sealer, new AbortController().signal)
        expect(problems).toEqual([])
        await store[Symbol.asyncDispose]()
      }),
      parameters(30),
    )
  })
})
