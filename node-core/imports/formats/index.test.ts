import { describe, expect, it } from 'vitest'
import { makeExport, sourceOf } from '../../../tests/kit/exports.ts'
import { VivimError } from '../../contract/errors.ts'
import { detectFormat, formats } from './index.ts'

describe('detectFormat', () => {
  it.each([
    'chatgpt',
    'chatgpt-sharded',
    'chatgpt-json',
    'chatgpt-nested',
    'claude',
    'claude-parts',
    'gemini',
    'gemini-html',
    'deepseek',
  ])('knows %s', async (name) => {
    const { source, truth } = await makeExport(name, { seed: 4, conversations: 3 })
    expect((await detectFormat(source)).source).toBe(truth.format)
  })
  it.each([
    [{ 'a.json': [] }],
    [{ 'a.txt': 'hello' }],
    [{ 'a.bin': new Uint8Array([0, 1, 2]) }],
    [{ 'holiday.json': [{ title: 'x', chat: 'y', text: '"mapping":{' }] }],
  ])('refuses %j', async (files) => {
    await expect(detectFormat(sourceOf(files))).rejects.toMatchObject({ code: 'import-unknown-format' })
  })
  it('refuses nothing at all', async () => {
    await expect(detectFormat(sourceOf({}))).rejects.toBeInstanceOf(VivimError)
    await expect(detectFormat(sourceOf({}))).rejects.toMatchObject({ code: 'import-empty' })
  })
  it('has one format per name', () => expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length))
})
