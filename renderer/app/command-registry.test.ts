import { expect, it } from 'vitest'
import { createRegistry } from './command-registry.ts'

it('does what was put in last, and says what can be done', () => {
  const done: string[] = []
  const registry = createRegistry()
  const seen: string[][] = []
  registry.subscribe(() => seen.push([...registry.enabled]))
  const takeOut = registry.add({ library: () => done.push('one'), print: () => done.push('print') })
  const takeOutOther = registry.add({ library: () => done.push('two') })
  expect(registry.run('library')).toBe(true)
  takeOutOther()
  expect(registry.run('library')).toBe(true)
  takeOut()
  expect(registry.run('library')).toBe(false)
  expect(done).toEqual(['two', 'one'])
  expect(seen).toEqual([['library', 'print'], ['library', 'print'], ['library', 'print'], []])
})
