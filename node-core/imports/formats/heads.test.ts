import { describe, expect, it } from 'vitest'
import { candidates, lineShapes, shapeOf } from './heads.ts'

describe('shapeOf', () => {
  it('names keys by their path, with their first scalar value', () => {
    const shape = shapeOf('[{"id":"a","chat":{"n":12,"history":{"ok":true}}},{"id":"b"}]')
    expect([...shape]).toEqual([
      ['[].id', 'a'],
      ['[].chat', ''],
      ['[].chat.n', '12'],
      ['[].chat.history', ''],
      ['[].chat.history.ok', 'true'],
    ])
  })
  it('is not fooled by text that looks like JSON', () => {
    expect([...shapeOf('{"text":"{\\"mapping\\": 1, \\\\","n":1}').keys()]).toEqual(['text', 'n'])
  })
  it('takes a text that is cut anywhere', () => {
    const whole = '{"a":[{"b":"c d","e":{"f":null}}],"g":-1.5e3}'
    const keys = [...shapeOf(whole).keys()]
    for (let end = 0; end <= whole.length; end++) {
      for (const key of shapeOf(whole.slice(0, end)).keys()) expect(keys).toContain(key)
    }
    expect(keys).toEqual(['a', 'a[].b', 'a[].e', 'a[].e.f', 'g'])
  })
  it('survives nesting without end', () => {
    expect(shapeOf('['.repeat(100_000)).size).toBe(0)
  })
  it('reads the lines of JSONL, the last one cut', () => {
    expect(lineShapes('{"type":"a"}\nnoise\n{"type":"b","text":"cu').map((shape) => shape.get('type'))).toEqual(['a', 'b'])
  })
})

describe('candidates', () => {
  const file = (path: string) => ({
    path,
    size: 0,
    head: async () => new Uint8Array(),
    bytes: async () => new Uint8Array(),
    async *stream() {},
  })
  it('takes a single file whatever its name, and otherwise goes by the ending', () => {
    expect(candidates({ name: 'x', files: [file('download')] }, '.json')).toHaveLength(1)
    const files = [file('a.JSON'), file('b.txt'), file('__MACOSX/._a.json'), file('._c.json')]
    expect(candidates({ name: 'x', files }, '.json').map(({ path }) => path)).toEqual(['a.JSON'])
  })
})
