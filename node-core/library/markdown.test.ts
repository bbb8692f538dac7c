import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocksOf } from './markdown.ts'

/** Kinds and slices, which together must be the text. */
function split(text: string): [string, string][] {
  const blocks = blocksOf(text)
  expect(blocks.map((block) => text.slice(block.start, block.end)).join('')).toBe(text)
  return blocks.map((block) => [block.kind, text.slice(block.start, block.end)])
}
const kinds = (text: string) => split(text).map(([kind]) => kind)

describe('blocksOf', () => {
  it('keeps paragraphs apart and gives blank lines to the one before', () => {
    expect(split('\n\none\nmore\n\n\ntwo\n')).toEqual([
      ['prose', '\n\none\nmore\n\n\n'],
      ['prose', 'two\n'],
    ])
  })

  it('gives one block of an empty and of a blank text', () => {
    expect(split('')).toEqual([['prose', '']])
    expect(split(' \n\n')).toEqual([['prose', ' \n\n']])
  })

  it('knows every kind', () => {
    const text = [
      '# Title',
      'Intro\nline.',
      '```ts\nlet a = 1\n```',
      '- a\n- b',
      '> said',
      '| a | b |\n|---|:-:|\n| 1 | 2 |',
      '$$\nx^2\n$$',
      '![a picture](file.png "t")',
      '<div>\n<b>x</b>\n</div>',
      '\\[ y = 1 \\]',
      'Under\n=====',
      '---',
      '    indented',
    ].join('\n\n')
    expect(kinds(text)).toEqual([
      'heading',
      'prose',
      'code',
      'list',
      'quote',
      'table',
      'math',
      'image',
      'html',
      'math',
      'heading',
      'prose',
      'code',
    ])
  })

  it('works with carriage returns', () => {
    expect(kinds('a\r\n\r\n```js\r\nx\r\n```\r\n| a |\r\n| - |\r\n| 1 |\r\n')).toEqual(['prose', 'code', 'table'])
    expect(blocksOf('```js\r\nx\r\ny\r\n```\r\n')[0]).toMatchObject({ code: 'x\r\ny', language: 'js' })
  })

  describe('code', () => {
    const code = (text: string) =>
      blocksOf(text)
        .filter((block) => block.kind === 'code')
        .map((block) => [block.language, block.code])

    it('is what stands between the fences', () => {
      expect(code('Look:\n```Python title="x"\n\na\n\n```\nafter')).toEqual([['python', '\na\n']])
      expect(code('~~~\n```\n~~~~\n')).toEqual([[undefined, '```']])
      expect(code('````markdown\n```js\nx\n```\n````')).toEqual([['markdown', '```js\nx\n```']])
      expect(code('```\n```')).toEqual([[undefined, '']])
    })
    it('loses the indentation of its fence', () => {
      expect(code('  ```c++\n  a\n    b\nc\n  ```')).toEqual([['c++', 'a\n  b\nc']])
    })
    it('goes to the end where it is never closed', () => {
      expect(code('```js\na\n\nb')).toEqual([['js', 'a\n\nb']])
      expect(code('```js')).toEqual([['js', '']])
    })
    it('needs a real fence', () => {
      expect(kinds('``` not ` code\nmore')).toEqual(['prose'])
      expect(kinds('``x``\n``')).toEqual(['prose'])
      expect(kinds('```\na\n    ```\n``` x\nb\n```\nc')).toEqual(['code', 'prose'])
    })
    it('interrupts a paragraph and a list, but stays in the item that it is indented into', () => {
      expect(kinds('1. one\n```js\nx\n```\n2. two')).toEqual(['list', 'code', 'list'])
      expect(kinds('1. one\n   ```js\n   x\n\n   - y\n   ```\n2. two\n\nafter')).toEqual(['list', 'prose'])
    })
  })

  describe('lists', () => {
    it('are one block with what is nested, loose or lazy', () => {
      expect(kinds('- a\nlazy\n\n  inside\n  1. b\n\n- c\n\nafter')).toEqual(['list', 'prose'])
      expect(kinds('1. a\n- b\n2. c')).toEqual(['list'])
    })
    it('end with another kind of list after a blank line', () => {
      expect(kinds('- a\n\n1. b\n\n1) c')).toEqual(['list', 'list', 'list'])
    })
    it('interrupt a paragraph only as they do in Markdown', () => {
      expect(kinds('In\n1986. was')).toEqual(['prose'])
      expect(kinds('So:\n1. a')).toEqual(['prose', 'list'])
      expect(kinds('So:\n* a')).toEqual(['prose', 'list'])
      expect(kinds('a\n*b*')).toEqual(['prose'])
    })
    it('are cut into items when they are long', () => {
      const item = (n: number) => `${n}. ${'word '.repeat(100)}\n   - nested\n\n`
      const text = [1, 2, 3, 4, 5, 6].map(item).join('')
      expect(split(text)).toEqual([1, 2, 3, 4, 5, 6].map((n) => ['list', item(n)]))
    })
  })

  it('takes a table from the last line of a paragraph, and only with as many columns', () => {
    expect(kinds('So:\n| a | b |\n|---|---|\n| 1 | 2 |\n\nafter')).toEqual(['prose', 'table', 'prose'])
    expect(kinds('a | b\n--|--\n1 | 2\n# x')).toEqual(['table', 'heading'])
    expect(kinds('| a | b |\n|---|\nx')).toEqual(['prose'])
    expect(kinds('| a \\| b |\n|---|\nx')).toEqual(['table'])
    expect(kinds('| a |\n| x |')).toEqual(['prose'])
  })

  it('takes a formula only when it has lines of its own', () => {
    expect(kinds('$$a$$ and $$b$$')).toEqual(['prose'])
    expect(kinds('costs $$ 5\n\nand no more')).toEqual(['prose', 'prose'])
    expect(kinds('So\n$$ a\n\nb $$\nthen')).toEqual(['prose', 'math', 'prose'])
    expect(kinds('\\[1\\] says\n\n\\[1\\]')).toEqual(['prose', 'math'])
  })

  it('takes a paragraph for an image only when it is nothing else', () => {
    expect(kinds('![a](b) and text')).toEqual(['prose'])
    expect(kinds('![a](b) ![c](d)')).toEqual(['prose'])
    expect(kinds('![a (x)](b_(1).png)\n')).toEqual(['image'])
    expect(kinds('[![a](b)](c)')).toEqual(['image'])
    expect(kinds('[![a](b) x](c)')).toEqual(['prose'])
  })

  it('lets HTML end as its kind does', () => {
    expect(kinds('<!-- a\n\nb -->\nafter')).toEqual(['html', 'prose'])
    expect(kinds('<details>\n<summary>x</summary>\n\n```js\ny\n```\n\n</details>')).toEqual(['html', 'code', 'html'])
    expect(kinds('<https://example.org>\n\n<b>x</b>\n\n<thinking>\nx')).toEqual(['prose', 'prose', 'html'])
    expect(kinds('<script>\n\na\n</SCRIPT>\n\nb')).toEqual(['html', 'prose'])
  })

  it('keeps a quote together with its lazy lines and its code', () => {
    expect(kinds('> a\nlazy\n> ```\n> x\n> ```\n\n> b\n# c')).toEqual(['quote', 'quote', 'heading'])
  })

  it('rebuilds any text and always cuts it the same', () => {
    const piece = fc.constantFrom(
      '```',
      '~~~',
      '`',
      '\n',
      '\n\n',
      '\r\n',
      '\r',
      ' ',
      '    ',
      '\t',
      '- ',
      '* ',
      '1. ',
      '2) ',
      '# ',
      '> ',
      '|',
      '|-|',
      '---',
      '===',
      '$$',
      '\\[',
      '\\]',
      '![',
      '](',
      ')',
      '[',
      '<div>',
      '<!--',
      '-->',
      '</',
      '<x>',
      'word',
      'é',
      '\ud83d',
      '\udd25',
      '\0',
      '\u2028',
    )
    const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(text, (any) => {
        const blocks = blocksOf(any)
        expect(blocks[0]?.start).toBe(0)
        expect(blocks.at(-1)?.end).toBe(any.length)
        for (let i = 1; i < blocks.length; i++) {
          expect(blocks[i]?.start).toBe(blocks[i - 1]?.end)
          expect(any.slice(blocks[i]?.start, blocks[i]?.end)).toMatch(/[^ \t\r\n]/)
        }
        expect(blocksOf(any)).toEqual(blocks)
      }),
      { numRuns: 2000 },
    )
  })

  it('reads each block again as what it is', () => {
    // A block that is shared alone must look as it did in its message.
    const text = '# a\n\ntext\n\n```js\nx\n```\n\n- a\n  - b\n\n> q\n\n| a |\n|---|\n| 1 |\n\n$$\nx\n$$\n'
    for (const [kind, slice] of split(text)) expect(split(slice)).toEqual([[kind, slice]])
  })

  it('looks at no character of hostile text more than a few times', () => {
    const size = 20_000
    const hostile = [
      '`',
      '```\n',
      '``` `\n',
      '~~~ \n',
      '|',
      '|\n',
      '|-',
      '|-|\n|',
      '| a |\n',
      '-',
      '- ',
      '- \n',
      '-\n',
      '[',
      '![',
      '](',
      '<',
      '<a',
      '<a\n',
      '<!--\n',
      '<!\n',
      '$$',
      '$$\n',
      '$$ a\n',
      '$$ x $$ y\n',
      '\\[\n',
      '\\[ \\] x\n',
      '>',
      '> ',
      '>\n',
      '> ```\n',
      '1. ',
      '1. a\n',
      ' ',
      '    \n',
      '\t- ',
      '#',
      '# ',
      '*',
      '* * ',
      '_ ',
      '=',
      'a\n=',
      'a|b\n',
      'a\n',
      '\n',
      '\r',
      '- ```\n',
      '<script>\n',
      '<div\n',
      '![a](b)\n',
      '![](\n',
    ]
    for (const piece of hostile) {
      const short = readsOf(piece.repeat(size / 10 / piece.length))
      const long = readsOf(piece.repeat(size / piece.length))
      expect([piece, long < 12 * short + 1000]).toEqual([piece, true])
    }
  })
})

/** How many lines are begun and characters looked at while cutting `text`: work, counted rather than timed. */
function readsOf(text: string): number {
  let reads = 0
  const counted = new Proxy(Object(text), {
    get(target, name) {
      const value = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...input: unknown[]) => {
        const result = value.apply(text, input)
        // A search or a slice costs what it passes over.
        if (name === 'indexOf') reads += (result < 0 ? text.length : result) - Number(input[1] ?? 0)
        else if (name === 'slice') reads += result.length
        reads++
        return result
      }
    },
  })
  blocksOf(counted)
  return reads
}
