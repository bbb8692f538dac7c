/**
 * The page's catalogues: no word is missing, none is left over, and every language says the same. Ids that do not
 * exist are no concern here: the compiler refuses them.
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createIntl, type MessageFormatElement } from 'react-intl'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../node-core/contract/errors.ts'
import { importReasons } from '../../node-core/contract/import-reasons.ts'
import { languages } from '../../renderer/app/languages.ts'
import { pseudo } from '../../renderer/app/pseudo.ts'
import { loadMessages } from '../../renderer/messages/index.ts'

const root = join(import.meta.dirname, '../..')
const english: Readonly<Record<string, string>> = await loadMessages('en')
const parser = createIntl({ locale: 'en', messages: {} }).formatters
/** Throws where the message is not well formed. */
const parse = (message: string, locale: string) => parser.getMessageFormat(message, locale).getAst()

/** The parser's numbers for what a message is made of. */
const kind = { argument: 1, number: 2, date: 3, time: 4, select: 5, plural: 6, tag: 8 } as const

/** What code has to hand to a message: arguments with their kinds, the choices of a select, tags. */
function needsOf(message: string, locale: string): string[] {
  const needs = new Set<string>()
  const visit = (elements: readonly MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === kind.select) needs.add(`${element.value}: one of ${Object.keys(element.options).sort().join(' ')}`)
      else if (element.type === kind.plural) needs.add(`${element.value}: ${element.pluralType}`)
      else if (element.type === kind.tag) needs.add(`<${element.value}>`)
      else if (element.type === kind.argument) needs.add(element.value)
      else if (element.type === kind.number || element.type === kind.date || element.type === kind.time)
        needs.add(`${element.value}: formatted`)
      if (element.type === kind.select || element.type === kind.plural)
        for (const option of Object.values(element.options)) visit(option.value)
      if (element.type === kind.tag) visit(element.children)
    }
  }
  visit(parse(message, locale))
  return [...needs].sort()
}

/** Numbers that a message with a plural says nothing of its own for, where the language would. */
function unsaid(message: string, locale: string): string[] {
  const missing = new Set<string>()
  const visit = (elements: readonly MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === kind.plural) {
        const own = Object.keys(element.options).filter((option) => !option.startsWith('=') && option !== 'other')
        // Where nothing is inflected there is nothing to miss.
        if (own.length === 0) continue
        const rules = new Intl.PluralRules(locale, { type: element.pluralType ?? 'cardinal' })
        for (let number = 0; number <= 120; number++) {
          const category = rules.select(number)
          if (!(`=${number}` in element.options) && !(category in element.options)) missing.add(category)
        }
      }
      if (element.type === kind.select || element.type === kind.plural)
        for (const option of Object.values(element.options)) visit(option.value)
      if (element.type === kind.tag) visit(element.children)
    }
  }
  visit(parse(message, locale))
  return [...missing]
}

/** Strings of the page's code, and patterns of those that are put together. */
function saidInCode(): { exact: Set<string>; patterns: RegExp[] } {
  const exact = new Set<string>()
  const patterns: RegExp[] = []
  const files = globSync('renderer/**/*.{ts,tsx}', { cwd: root }).filter((path) => !/\.test\.|[\\/]messages[\\/]/.test(path))
  for (const path of files) {
    const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node)) exact.add(node.text)
      // Only what begins with a screen’s name: anything else would match everything.
      else if (ts.isTemplateExpression(node) && /^[a-z]+\./.test(node.head.text)) {
        const parts = [node.head.text, ...node.templateSpans.map((span) => span.literal.text)]
        patterns.push(new RegExp(`^${parts.map((part) => part.replaceAll('.', '\\.')).join('.+')}$`))
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return { exact, patterns }
}

describe('the catalogues', () => {
  it('hold every message once, sorted, under its screen’s name', () => {
    const seen = new Map<string, string>()
    for (const path of globSync('renderer/messages/*/*.json', { cwd: root })) {
      const keys = Object.keys(JSON.parse(readFileSync(join(root, path), 'utf8')))
      expect(keys, path).toEqual([...keys].sort())
      const screen = basename(path, '.json')
      const prefixes = new Set(keys.map((key) => key.split('.')[0]))
      expect(
        [...prefixes].filter((prefix) => prefix !== screen && `${prefix}s` !== screen),
        path,
      ).toEqual([])
      const language = path.split(/[\\/]/).at(-2)
      for (const key of keys) {
        expect(seen.get(`${language} ${key}`), key).toBeUndefined()
        seen.set(`${language} ${key}`, path)
      }
    }
  })

  it('hold nothing that no screen says', () => {
    const { exact, patterns } = saidInCode()
    const unused = Object.keys(english).filter((id) => !exact.has(id) && !patterns.some((pattern) => pattern.test(id)))
    expect(unused).toEqual([])
  })

  it('say of every error of the catalogue what it means, and of no other', () => {
    const said = Object.keys(english).filter((id) => id.startsWith('error.'))
    expect(said.sort()).toEqual(
      Object.keys(catalogue)
        .map((code) => `error.${code}`)
        .sort(),
    )
  })

  it('say of every reason of an import what it means, with all that it names, and of no other', () => {
    const prefix = 'imports.reason.'
    const said = Object.keys(english).filter((id) => id.startsWith(prefix))
    expect(said.sort()).toEqual(
      Object.keys(importReasons)
        .map((code) => prefix + code)
        .sort(),
    )
    for (const [code, sentence] of Object.entries(importReasons))
      expect(needsOf(english[prefix + code] ?? '', 'en'), code).toEqual(needsOf(sentence, 'en'))
  })

  it.each(languages)('are complete and well formed: %s', async (language) => {
    const messages: Readonly<Record<string, string>> = await loadMessages(language)
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort())
    for (const [id, message] of Object.entries(messages)) {
      expect(message.trim(), id).not.toBe('')
      expect(needsOf(message, language), id).toEqual(needsOf(english[id] ?? '', 'en'))
      expect(unsaid(message, language), id).toEqual([])
    }
  })

  it('stay well formed in the pseudo-locale', () => {
    for (const [id, message] of Object.entries(english))
      expect(needsOf(pseudo(message), 'en'), id).toEqual(needsOf(message, 'en'))
  })
})
