import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../contract/content.ts'
import { wordsOf } from '../../contract/import-reasons.ts'
import { orderTree, type TreeNode } from './tree.ts'

const message = (id: string): Message => ({ id, parent: null, role: 'user', parts: [] })
const node = (id: string, parent: string | null, children?: string[], empty = false): TreeNode => ({
  id,
  parent,
  message: empty ? null : message(id),
  ...(children ? { children } : {}),
})
const shown = (nodes: TreeNode[], current?: string) => {
  const tree = orderTree(nodes, current)
  return 'reason' in tree ? wordsOf(tree.reason) : tree.messages.map(({ id, parent }) => `${parent ?? ''}>${id}`).join(' ')
}

describe('orderTree', () => {
  it('keeps the order of the nodes where parents come first', () => {
    expect(shown([node('a', null), node('b', 'a'), node('c', 'a'), node('d', 'b')])).toBe('>a a>b a>c b>d')
  })
  it('puts parents first otherwise, siblings as their parent lists them', () => {
    expect(shown([node('d', 'b'), node('c', 'a'), node('b', 'a'), node('a', null, ['b', 'c'])])).toBe('>a a>b b>d a>c')
  })
  it('moves children of a node without a message up', () => {
    const nodes = [node('r', null, ['a'], true), node('a', 'r'), node('e', 'a', [], true), node('b', 'e')]
    expect(shown(nodes)).toBe('>a a>b')
    expect(orderTree(nodes, 'e')).toMatchObject({ current: 'a' })
    expect(orderTree(nodes, 'r')).toMatchObject({ current: undefined })
  })
  it('makes a root of a node whose parent is missing', () => {
    expect(shown([node('a', 'gone'), node('b', 'a')])).toBe('>a a>b')
  })
  it('finds the parent of a node that only its parent knows', () => {
    expect(shown([node('a', null, ['b']), node('b', null)])).toBe('>a a>b')
    expect(shown([node('a', null), node('b', 'a', ['a'])])).toBe('>a a>b')
  })
  it('answers a cycle with a reason that names a message', () => {
    expect(shown([node('a', null), node('b', 'c'), node('c', 'b')])).toMatch(/cycle \(at b\)/)
    expect(shown([node('a', 'a')])).toMatch(/cycle/)
  })
  it('keeps every message of every forest once, after its parent, in any order of nodes', () => {
    const seed = 20261104
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), fc.infiniteStream(fc.nat()), (parents, shuffle) => {
        const nodes = parents.map((pick, index) =>
          node(String(index), index === 0 || pick % 7 === 0 ? null : String(pick % index)),
        )
        const expected = new Map(nodes.map(({ id, parent }) => [id, parent]))
        for (let i = nodes.length - 1; i > 0; i--) {
          const j = (shuffle.next().value ?? 0) % (i + 1)
          const [a, b] = [nodes[i], nodes[j]]
          if (a && b) [nodes[i], nodes[j]] = [b, a]
        }
        const tree = orderTree(nodes)
        if ('reason' in tree) throw new Error(wordsOf(tree.reason))
        const seen = new Set<string>()
        for (const { id, parent } of tree.messages) {
          expect(parent).toBe(expected.get(id))
          if (parent !== null) expect(seen.has(parent)).toBe(true)
          seen.add(id)
        }
        expect(seen.size).toBe(parents.length)
      }),
      { seed, numRuns: 200 },
    )
  })
  it('walks a chain of 200,000 messages without exhausting the stack', () => {
    const nodes = Array.from({ length: 200_000 }, (_, index) =>
      node(String(index), index === 0 ? null : String(index - 1)),
    ).reverse()
    const tree = orderTree(nodes)
    expect('messages' in tree && tree.messages.length).toBe(200_000)
  })
})
