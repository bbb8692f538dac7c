import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ImportReasonCode, importReason, importReasons, knownReason, wordsOf } from './import-reasons.ts'

const root = join(import.meta.dirname, '..')

describe('reasons of an import', () => {
  it('are clauses, each with the names that it takes', () => {
    for (const [code, sentence] of Object.entries(importReasons)) {
      expect(sentence, code).toMatch(/^[a-z].*[^.\s]$/)
      expect(sentence.replace(/\{[a-z]+(, number)?\}/g, ''), code).not.toMatch(/[{}]/)
    }
    expect(wordsOf(importReason('ends-early', { byte: 5, size: 12 }))).toBe('it ends at byte 5 of 12')
    expect(wordsOf(importReason('no-id', { field: 'uuid' }))).toBe('it has no id (no “uuid”)')
  })

  it('are all given somewhere', () => {
    const sources = globSync('{imports,library,node}/**/*.ts', { cwd: root })
      .filter((path) => !path.endsWith('.test.ts'))
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .join()
    const unused = Object.keys(importReasons).filter((code) => !sources.includes(`'${code}'`))
    expect(unused).toEqual([])
  })

  it('hold little of an export, whatever it says', () => {
    const { params } = importReason('cycle', { message: 'x'.repeat(5000) })
    expect(String(params['message']).length).toBeLessThan(300)
    expect(wordsOf(importReason('cycle', { message: '{field} $&' }))).toBe('its messages form a cycle (at {field} $&)')
  })

  it('are known by code and all their names; otherwise there are only words', () => {
    const codes = Object.keys(importReasons) as ImportReasonCode[]
    for (const code of codes) {
      const names = [...importReasons[code].matchAll(/\{(\w+)(, number)?\}/g)]
      const params = Object.fromEntries(names.map(([, name, number]) => [name, number ? 7 : 'seven']))
      expect(knownReason({ code, params })).toEqual({ code, params })
      if (names.length > 0) expect(knownReason({ code })).toBeUndefined()
    }
    expect(knownReason({})).toBeUndefined()
    expect(knownReason({ code: 'of-a-later-version' })).toBeUndefined()
    expect(knownReason({ code: 'toString' })).toBeUndefined()
    expect(knownReason({ code: 'no-id', params: { field: 5 } })).toBeUndefined()
  })
})
