import fc from 'fast-check'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { IntlProvider } from 'react-intl'
import { describe, expect, it, vi } from 'vitest'
import english from '../../../messages/en/index.ts'
import { markCitations } from './citation-marks.ts'
import { safeHref } from './links.ts'
import { definitionsIn, formulaIn, missingNotes, parseMarkdown } from './parse.ts'
import { renderTree } from './render.tsx'

// What was unfolded is remembered by the entry of the history.
vi.stubGlobal('window', {})
vi.stubGlobal('location', { pathname: '/' })

const html = (content: ReactNode): string =>
  renderToStaticMarkup(
    <IntlProvider locale="en" messages={english}>
      {content}
    </IntlProvider>,
  )
function shown(text: string, definitions?: string): string {
  const tree = parseMarkdown(text, definitions)
  return tree ? html(renderTree(tree, { source: text, id: 'u' })) : text
}
/** What a person reads of it. */
const words = (markup: string): string =>
  markup
    .replace(/<br\/?>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')

/** Pieces that Markdown, HTML and addresses are made of, in any order: more of it parses than of random letters. */
const piece = fc.constantFrom(
  ...[
    '[',
    ']',
    '(',
    ')',
    '!',
    '<',
    '>',
    '"',
    "'",
    '&',
    ';',
    '#',
    '*',
    '_',
    '`',
    '```',
    '~~',
    '|',
    '\n',
    '\n\n',
    '    ',
    '- ',
    '1. ',
    '> ',
  ],
  ...[
    '$',
    '$$',
    '\\(',
    '\\)',
    '\\[',
    '\\]',
    '\\',
    '\\href{javascript:a}{b}',
    'a',
    'word ',
    ' ',
    '\t',
    '\0',
    '\u202e',
    '😀',
    '\ud800',
    '[^1]',
    '[^1]: ',
  ],
  ...[
    'javascript:alert(1)',
    'JaVaScRiPt&colon;a',
    'java\nscript:a',
    'data:text/html,x',
    'vbscript:x',
    'https://e.example/?a=b',
    '//e.example',
    'mailto:a@e.example',
  ],
  ...[
    '<script>a()</script>',
    '<img src=x onerror=a()>',
    '<svg onload=a()>',
    '<a href="javascript:a()">',
    '<!--',
    '-->',
    '<br>',
    '<math>',
    '&#106;avascript:a',
    '[a]: javascript:a\n',
  ],
)
const text = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
)

