import { fromMarkdown } from 'mdast-util-from-markdown'
import { expect, it } from 'vitest'
import { directionOf } from './direction.ts'

it('is that of the first letter, marks and figures aside', () => {
  const texts = ['- 1. اقرأ the manual', '- read الفصل', '**שלום** world', '1) 日本語', '- 12 …', '']
  expect(texts.map((text) => directionOf(fromMarkdown(text)))).toEqual(['rtl', 'ltr', 'rtl', 'ltr', undefined, undefined])
})
