import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { exportFile, memoryFile } from './export-file.ts'
import { htmlCells, htmlToText } from './html.ts'

const cellsOf = async (html: string): Promise<string[]> => await collect(htmlCells(memoryFile('My.html', html), 'cell'))

describe('htmlCells', () => {
  it('gives the inside of each outermost element with the class, as it stands', async () => {
    const page =
      '<html><DIV class="a cell b"><div>in<div class="cell">x</div></div>1<br/>&amp;é</DIV><p class="cells">no</p><div class=cell>2</div>'
    expect(await cellsOf(page)).toEqual(['<div>in<div class="cell">x</div></div>1<br/>&amp;é', '2'])
  })

  it('is not misled by comments, scripts and attributes', async () => {
    const page =
      '<!-- <div class="cell">a</div> --><script>"<div class=cell>b</div>"</script><p title=\'<div class="cell">\'>c</p><div class=\'cell\' title="</div>">d<!-- </div> --></div>'
    expect(await cellsOf(page)).toEqual(['d<!-- </div> -->'])
  })

  it('gives the same wherever the chunks end', async () => {
    const inner = fc.string({
      unit: fc.constantFrom('a', '<p>', '</p>', '<div a="<">', 'é', ' ', '&lt;', '<!-- x -->'),
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(inner, { maxLength: 5 }), fc.integer({ min: 1, max: 13 }), async (inners, size) => {
        const balanced = inners.map((text) => text + '</div>'.repeat(text.split('<div a="<">').length - 1))
        const bytes = Buffer.from(`<body>${balanced.map((text) => `<div class="cell">${text}</div>\n`).join('')}</body>`)
        const file = exportFile('My.html', bytes.length, async function* () {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        })
        expect(await collect(htmlCells(file, 'cell'))).toEqual(balanced)
      }),
      { numRuns: 200 },
    )
  })

  it('refuses a page that breaks off in a cell, an endless one and an empty one', async () => {
    await expect(cellsOf('<div class="cell">a')).rejects.toMatchObject({ code: 'import-damaged' })
    await expect(cellsOf('')).rejects.toMatchObject({ code: 'import-empty' })
    const endless = htmlCells(memoryFile('My.html', `<div class="cell">${'x'.repeat(1000)}`), 'cell', { limit: 100 })
    await expect(collect(endless)).rejects.toMatchObject({ code: 'import-too-large' })
  })
})

describe('htmlToText', () => {
  it.each([
    ['<p>One</p><p>two<br>three</p>', 'One\n\ntwo\nthree'],
    ['<h2>A <b>head</b></h2>text', '## A **head**\n\ntext'],
    ['a <strong>bold </strong>and <i>slanted</i> <del>x</del>', 'a **bold** and *slanted* ~~x~~'],
    ['<b><strong>once</strong></b>', '**once**'],
    ['<b>a<p>b</p></b>', '**a**\n\n**b**'],
    ['x &lt;b&gt; &amp; 1 &lt; 2&nbsp;!', 'x \\<b> & 1 < 2 !'],
    ['<ul><li>a<li>b<ul><li>c</ul><li>d</ul>', '- a\n- b\n  - c\n- d'],
    ['<ol start="3"><li><p>a</p><p>b</p></li><li>c</li></ol>', '3. a\n\n   b\n4. c'],
    ['<blockquote><p>q</p></blockquote>', '> q'],
    ['<pre><code class="language-python">def f():\n  return 1 &lt; 2\n</code></pre>', '```python\ndef f():\n  return 1 < 2\n```'],
    ['<pre>a\n```\nb</pre>', '````\na\n```\nb\n````'],
    ['use <code>a`b</code>', 'use ``a`b``'],
    [
      '<table><thead><tr><th>A</th><th>B</th></tr></thead><tr><td>1|2<td><p>x</p><p>y</p></table>',
      '| A | B |\n| --- | --- |\n| 1\\|2 | x y |',
    ],
    ['<a href="https://x.org/a(b)">l</a>', '[l](https://x.org/a%28b%29)'],
    ['<img src="https://x.org/i.png" alt="pic"> <img src="data:,x" alt="dot">', '![pic](https://x.org/i.png) dot'],
    ['a<hr>b', 'a\n\n---\n\nb'],
    ['line one\nline two', 'line one\nline two'],
    ['', ''],
  ])('writes %j', (html, markdown) => {
    expect(htmlToText(html)).toBe(markdown)
  })

  it.each([
    '<script>alert(1)</script>ok',
    '<style>p{}</style>ok',
    '<svg><script>1</script></svg>ok',
    '<iframe srcdoc="x">y</iframe>ok',
    '<template>no</template>ok',
    '<a href="javascript:alert(1)">ok</a>',
    '<a href=" java\nscript:alert(1)">ok</a>',
    '<a href="data:text/html,x">ok</a>',
    '<p onclick="x()">ok</p>',
  ])('keeps nothing active of %j', (html) => {
    expect(htmlToText(html)).toBe('ok')
  })

  it('answers for any tags in any order, and never with a tag', () => {
    const tag = fc.constantFrom(
      'p',
      'b',
      'ul',
      'ol',
      'li',
      'pre',
      'code',
      'table',
      'tr',
      'td',
      'a',
      'blockquote',
      'h1',
      'div',
      'script',
      'svg',
    )
    const piece = fc.oneof(
      tag.map((name) => `<${name}>`),
      tag.map((name) => `</${name}>`),
      fc.constantFrom('text', ' ', '&lt;', '<', '\n'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(htmlToText(pieces.join(''))).not.toMatch(/(?<!\\)<(script|svg|div|table)\b/)
      }),
      { numRuns: 500 },
    )
  })

  it('does work in proportion to hostile HTML', () => {
    // Output stays in proportion even where every line could carry the whole nesting before it.
    const nested = '<blockquote><ul><li>a'.repeat(20_000)
    expect(htmlToText(nested).length).toBeLessThan(nested.length * 4)
    expect(htmlToText(`${'<b>'.repeat(50_000)}x${'</i>'.repeat(50_000)}`)).toBe('**x**')
  })
})
