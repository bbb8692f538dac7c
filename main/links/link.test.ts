import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkOf, pathOf } from './link.ts'

const conversation = 'a'.repeat(26)
const unit = `${conversation}-${'b'.repeat(12)}a-0`

describe('links of the app’s scheme', () => {
  it('say what to show', () => {
    expect(linkOf(`vivim://open/${conversation}`)).toEqual({ kind: 'open', conversation })
    expect(linkOf(`vivim://open/${conversation}/${unit}`)).toEqual({ kind: 'open', conversation, unit })
    expect(linkOf('VIVIM://search/?q=%20night%0Atrain%E2%80%AE%20')).toEqual({ kind: 'search', words: 'night train' })
    expect(linkOf('vivim://settings')).toEqual({ kind: 'settings' })
    expect(linkOf('vivim://settings/backup')).toEqual({ kind: 'settings', section: 'backup' })
    expect(linkOf('vivim://pair?node=https://node.example:4747&code=ABCD-EFGH')).toEqual({
      kind: 'pair',
      node: 'https://node.example:4747',
      code: 'ABCD-EFGH',
    })
  })

  it.each([
    'https://open/x',
    'vivim:',
    'vivim://',
    'vivim://delete/x',
    `vivim://open/${conversation.slice(1)}`,
    `vivim://open/${conversation}/../settings/x`,
    `vivim://open/${conversation}/${'c'.repeat(26)}-${'b'.repeat(12)}a-0`,
    `vivim://open/${conversation}?leaf=x`,
    `vivim://person:word@open/${conversation}`,
    `vivim://open:1/${conversation}`,
    `vivim://open/${conversation}#x`,
    'vivim://search',
    'vivim://search?q=',
    'vivim://search?q=%00%E2%80%8B',
    'vivim://search?q=a&q=b',
    'vivim://search?q=a&kind=open',
    `vivim://search?q=${'x'.repeat(201)}`,
    'vivim://settings/a%2fb',
    'vivim://settings/..%2f',
    'vivim://settings/a/b',
    'vivim://settings?confirm=yes',
    'vivim://pair',
    'vivim://pair?node=file:///etc/passwd',
    'vivim://pair?node=javascript:alert(1)',
    'vivim://pair?node=https://a:b@node.example',
    'vivim://pair?node=https://node.example/path',
    'vivim://pair?node=https://node.example&code=x',
    `vivim://search?q=a&x=${'-'.repeat(2000)}`,
    'vivim://__proto__',
    'vivim://search?__proto__=x&q=a',
  ])('refuses %s', (text) => {
    expect(linkOf(text)).toBeUndefined()
  })

  it('lead to screens of the page and nowhere else, whatever they are', () => {
    const piece = fc.constantFrom(
      'vivim://',
      'open',
      'search',
      'settings',
      'pair',
      '/',
      '?',
      'q=',
      '&',
      '#',
      '..',
      '%2f',
      '//',
      conversation,
      '\\',
      ':',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(piece, fc.string({ maxLength: 5 }))).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (written) => {
        const found = linkOf(written)
        if (found) expect(pathOf(found)).toMatch(/^\/(c\/[a-z2-7]{26}(\?unit=[a-z2-7.-]+[0-9]+)?|search|settings(\/[a-z]+)?)$/)
      }),
    )
  })
})
