/** Updates of a text that were made to hurt: none is taken in, none reaches the part that would grow or throw on it. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { otherDevice } from '../kit/other-device.ts'
import { testStore } from '../kit/store.ts'

const number = (value: number): number[] => (value < 128 ? [value] : [(value % 128) | 128, ...number(Math.floor(value / 128))])
const named = [1, 4, ...Buffer.from('note')]
const of = (write: (doc: Y.Doc) => void): Uint8Array => {
  const doc = new Y.Doc()
  write(doc)
  return Y.encodeStateAsUpdate(doc)
}
const crafted: Readonly<Record<string, Uint8Array>> = {
  'that claims more writers than it can hold': new Uint8Array(number(2 ** 40)),
  'that claims more runs than it can hold': new Uint8Array([1, ...number(2 ** 40), 1, 0]),
  'that claims a longer text than it holds': new Uint8Array([1, 1, 1, 0, 4, ...named, ...number(2 ** 31)]),
  'with a number that has no end': new Uint8Array(1000).fill(255),
  'with a deleted run beyond what a document can count': new Uint8Array([1, 1, 1, 0, 1, ...named, ...number(2 ** 32), 0]),
  'with a gap beyond what a document can count': new Uint8Array([1, 1, 1, 0, 10, ...number(2 ** 32), 0]),
  'that deletes beyond what a document can count': new Uint8Array([0, 1, 1, 1, ...number(2 ** 31), ...number(2 ** 31)]),
  'with a run that stands behind itself': new Uint8Array([1, 1, 1, 0, 0x84, 1, 0, 1, 97, 0]),
  'with a run that stands before itself': new Uint8Array([1, 1, 1, 0, 0x44, 1, 7, 1, 97, 0]),
  'that names a writer twice': new Uint8Array([2, 1, 1, 0, 4, ...named, 1, 97, 1, 1, 1, 0x84, 1, 0, 1, 97, 0]),
  'with text that is not UTF-8': new Uint8Array([1, 1, 1, 0, 4, ...named, 1, 0xff, 0]),
  'of more writers than are taken': of((doc) => {
    for (let client = 1; client < 600; client++) {
      doc.clientID = client
      doc.getText('note').insert(0, 'a')
    }
  }),
  'with another kind of thing inside': of((doc) => void doc.getMap('note').set('a', 'x'.repeat(1000))),
  'with documents inside': of((doc) => void doc.getArray('note').push([new Y.Doc()])),
  'with nested things': of((doc) => {
    let inside = doc.getMap('note')
    for (let depth = 0; depth < 1000; depth++) inside = inside.set('a', new Y.Map())
  }),
}

describe('a crafted update', () => {
  it.each(Object.entries(crafted))(
    '%s is refused from a device that may write, and what it wrote else stands',
    async (_, update) => {
      const store = await testStore()
      const other = await otherDevice(store, 1)
      const note = new Uint8Array(16).fill(3)
      const good = other.make('library.note-written', [
        { note, target: null, update: of((doc) => doc.getText('note').insert(0, 'good')) },
      ])
      const bad = other.make('library.note-written', [{ note, target: null, update }])
      const outcomes = await store.writer.accept(store.account.id, [other.grant, good, bad], 'any')
      expect(outcomes.map(({ code }) => code)).toEqual([undefined, undefined, 'event-schema'])
      expect((await store.call('notes.list', {})).items.map(({ text }) => text)).toEqual(['good'])
    },
  )
})
