import { describe, expect, it } from 'vitest'
import type { Attachment } from '../contract/content.ts'
import { closed, fenced, inline, partMarkdown } from './markdown-export-parts.ts'

const file: Attachment = { type: 'attachment', kind: 'file', name: 'a [1].pdf', mime: 'application/pdf', pointer: 'p' }

describe('parts as Markdown', () => {
  it('end the code blocks that they leave open', () => {
    expect(closed('a\n```js\nb')).toBe('a\n```js\nb\n```')
    expect(closed('~~~~\n~~~\n')).toBe('~~~~\n~~~\n~~~~')
    expect(closed('```\nx\n````')).toBe('```\nx\n````')
    expect(closed('``` not `a` fence\nx')).toBe('``` not `a` fence\nx')
    expect(fenced('a ```` b', 'c++')).toBe('`````c++\na ```` b\n`````')
    expect(fenced('x\n', 'a b')).toBe('```\nx\n```')
  })
  it('stay inside their fold', () => {
    expect(partMarkdown({ type: 'reasoning', text: 'a</details><DETAILS>', summary: '<b>' }, () => undefined)).toBe(
      '<details>\n<summary>&lt;b&gt;</summary>\n\na&lt;/details>&lt;DETAILS>\n\n</details>',
    )
    expect(partMarkdown({ type: 'text', text: '</details>' }, () => undefined, true)).toBe('&lt;/details>')
    expect(partMarkdown({ type: 'text', text: '</details>' }, () => undefined)).toBe('</details>')
  })
  it('link to files that are there', () => {
    expect(partMarkdown(file, () => '../blobs/x y.pdf')).toBe('[a \\[1\\].pdf](../blobs/x%20y.pdf)')
    expect(partMarkdown({ ...file, kind: 'image', text: 'seen' }, () => '../b')).toContain('![a \\[1\\].pdf](../b)\n\n<details>')
    expect(partMarkdown(file, () => undefined)).toBe('*a \\[1\\].pdf (the file is not here)*')
  })
  it('quote with their source', () => {
    expect(partMarkdown({ type: 'quote', text: 'a\nb', title: 'T', url: 'https://x/>y' }, () => undefined)).toBe(
      '> a\n> b\n>\n> — [T](<https://x/%3Ey>)',
    )
    expect(inline('# a\n*b*')).toBe('\\# a \\*b\\*')
  })
})
