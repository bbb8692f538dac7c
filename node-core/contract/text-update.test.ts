import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { cutUpdate } from './text-cut.ts'
import { isTextUpdate, readUpdate, updateLimits } from './text-update.ts'

/** A device's copy of a text, with what it has sent so far. */
interface Copy {
  doc: Y.Doc
  sent: Uint8Array[]
}
const step = fc.record({
  who: fc.nat(3),
  at: fc.nat(400),
  remove: fc.nat(6),
  text: fc.constantFrom('', 'a', 'word ', 'é', '語', '👩‍💻', '\ud83d\udd25', '\ufeff', 'longer than the others\n'),
  meet: fc.option(fc.nat(3)),
})
const steps = fc.array(step, { minLength: 1, maxLength: 60 })
type Steps = ReturnType<typeof fc.sample<typeof step extends fc.Arbitrary<infer S> ? S : never>>

/** Everything that four devices say while they write at once and meet now and then. */
function updatesOf(all: Steps): Uint8Array[] {
  const copies = [1, 2, 3, 4].map((client): Copy => {
    const doc = new Y.Doc({ gc: client % 2 === 0 })
    doc.clientID = client * 1_000_000_007
    const copy = { doc, sent: [] as Uint8Array[] }
    doc.on('update', (update: Uint8Array, origin) => origin !== 'met' && copy.sent.push(update))
    return copy
  })
  for (const { who, at, remove, text, meet } of all) {
    const one = copies[who] as Copy
    const shared = one.doc.getText('note')
    one.doc.transact(() => {
      const from = Math.min(at, shared.length)
      shared.delete(from, Math.min(remove, shared.length - from))
      shared.insert(from, text)
    })
    const other = meet === null ? undefined : copies[meet]
    if (other) Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(other.doc), 'met')
  }
  return copies.flatMap(({ doc, sent }) => [...sent, Y.encodeStateAsUpdate(doc)])
}
function textOf(updates: readonly Uint8Array[]): string {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc.getText('note').toString()
}

describe('updates of a text', () => {
  it('are taken as Yjs writes them, merged or one by one', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const updates = updatesOf(all)
        for (const update of updates) expect(isTextUpdate(update)).toBe(true)
        const merged = Y.mergeUpdates(updates)
        const { clients } = readUpdate(merged)
        expect(
          new Map(clients.map(({ client, structs }) => [client, (structs.at(-1)?.clock ?? 0) + (structs.at(-1)?.length ?? 0)])),
        ).toEqual(Y.decodeStateVector(Y.encodeStateVectorFromUpdate(merged)))
      }),
    )
  })

  it('say the same in any order, however often', () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (all, chance) => {
        const updates = updatesOf(all)
        const shuffled = [...updates, ...updates.slice(0, 3)]
          .map((update) => ({ update, at: chance.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ update }) => update)
        expect(textOf([Y.mergeUpdates(shuffled)])).toBe(textOf(updates))
        expect(textOf(shuffled)).toBe(textOf(updates))
      }),
    )
  })

  it('whatever they are, neither hold reading up nor break what Yjs does with those that are taken', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (all, changes) => {
        const updates = updatesOf(all)
        const forged = updates.map((update, n) => {
          const copy = Uint8Array.from(update)
          const [at, byte] = changes[n % changes.length] ?? [0, 0]
          copy[at % copy.length] = byte
          return copy
        })
        const taken = forged.filter((one) => isTextUpdate(one))
        expect(textOf([...updates, ...taken]).length).toBeLessThan(100_000)
        expect(textOf([Y.mergeUpdates([...taken, ...updates])]).length).toBeLessThan(100_000)
      }),
      { numRuns: 500 },
    )
  })

  it('are refused where they hold anything that a text does not', () => {
    const update = (write: (doc: Y.Doc) => void): Uint8Array => {
      const doc = new Y.Doc()
      write(doc)
      return Y.encodeStateAsUpdate(doc)
    }
    const refused = {
      map: update((doc) => doc.getMap('note').set('a', 1)),
      array: update((doc) => doc.getArray('note').push([1])),
      format: update((doc) => doc.getText('note').insert(0, 'a', { bold: true })),
      embed: update((doc) => doc.getText('note').insertEmbed(0, { image: 'x' })),
      'another text': update((doc) => doc.getText('other').insert(0, 'a')),
      nested: update((doc) => doc.getMap('note').set('a', new Y.Text('b'))),
      'a document inside': update((doc) => doc.getMap('note').set('a', new Y.Doc())),
    }
    for (const [what, bytes] of Object.entries(refused)) expect([what, isTextUpdate(bytes)]).toEqual([what, false])
    const good = update((doc) => doc.getText('note').insert(0, 'abc'))
    expect(isTextUpdate(good)).toBe(true)
    expect(isTextUpdate(new Uint8Array([...good, 0]))).toBe(false)
    expect(isTextUpdate(good.subarray(0, -1))).toBe(false)
    expect(isTextUpdate('text')).toBe(false)
    expect(isTextUpdate(new Uint8Array(updateLimits.bytes + 1))).toBe(false)
  })

  it('of any size are cut into ones that are taken, and say the same together', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom('語', 'abc', '\ud83d\udd25'), fc.nat(2), (all, letter, shift) => {
        const doc = new Y.Doc({ gc: false })
        for (const update of updatesOf(all)) Y.applyUpdate(doc, update)
        doc.getText('note').insert(doc.getText('note').length >> 1, `${'x'.repeat(shift)}${letter.repeat(90_000)}`)
        doc.getText('note').delete(1000 + shift, 500)
        const whole = Y.encodeStateAsUpdate(doc)
        const cut = cutUpdate(whole)
        for (const one of cut) expect(isTextUpdate(one)).toBe(true)
        expect(textOf(cut)).toBe(doc.getText('note').toString())
        expect(textOf([Y.mergeUpdates([...cut].reverse())])).toBe(doc.getText('note').toString())
      }),
      { numRuns: 20 },
    )
  })

  it('by more writers than one may name are cut too', () => {
    const doc = new Y.Doc()
    for (let client = 1; client <= updateLimits.clients + 20; client++) {
      doc.clientID = client
      doc.getText('note').insert(client % 2 === 0 ? 0 : doc.getText('note').length, `${client} `)
      if (client % 3 === 0) doc.getText('note').delete(0, 1)
    }
    const cut = cutUpdate(Y.encodeStateAsUpdate(doc))
    expect(cut.length).toBeGreaterThan(1)
    for (const one of cut) expect(isTextUpdate(one)).toBe(true)
    expect(textOf(cut)).toBe(doc.getText('note').toString())
  })
})