describe('text that becomes elements', () => {
  it('keeps a few words of a table on one line, and reads the table the way its words run', () => {
    const table = shown('| Region | A remark |\n|---|---|\n| North | Rain for most of the year |')
    expect(table.match(/<t[hd][^>]*data-short="true"[^>]*>[^<]*/g)?.map(words)).toEqual(['Region', 'A remark', 'North'])
    expect(table).toMatch(/<div[^>]* dir="ltr"/)
    expect(shown('| اليوم | المكان |\n|---|---|\n| الأول | القلعة |')).toMatch(/<div[^>]* dir="rtl"/)
  })

  it('never throws, and says nothing in HTML but what the renderer chose (property)', () => {
    const tags =
      /<(?!\/?(?:p|h[3-6]|em|strong|del|code|br|hr|blockquote|ol|ul|li|div|input|figure|figcaption|span|button|svg|path|rect|line|polyline|circle|pre|table|thead|tbody|tr|th|td|a|small|sup)[\s/>])/
    fc.assert(
      fc.property(text, text, (one, other) => {
        const markup = shown(one, definitionsIn(other))
        expect(markup.replace(/="[^"]*"/g, '=""')).not.toMatch(tags)
        expect(markup.replace(/="[^"]*"/g, '=""')).not.toMatch(/<[^>]*\s(?:on\w+|src|srcdoc|action|formaction|ping)=/)
      }),
      { numRuns: 1500 },
    )
  })

  it('links to web and mail addresses only (property)', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        for (const [, address = ''] of shown(`[x](${one})${one}`, definitionsIn(other)).matchAll(/\shref="([^"]*)"/g))
          expect(words(address)).toMatch(/^(?:https?:\/\/|mailto:)/)
      }),
      { numRuns: 1500 },
    )
  })

  it('keeps plain words as they are (property)', () => {
    const plain = fc.array(fc.stringMatching(/^[A-Za-zäéßπ日本語؟ע,;:'“”–]{1,12}$/), { minLength: 1, maxLength: 30 })
    fc.assert(fc.property(plain, (all) => void expect(words(shown(all.join(' ')))).toBe(all.join(' '))))
  })

  it('shows HTML as the text that it is, but for line breaks', () => {
    expect(words(shown('a <b onclick="x()">b</b> <!-- c --> d<br>e'))).toBe('a <b onclick="x()">b</b> <!-- c --> d\ne')
    expect(shown('<script>alert(1)</script>')).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })

  it('loads no image: it is a link that says so', () => {
    const markup = shown('![a cat](https://e.example/cat.png)')
    expect(markup).not.toContain('<img')
    expect(markup).toContain('href="https://e.example/cat.png" target="_blank" rel="noopener noreferrer"')
    expect(words(markup)).toContain('a cat')
  })

  it('finds links and footnotes that another unit of the message defines', () => {
    const elsewhere = definitionsIn('Words.\n\n[site]: https://e.example/ "T"\n[^n]: The note.\n')
    const markup = shown('See [here][site].[^n]', elsewhere)
    expect(markup).toContain('href="https://e.example/"')
    expect(words(markup)).toContain('See here.')
    expect(words(markup)).not.toContain('site]:')
  })

  it('shows the number of a note that stands elsewhere', () => {
    const text = 'Here.[^n] And [^2] and [^own].\n\n[^own]: Mine.'
    expect(missingNotes(text, '[^2]: Two.')).toBe('[^n]:')
    expect(shown(text, `[^2]: Two.\n\n${missingNotes(text, '[^2]: Two.')}`)).toContain('Here.<sup>n</sup>')
  })

  it('reads a note the way of its own words', () => {
    expect(shown('Here.[^1]\n\n[^1]: Mine.')).toMatch(/<div class="[^"]*note[^"]*" dir="ltr">/)
    expect(shown('Here.[^1]\n\n[^1]: ملاحظة')).toMatch(/<div class="[^"]*note[^"]*" dir="rtl">/)
  })

  it('begins headings below those of the page, and numbers lists as they were', () => {
    expect(shown('# a')).toMatch(/^<h3 /)
    expect(shown('## a\n\n#### b\n\n## c\n\n> ### d\n\n# e').match(/<h\d/g)).toEqual(['<h3', '<h4', '<h3', '<h4', '<h3'])
    const steps = '# a\n\n## b\n\n### c\n\n#### d\n\n##### e'
    expect(shown(steps).match(/<h\d/g)).toEqual(['<h3', '<h4', '<h5', '<h6', '<h6'])
    const tree = parseMarkdown('### a')
    expect(tree && html(renderTree(tree, { source: '### a', id: 'u', under: 1 }))).toMatch(/^<h4 .*data-depth="3"/)
    expect(shown('7. a\n8. b')).toContain('<ol start="7"')
    expect(shown('- [x] a')).toContain('checked=""')
  })

  it('survives what is built to be slow or deep', () => {
    for (const one of ['>', '- ', '[', '*a ', '$a ', '\\(', '`', '![', '<a ', '~~', '|-', '_a'])
      expect(shown(one.repeat(8000)).length).toBeGreaterThan(0)
  }, 60_000)
})

describe('formulas', () => {
  const formulas = (text: string): string[] =>
    [...shown(text).matchAll(/<code[^>]*>([^<]*)<\/code>/g)].map(([, source = '']) => source)
  it.each([
    ['$a_b$ and \\(c*d*e\\)', ['a_b', 'c*d*e']],
    ['$$x$$ and \\[y\\]', ['x', 'y']],
    ['$$\nx\n\ny\n$$', ['x\n\ny']],
    ['- item\n  \\[\n  x_1\n  \\]', ['x_1']],
    ['it costs $5 and $6, US$7/US$8, $HOME/$USER', []],
    ['\\$a\\$ and \\\\(b\\\\)', []],
    ['\\(open and $open', []],
  ])('are told from prices and escapes: %s', (text, found) => expect(formulas(text)).toEqual(found))

  it('stand alone in units of their own', () => {
    expect(formulaIn('\n$$\nx\n$$\n\n').trim()).toBe('x')
    expect(formulaIn('\\[ y \\]').trim()).toBe('y')
  })
})

describe('citations', () => {
  it('stand where they were, in place of the provider’s markers', () => {
    const text = 'Soil \ue200cite\ue201 and rain.'
    const citations = [
      { number: 1, start: 5, end: 11, title: 'Soil', url: 'https://soil.example/' },
      { number: 2, start: 12, end: 20, title: 'Rain' },
    ]
    const tree = parseMarkdown(markCitations(text, citations))
    const markup = html(tree && renderTree(tree, { source: markCitations(text, citations), id: 'u', citations }))
    expect(words(markup)).toBe('Soil 1 and rain2.')
  })

  it('leave no trace of their marks, wherever they fall (property)', () => {
    fc.assert(
      fc.property(text, fc.nat(60), fc.nat(60), (one, a, b) => {
        const citations = [{ number: 1, start: Math.min(a, b), end: Math.max(a, b), title: 'T' }]
        const marked = markCitations(one, citations)
        const tree = parseMarkdown(marked)
        if (tree) expect(html(renderTree(tree, { source: marked, id: 'u', citations }))).not.toMatch(/[\ufdd0\ufdd1]|%EF%B7%9/i)
      }),
      { numRuns: 1000 },
    )
  })
})

it('takes web and mail addresses without names and passwords', () => {
  expect(safeHref('https://e.example/a?b#c')).toBe('https://e.example/a?b#c')
  expect(safeHref('MAILTO:a@e.example')).toBe('mailto:a@e.example')
  for (const address of [
    'javascript:a',
    ' java\nscript:a',
    'data:,x',
    'vbscript:x',
    'blob:https://e.example/1',
    'file:///etc',
    '//e.example',
    '/a',
    '#a',
    'https://a@e.example',
    'https://a:b@e.example',
    'app://vivim/',
    'about:blank',
    '',
  ])
    expect(safeHref(address), address).toBeUndefined()
})
